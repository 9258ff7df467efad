import { killedCommands } from "../cases/kill-matrix";
import { sampleCells } from "../matrix/sample";
import { scenarios } from "../matrix/scenarios";
import { targets } from "../matrix/target";
import { EngineStack } from "./support/stack";

killedCommands({
    how: "with the real engine, at every operation",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    scenarios,
    // Only the protocol's client can fail a sibling at a call; see test/cases/held-snapshots.ts for the real engine.
    cells: (baseline) => sampleCells(scenarios, baseline).filter(({ target }) => target !== "sibling"),
    tried: targets.length - 1,
});
