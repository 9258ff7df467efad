import type { Logger } from "../../runtime/logger";
import type { FleetOutputs } from "./fleet-outputs";

/** Sets the final status of a fleet's row. */
export function logFleetSuccess(
    log: Pick<Logger, "status">,
    { snapshots }: Pick<FleetOutputs, "snapshots">,
): void {
    const groups = Object.values(snapshots);
    const members = groups.reduce((sum, { snapshots: own }) => sum + own.length, 0);
    log.status(`has ${counted(groups.length, "snapshot group")}, ${counted(members, "snapshot")}`);
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
