import { pluginRuns } from "../support/stack/plugin-runs";
import { runState } from "./cloud-view";
import type { Outcome } from "./outcome";
import { instanceId } from "./snapshot-program";
import type { World } from "./world";

const leaseTagKey = "app-snapshot:temporary-role";

/** Reads the state of the stack and of the cloud. */
export async function scan(
    { stack, emulator, deletedThoughHeld }: World,
    olderRuns: ReadonlySet<string>,
): Promise<Omit<Outcome, "failures" | "providersLeft" | "found">> {
    const { snapshotGroups, instances } = emulator.state;
    const instance = instances.find((candidate) => candidate.instanceId === instanceId);
    return {
        deletedThoughHeld: deletedThoughHeld(),
        held: (await stack.snapshots()).map(({ id, outputs, initErrors }) => ({
            id: id ?? "",
            invokeId: outputs?.["invokeId"] as string | undefined,
            finished: outputs?.["pending"] === undefined && (initErrors ?? []).length === 0,
        })),
        groups: snapshotGroups.map(({ snapshotGroupId, description }) => ({
            id: snapshotGroupId,
            description,
        })),
        runs: pluginRuns(emulator).map((invocation) => ({
            invokeId: invocation.invokeId,
            isNew: !olderRuns.has(invocation.invokeId),
            state: runState(invocation),
        })),
        instance: {
            frozen: instance?.frozen === true,
            ramRoleName: instance?.ramRoleName,
            leased: instance?.tags[leaseTagKey] !== undefined,
        },
    };
}
