import { execFile } from "node:child_process";

import type { ConfigReader } from "../../cloud/configuration/settings";
import { CommandError } from "./command-error";

export interface PulumiResult {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs the program `pulumi` with these arguments, and returns its result even if it fails. */
export type RunPulumi = (args: readonly string[]) => Promise<PulumiResult>;

/** Runs the program on the PATH, in this process's folder and environment. */
export function runPulumi(args: readonly string[]): Promise<PulumiResult> {
    return new Promise((resolve, reject) => {
        const flags = ["--non-interactive", "--color", "never"];
        execFile("pulumi", [...args, ...flags], { maxBuffer: Infinity }, (error, stdout, stderr) => {
            if (error?.code === "ENOENT") {
                reject(
                    new CommandError("The program `pulumi`, which this command runs, is not on the PATH."),
                );
            } else {
                const code = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
                resolve({ code, stdout, stderr });
            }
        });
    });
}

/** Reads the stack's configuration, including secrets, which are used only for the settings. */
export async function readConfig(run: RunPulumi, stackName: string): Promise<ConfigReader> {
    const text = await succeed(run, ["config", "--json", "--show-secrets", "--stack", stackName]);
    const values = parseConfig(text);
    return (key) => values.get(key);
}

/**
 * Runs `pulumi` and returns its standard output.
 *
 * @throws CommandError if it fails, with its standard error.
 */
export async function succeed(run: RunPulumi, args: readonly string[]): Promise<string> {
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
        // The error of `JSON.parse` would quote the text.
        throw new CommandError("The output of `pulumi config --json` is not JSON.");
    }
    return new Map(
        Object.entries(entries).flatMap(([key, entry]) =>
            typeof entry?.value === "string" ? [[key, entry.value] as const] : [],
        ),
    );
}
