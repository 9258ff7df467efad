import type { CommandResult } from "../e2e/support/stack";
import { snapshotProgram, type Revision } from "./snapshot-program";
import type { Scenario } from "./scenario";
import type { World } from "./world";

/** The command that is killed. */
export function runCommand(world: World, scenario: Scenario, wanted: Revision): Promise<CommandResult> {
    return scenario.command === "up" ? world.stack.up(snapshotProgram(wanted)) : world.stack.destroy();
}
