import type { FleetInputs } from "../inputs/fleet-inputs";
import type { Difference } from "../lifecycle/diff";
import type { FleetOutputs } from "./fleet-outputs";

export const fleetDifference: (state: FleetOutputs, inputs: FleetInputs) => Difference = () => ({
    kind: "none",
});
