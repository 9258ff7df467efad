import { killedCommands } from "../cases/kill-matrix";
import { sampleCells } from "../matrix/sample";
import { snapshotScenarios as scenarios } from "../matrix/snapshot-scenarios";
import { targets } from "../matrix/target";
import { ProtocolStack } from "./support/protocol-stack";

killedCommands({
    how: "over the provider's protocol",
    createStack: (emulator, options) => ProtocolStack.create(emulator, options),
    scenarios,
    cells: (baseline) => sampleCells(scenarios, baseline),
    tried: targets.length,
});
