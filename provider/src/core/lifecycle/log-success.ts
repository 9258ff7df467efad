import type { Logger } from "../../runtime/logger";
import type { GroupOutputs } from "./outputs";

/** Sets the final status of a resource's row; again after each message about older snapshots. */
export function logSuccess(
    log: Pick<Logger, "status">,
    { snapshotGroupId, snapshots }: Pick<GroupOutputs, "snapshotGroupId" | "snapshots">,
): void {
    const count = snapshots.length === 1 ? "1 snapshot" : `${snapshots.length} snapshots`;
    log.status(`took ${snapshotGroupId}, ${count}`);
}
