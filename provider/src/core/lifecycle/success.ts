import type { Logger } from "../../runtime/logger";
import type { SnapshotOutputs } from "./outputs";

/** What a resource's row ends with. It is said again after whatever was said about older snapshots meanwhile. */
export function logSuccess(
    log: Pick<Logger, "status">,
    { snapshotGroupId = "", snapshots = [] }: SnapshotOutputs,
): void {
    const count = snapshots.length === 1 ? "1 snapshot" : `${snapshots.length} snapshots`;
    log.status(`took ${snapshotGroupId}, ${count}`);
}
