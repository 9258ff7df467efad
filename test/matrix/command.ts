import type { RunningCommand } from "../support/stack/test-stack";
import type { Scenario } from "./scenario";
import { type Revision, snapshotProgram } from "./snapshot-program";
import type { World } from "./world";

/** Starts the command that is killed. */
export function startCommand({ stack }: World, scenario: Scenario, wanted: Revision): RunningCommand {
    return scenario.command === "up" ? stack.startUp(snapshotProgram(wanted)) : stack.startDestroy();
}
