import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type JobOptions, runJob, type StepResult } from "./ci-job";
import { gitlabJob, parseConfiguration } from "./gitlab";
import { type Checkout, settings, token } from "./pipeline";

export interface GitlabJobOptions extends Pick<JobOptions, "onStep"> {
    /** Default: the one that takes the snapshot. */
    readonly job?: string;
    /** The variables that only this job has. */
    readonly variables?: Readonly<Record<string, string>>;
}

/** Runs a job of the example's configuration as GitLab does for the tag of a release. */
export async function releaseOnGitlab(
    { folder, environment }: Checkout,
    release: string,
    { job = "release", variables = {}, onStep }: GitlabJobOptions = {},
): Promise<StepResult[]> {
    const file = parseConfiguration(await readFile(join(folder, ".gitlab-ci.yml"), "utf8"));
    const predefined = {
        ...settings,
        CI_COMMIT_TAG: release,
        CI_COMMIT_SHA: `commit-of-${release}`,
        CI_JOB_ID: "4711",
        CI_PROJECT_DIR: folder,
        ...Object.fromEntries(Object.keys(file.jobs[job]?.id_tokens ?? {}).map((name) => [name, token])),
        ...variables,
    };
    return runJob(gitlabJob(file, job, predefined), {
        folder,
        environment,
        ...(onStep === undefined ? {} : { onStep }),
    });
}
