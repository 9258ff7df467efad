import { type Scenario, scenariosOf } from "../../support/stack/scenario";
import { EngineStack, type EngineStackOptions } from "./stack";

/** Runs a test with the real engine. */
export const withEngine: Scenario<EngineStack, EngineStackOptions> = scenariosOf((emulator, options) =>
    EngineStack.create(emulator, options),
);
