import { pluginRuns } from "../support/stack/plugin-runs";
import type { Aftermath } from "./aftermath";
import { attemptState } from "./cloud-view";
import { instanceId } from "./snapshot-program";
import type { World } from "./world";

const leaseTagKey = "app-snapshot:temporary-role";

/** What there is in the state and in the cloud. */
export async function survey(
    { stack, emulator }: World,
    olderAttempts: ReadonlySet<string>,
): Promise<Omit<Aftermath, "failures" | "providersLeft">> {
    const { snapshotGroups, instances } = emulator.state;
    const instance = instances.find((candidate) => candidate.instanceId === instanceId);
    return {
        held: (await stack.snapshots()).map(({ id, outputs, initErrors }) => ({
            id: id ?? "",
            invokeId: outputs?.["invokeId"] as string | undefined,
            finished: outputs?.["pending"] === undefined && (initErrors ?? []).length === 0,
        })),
        groups: snapshotGroups.map(({ snapshotGroupId, description }) => ({
            id: snapshotGroupId,
            description,
        })),
        attempts: pluginRuns(emulator).map((invocation) => ({
            invokeId: invocation.invokeId,
            isNew: !olderAttempts.has(invocation.invokeId),
            state: attemptState(invocation),
        })),
        instance: {
            frozen: instance?.frozen === true,
            ramRoleName: instance?.ramRoleName,
            leased: instance?.tags[leaseTagKey] !== undefined,
        },
    };
}
