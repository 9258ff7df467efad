import { parse } from "yaml";

import type { Job } from "./ci-job";

export interface GitlabJob {
    readonly stage: string;
    readonly rules: readonly Readonly<Record<string, unknown>>[];
    readonly timeout?: string;
    readonly resource_group?: string;
    readonly interruptible?: boolean;
    readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
    readonly variables?: Readonly<Record<string, string>>;
    readonly script: readonly string[];
    readonly after_script?: readonly string[];
}

export interface GitlabFile {
    readonly stages: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, GitlabJob>>;
}

export function parseConfiguration(text: string): GitlabFile {
    const { stages, variables, ...others } = parse(text) as Readonly<Record<string, unknown>>;
    const jobs = Object.fromEntries(Object.entries(others).filter(([name]) => name !== "default"));
    return {
        stages: stages as GitlabFile["stages"],
        variables: variables as GitlabFile["variables"],
        jobs: jobs as GitlabFile["jobs"],
    };
}

/**
 * Returns the shell of a job.
 *
 * @param predefined the variables of the service and of the project.
 */
export function gitlabJob(
    { variables, jobs }: GitlabFile,
    name: string,
    predefined: Readonly<Record<string, string>>,
): Job {
    const job = jobs[name];
    if (job === undefined) {
        throw new Error(`There is no job ${name}.`);
    }
    const environment: Record<string, string> = { ...predefined };
    for (const [key, value] of Object.entries({ ...variables, ...job.variables })) {
        environment[key] = value.replace(/\$(\w+)/g, (_, variable: string) => environment[variable] ?? "");
    }
    const { script, after_script: after = [] } = job;
    return {
        environment,
        steps: [
            { name: "script", script: script.join("\n"), when: "success" },
            { name: "after_script", script: after.join("\n"), when: "always" },
        ],
    };
}
