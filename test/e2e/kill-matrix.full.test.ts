import { killedCommands } from "../cases/kill-matrix";
import { sampleCells } from "../matrix/sample";
import { scenarios } from "../matrix/scenario";
import { EngineStack } from "./support/stack";

killedCommands({
    how: "with the real engine, at every operation",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    scenarios,
    cells: (rehearsal) => sampleCells(scenarios, rehearsal),
});
