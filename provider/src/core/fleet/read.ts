import type { Context } from "../../cloud/context";
import type { StateMemory } from "../lifecycle/state-memory";
import type { FleetOutputs } from "./fleet-outputs";

export const readFleet: (
    context: Context,
    id: string,
    state: FleetOutputs,
    memory: StateMemory,
) => Promise<FleetOutputs | undefined> = () =>
    Promise.reject(new Error("A fleet's read is not written yet."));
