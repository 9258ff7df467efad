import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { withFolder } from "../../support/folder";

/** A part of a job that a shell runs. */
export interface Step {
    readonly name: string;
    readonly script: string;
    /** The jobs in which it runs: those without a failure so far, those with one, or all. */
    readonly when: "success" | "failure" | "always";
}

/** A job of a pipeline, as its service runs it. */
export interface Job {
    readonly environment: Readonly<Record<string, string>>;
    readonly steps: readonly Step[];
}

export interface StepResult {
    readonly name: string;
    readonly code: number;
    /** Standard output and error, in the order in which they came. */
    readonly output: string;
}

/** A step that runs while a test acts on it. */
export interface RunningStep {
    readonly name: string;
    /** Cancels the job: no step that needs success follows. The shell of this one gets a signal. */
    readonly cancel: (signal: NodeJS.Signals) => void;
}

export interface JobOptions {
    readonly folder: string;
    /** The environment of the machine and of the service. */
    readonly environment: NodeJS.ProcessEnv;
    readonly onStep?: (step: RunningStep) => void;
}

/** The status of a job, by the names of GitLab. */
type Status = "success" | "failed" | "canceled";

interface Progress {
    readonly status: Status;
    readonly cancel: () => void;
}

/** Runs the steps of a job, and returns the results of those that ran. */
export async function runJob(job: Job, options: JobOptions): Promise<StepResult[]> {
    const results: StepResult[] = [];
    let status: Status = "success";
    const cancel = (): void => {
        status = "canceled";
    };
    for (const step of job.steps) {
        if (step.when === "always" || (step.when === "failure") === ((status as Status) !== "success")) {
            const result = await runStep(step, job, { ...options, status, cancel });
            results.push(result);
            status = status === "success" && result.code !== 0 ? "failed" : status;
        }
    }
    return results;
}

/** Runs a step by Bash, with the options that both services give it. */
function runStep(
    { name, script }: Step,
    { environment: own }: Job,
    { folder, environment, onStep, status, cancel }: JobOptions & Progress,
): Promise<StepResult> {
    return withFolder(async (scripts) => {
        const file = join(scripts, "step.sh");
        await writeFile(file, script);
        const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], {
            cwd: folder,
            env: { ...environment, ...own, CI_JOB_STATUS: status },
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => (output += text));
        }
        onStep?.({
            name,
            cancel: (signal) => {
                cancel();
                child.kill(signal);
            },
        });
        return new Promise<StepResult>((resolve, reject) => {
            child.on("error", reject);
            child.on("close", (code) => {
                resolve({ name, code: code ?? 1, output });
            });
        });
    });
}
