import { type Scenario, scenariosOf } from "../../support/stack/scenario";
import { ProtocolStack } from "./protocol-stack";

/** Runs a test over the provider's own protocol, in the process that the engine would start. */
export const overProtocol: Scenario<ProtocolStack> = scenariosOf((emulator, options) =>
    ProtocolStack.create(emulator, options),
);
