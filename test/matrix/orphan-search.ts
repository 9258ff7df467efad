import { join } from "node:path";

import type { CommandResult, TestStack } from "../support/stack/test-stack";

const program = join(__dirname, "..", "..", "provider", "dist", "cli.js");

/**
 * Finds and deletes everything that belongs to no state. Here the remains of a kill are always recent, and may have been
 * handed over.
 */
export async function removeOrphans(stack: TestStack): Promise<CommandResult> {
    const options = ["--delete", "--yes", "--include-recent", "--include-handed"];
    const args = ["orphans", "--stack", stack.name, ...options];
    const { code, stdout, stderr } = await stack.runProgram(process.execPath, [program, ...args]);
    return { code, output: stdout + stderr };
}

/** Returns the ids of everything that is found, including retained groups and runs that were handed over. */
export async function foundOrphans(stack: TestStack): Promise<string[]> {
    const args = ["orphans", "--stack", stack.name, "--json"];
    const { stdout, stderr } = await stack.runProgram(process.execPath, [program, ...args]);
    if (stdout === "") {
        throw new Error(stderr);
    }
    const { orphans, retained } = JSON.parse(stdout) as Record<
        "orphans" | "retained",
        { readonly id: string }[]
    >;
    return [...orphans, ...retained].map(({ id }) => id);
}
