import { execFile } from "node:child_process";
import { join } from "node:path";
import type { CommandResult, Stack } from "../e2e/support/stack";

const program = join(__dirname, "..", "..", "provider", "dist", "cli.js");

/** Has everything found and deleted that belongs to no state. What is left of a kill is always recent here. */
export function removeOrphans(stack: Stack): Promise<CommandResult> {
    const args = ["orphans", "--stack", stack.name, "--delete", "--yes", "--include-recent"];
    return new Promise((resolve) => {
        execFile(
            process.execPath,
            [program, ...args],
            { cwd: stack["programFolder"], env: stack["environment"] },
            (error, stdout, stderr) => {
                resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
            },
        );
    });
}
