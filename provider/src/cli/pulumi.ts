import { execFile } from "node:child_process";
import type { ConfigReader } from "../cloud/configuration/settings";
import { CommandError } from "./command-error";
import { parseState, type StackState } from "./stack-state";

export interface PulumiResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs the program `pulumi` with these arguments, whatever comes of it. */
export type RunPulumi = (args: readonly string[]) => Promise<PulumiResult>;

/** The program on the PATH, in this process's folder and environment. */
export const runPulumi: RunPulumi = (args) =>
    new Promise((resolve, reject) => {
        const flags = ["--non-interactive", "--color", "never"];
        execFile("pulumi", [...args, ...flags], { maxBuffer: Infinity }, (error, stdout, stderr) => {
            if (error?.code === "ENOENT") {
                reject(
                    new CommandError(
                        "The program `pulumi`, with which this command reads the state, is not on the PATH.",
                    ),
                );
            } else {
                const code = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
                resolve({ code, stdout, stderr });
            }
        });
    });

/** What the stack's state holds. */
export async function readState(run: RunPulumi, stackName: string): Promise<StackState> {
    return parseState(await succeed(run, ["stack", "export", "--stack", stackName]));
}

/**
 * The stack's full name, ORG/PROJECT/NAME; the name alone where the backend knows no organizations.
 */
export async function readFullName(run: RunPulumi, stackName: string): Promise<string> {
    const args = ["stack", "--show-name", "--fully-qualify-stack-names", "--stack", stackName];
    return (await succeed(run, args)).trim();
}

/** The stack's configuration, secrets included; they go nowhere but into the settings. */
export async function readConfig(run: RunPulumi, stackName: string): Promise<ConfigReader> {
    const text = await succeed(run, ["config", "--json", "--show-secrets", "--stack", stackName]);
    const values = parseConfig(text);
    return (key) => values.get(key);
}

async function succeed(run: RunPulumi, args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) {
        throw new CommandError(`\`pulumi ${args.join(" ")}\` failed: ${stderr.trim()}`);
    }
    return stdout;
}

function parseConfig(text: string): ReadonlyMap<string, string> {
    let entries: Record<string, { readonly value?: unknown } | null>;
    try {
        entries = JSON.parse(text) as typeof entries;
    } catch {
        // The error of `JSON.parse` cites what it read.
        throw new CommandError("The output of `pulumi config --json` is not JSON.");
    }
    return new Map(
        Object.entries(entries).flatMap(([key, entry]) =>
            typeof entry?.value === "string" ? [[key, entry.value] as const] : [],
        ),
    );
}
