import { join } from "node:path";
import type { CommandResult, TestStack } from "../support/stack/test-stack";

const program = join(__dirname, "..", "..", "provider", "dist", "cli.js");

/** Has everything found and deleted that belongs to no state. What is left of a kill is always recent here. */
export async function removeOrphans(stack: TestStack): Promise<CommandResult> {
    const args = ["orphans", "--stack", stack.name, "--delete", "--yes", "--include-recent"];
    const { code, stdout, stderr } = await stack.runProgram(process.execPath, [program, ...args]);
    return { code, output: stdout + stderr };
}
