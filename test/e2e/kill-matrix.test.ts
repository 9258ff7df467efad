import { killedCommands } from "../cases/kill-matrix";
import { sampleCells } from "../matrix/sample";
import { scenarios } from "../matrix/scenario";
import { victims } from "../matrix/victim";
import { EngineStack } from "./support/stack";

// One for each victim; the sample whole is tried over the protocol, and with the engine by the full tests.
killedCommands({
    how: "with the real engine",
    createStack: (emulator, options) => EngineStack.create(emulator, options),
    cells: (rehearsal) => {
        const sample = sampleCells(scenarios, rehearsal);
        return victims.flatMap((victim) => sample.find((cell) => cell.victim === victim) ?? []);
    },
});
