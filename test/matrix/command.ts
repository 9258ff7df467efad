import type { RunningCommand } from "../support/stack/test-stack";
import type { Revision } from "./revision";
import type { Scenario } from "./scenario";
import type { World } from "./world";

/** Starts the command that is killed. */
export function startCommand({ stack }: World, scenario: Scenario, wanted: Revision): RunningCommand {
    return scenario.command === "up" ? stack.startUp(scenario.subject.program(wanted)) : stack.startDestroy();
}
