import { parse } from "yaml";

import type { Job, Step } from "./ci-job";

export interface GithubStep {
    readonly name?: string;
    readonly uses?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly run?: string;
    readonly if?: string;
}

export interface GithubJob {
    readonly if: string;
    readonly "runs-on": string;
    readonly "timeout-minutes": number;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
    readonly permissions?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly steps: readonly GithubStep[];
}

/** A workflow of GitHub Actions, as far as the tests look at it. */
export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Readonly<Record<string, string>>;
    readonly defaults: { readonly run: { readonly shell: string } };
    readonly env: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, GithubJob>>;
}

/** The values of expressions such as `github.sha`. */
export type Context = Readonly<Record<string, string>>;

export function parseWorkflow(text: string): Workflow {
    return parse(text) as Workflow;
}

/**
 * Returns the shell of a job. Steps that use actions are left out: their effect is up to the test.
 *
 * @param context without the variables and secrets that are not set, which are empty.
 */
export function githubJob(workflow: Workflow, name: string, context: Context): Job {
    const job = workflow.jobs[name];
    if (job === undefined) {
        throw new Error(`There is no job ${name}.`);
    }
    const environment = Object.entries({ ...workflow.env, ...job.env }).map(
        ([key, value]) => [key, evaluated(value, context)] as const,
    );
    return {
        environment: Object.fromEntries(environment),
        steps: job.steps.flatMap((step) => stepOf(step)),
    };
}

function stepOf({ name, run, if: condition }: GithubStep): Step[] {
    if (run === undefined) {
        return [];
    }
    if (run.includes("${{")) {
        throw new Error(`An expression in a script would be text of the script: ${run}`);
    }
    return [{ name: name ?? run, script: run, when: whenOf(condition) }];
}

function whenOf(condition: string | undefined): Step["when"] {
    switch (condition) {
        case undefined:
            return "success";
        case "failure() || cancelled()":
            return "failure";
        default:
            throw new Error(`The condition is not known here: ${condition}`);
    }
}

/** Returns a text with the values of its expressions. */
export function evaluated(value: string, context: Context): string {
    return value.replace(/\$\{\{ ([\w.]+) \}\}/g, (_, expression: string) => {
        const known = context[expression] ?? (/^(?:vars|secrets)\./.test(expression) ? "" : undefined);
        if (known === undefined) {
            throw new Error(`The expression is not known here: ${expression}`);
        }
        return known;
    });
}
