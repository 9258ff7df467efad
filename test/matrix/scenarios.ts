import { fleetScenarios } from "./fleet-scenarios";
import type { Scenario } from "./scenario";
import { snapshotScenarios } from "./snapshot-scenarios";

/** All commands that are killed. */
export const scenarios: readonly Scenario[] = [...snapshotScenarios, ...fleetScenarios];
