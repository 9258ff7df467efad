import type { Context } from "../../cloud/context";
import type { FleetInputs } from "../inputs/fleet-inputs";
import type { StateMemory } from "../lifecycle/state-memory";
import type { FleetOutputs } from "./fleet-outputs";

export const updateFleet: (
    context: Context,
    id: string,
    state: FleetOutputs,
    inputs: FleetInputs,
    memory: StateMemory,
) => Promise<FleetOutputs> = () => Promise.reject(new Error("A fleet's update is not written yet."));
