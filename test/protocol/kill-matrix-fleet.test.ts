import { killedCommands } from "../cases/kill-matrix";
import { fleetScenarios as scenarios } from "../matrix/fleet-scenarios";
import { sampleOfFleets } from "../matrix/sample";
import { targets } from "../matrix/target";
import { ProtocolStack } from "./support/protocol-stack";

killedCommands({
    how: "with a fleet, over the provider's protocol",
    createStack: (emulator, options) => ProtocolStack.create(emulator, options),
    scenarios,
    cells: (baseline) => sampleOfFleets(scenarios, baseline),
    tried: targets.length,
});
