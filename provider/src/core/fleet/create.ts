import type { Context } from "../../cloud/context";
import type { FleetInputs } from "../inputs/fleet-inputs";
import type { StateMemory } from "../lifecycle/state-memory";
import type { FleetOutputs } from "./fleet-outputs";

export const createFleet: (
    context: Context,
    inputs: FleetInputs,
    memory: StateMemory,
) => Promise<FleetOutputs> = () => Promise.reject(new Error("A fleet's create is not written yet."));
