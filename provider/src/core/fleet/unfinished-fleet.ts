import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { FleetOutputs } from "./fleet-outputs";

/** The fleet is not finished, but something exists in the cloud. The engine records `outputs` under `id`. */
export class UnfinishedFleet extends Error {
    constructor(
        readonly id: string,
        readonly outputs: FleetOutputs,
        readonly reason: AppSnapshotError,
    ) {
        super(reason.message, { cause: reason });
        this.name = "UnfinishedFleet";
    }
}
