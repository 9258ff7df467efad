import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

import { type JobOptions, runJob, type StepResult } from "./ci-job";
import { type Context, evaluated, githubJob, parseWorkflow, type Workflow } from "./github";
import { withService } from "./http-service";
import { type Checkout, settings, token } from "./pipeline";

export interface GithubJobOptions extends Pick<JobOptions, "onStep"> {
    /** Default: the one that takes the snapshot. */
    readonly job?: string;
    /** The key with which the job asks for its token. Default: the one that GitHub knows. */
    readonly requestKey?: string;
}

const requestKey = "key of the job";

/** Runs a job of the example's workflow as GitHub does for the tag of a release. */
export async function releaseOnGithub(
    checkout: Checkout,
    release: string,
    { job = "release", requestKey: key = requestKey, ...options }: GithubJobOptions = {},
): Promise<StepResult[]> {
    const { folder, environment } = checkout;
    const workflow = await workflowOf(checkout);
    const context = contextOf(checkout, release);
    let results: StepResult[] = [];
    await withService(
        ({ url, headers }) =>
            url === "/token?api-version=2.0&audience=sts.aliyuncs.com" &&
            headers.authorization === `bearer ${requestKey}`
                ? { value: token }
                : undefined,
        async (url) => {
            results = await runJob(githubJob(workflow, job, context), {
                ...options,
                folder,
                environment: {
                    ...environment,
                    GITHUB_SHA: `commit-of-${release}`,
                    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2.0`,
                    ACTIONS_ID_TOKEN_REQUEST_TOKEN: key,
                },
            });
        },
    );
    return results;
}

/**
 * Runs the preview of the example's workflow, in which `pulumi/actions` sets the configuration and runs Pulumi.
 */
export async function previewOnGithub(checkout: Checkout): Promise<StepResult[]> {
    const { folder, environment } = checkout;
    const workflow = await workflowOf(checkout);
    const context = contextOf(checkout, "v1");
    const job = githubJob(workflow, "preview", context);
    const [action] = workflow.jobs["preview"]?.steps.filter(({ uses }) => uses === "pulumi/actions@v7") ?? [];
    const inputs = Object.fromEntries(
        Object.entries(action?.with ?? {}).map(([key, value]) => [key, evaluated(String(value), context)]),
    );
    const values = parse(inputs["config-map"] ?? "") as Readonly<Record<string, { readonly value: string }>>;
    const lines = [
        `pulumi stack select ${inputs["stack-name"]}`,
        ...Object.entries(values).map(([key, { value }]) => `pulumi config set ${key} ${value}`),
        `pulumi ${inputs["command"]} --non-interactive --color never`,
    ];
    const update = { name: "pulumi/actions", script: lines.join("\n"), when: "success" } as const;
    return runJob({ ...job, steps: [...job.steps, update] }, { folder, environment });
}

async function workflowOf({ folder }: Checkout): Promise<Workflow> {
    return parseWorkflow(await readFile(join(folder, ".github/workflows/release.yml"), "utf8"));
}

/** Returns the values of the expressions in the workflow. */
function contextOf({ folder, environment }: Checkout, release: string): Context {
    const variables = { ...settings, PULUMI_BACKEND_URL: environment["PULUMI_BACKEND_URL"] ?? "" };
    return {
        ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`vars.${name}`, value])),
        "secrets.PULUMI_CONFIG_PASSPHRASE": environment["PULUMI_CONFIG_PASSPHRASE"] ?? "",
        "env.STACK": "production",
        "github.ref_name": release,
        "github.run_id": "4711",
        "github.sha": `commit-of-${release}`,
        "github.workspace": folder,
    };
}

/** Fails with the output of a job if one of its steps did not succeed. */
export function expectPassed(results: readonly StepResult[]): void {
    if (results.some(({ code }) => code !== 0)) {
        throw new Error(`expected all steps to succeed, but:\n${outputOf(results)}`);
    }
}

/** Returns the output of a job, with the name and the exit code of each step. */
export function outputOf(results: readonly StepResult[]): string {
    return results.map(({ name, code, output }) => `== ${name}: ${code}\n${output}`).join("\n");
}
