import { join } from "node:path";
import type { CommandResult, TestStack } from "../support/stack/test-stack";

const program = join(__dirname, "..", "..", "provider", "dist", "cli.js");

/**
 * Has everything found and deleted that belongs to no state. What is left of a kill is always recent here, and may have
 * been handed over.
 */
export async function removeOrphans(stack: TestStack): Promise<CommandResult> {
    const options = ["--delete", "--yes", "--include-recent", "--include-handed"];
    const args = ["orphans", "--stack", stack.name, ...options];
    const { code, stdout, stderr } = await stack.runProgram(process.execPath, [program, ...args]);
    return { code, output: stdout + stderr };
}

/** The ids of all that is found, what is retained or was handed over included. */
export async function foundOrphans(stack: TestStack): Promise<string[]> {
    const args = ["orphans", "--stack", stack.name, "--json"];
    const { stdout, stderr } = await stack.runProgram(process.execPath, [program, ...args]);
    if (stdout === "") {
        throw new Error(stderr);
    }
    const { orphans, retained } = JSON.parse(stdout) as Record<"orphans" | "retained", { id: string }[]>;
    return [...orphans, ...retained].map(({ id }) => id);
}
