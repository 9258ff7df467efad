import type { Context } from "../../cloud/context";
import type { StateMemory } from "../lifecycle/state-memory";
import type { FleetOutputs } from "./fleet-outputs";

export const removeFleet: (
    context: Context,
    id: string,
    state: FleetOutputs,
    memory: StateMemory,
) => Promise<void> = () => Promise.reject(new Error("A fleet's delete is not written yet."));
