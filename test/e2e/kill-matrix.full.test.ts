import { killedCommands } from "../cases/kill-matrix";
import { sampleCells } from "../matrix/sample";
import { scenarios } from "../matrix/scenario";
import { targets } from "../matrix/target";
import { EngineStack } from "./support/stack";

killedCommands({
    how: "with the real engine, at every operation",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    scenarios,
    // A sibling that fails at a call is only the stand-in's; see test/cases/held-snapshots.ts for one that does.
    cells: (baseline) => sampleCells(scenarios, baseline).filter(({ target }) => target !== "sibling"),
    tried: targets.length - 1,
});
