import type { CallListener, Emulator } from "pulumi-alicloud-app-snapshot-emulator";

type Call = Parameters<CallListener>[0];

/**
 * Makes sure that every state of the cloud is seen once, on fast and slow machines: the plugin stays at work until its
 * command's result has been read once, and a deleted group is listed until it has been read once.
 */
export class CloudPace {
    private readonly gone = new Set<string>();

    /** @param instanceIds the instances of which snapshots are taken. */
    constructor(private readonly instanceIds: readonly string[]) {}

    /** Makes the next run of the plugin on each instance wait until its result has been read. */
    hold(emulator: Emulator): void {
        for (const { instanceId, outcomesLeft } of this.instances(emulator)) {
            if (outcomesLeft === 0) {
                emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
            }
        }
    }

    /** Moves the cloud on after a call that has seen its present state. */
    follow(emulator: Emulator, { phase, entry: { action, params } }: Call): void {
        if (phase !== "processed") {
            return;
        }
        if (action === "DescribeInvocations" && params["Tag.1.Key"] === "app-snapshot:stack") {
            // A list shows several commands at once.
            this.release(emulator);
        } else if (action === "DescribeInvocationResults") {
            const invocation = emulator.state.invocations.find(
                ({ invokeId }) => invokeId === params["InvokeId"],
            );
            this.release(
                emulator,
                invocation?.results.map(({ instanceId }) => instanceId),
            );
        } else if (action === "DescribeSnapshotGroups") {
            for (const groupId of groupIdsIn(params).filter((id) => wasDeleted(emulator, id))) {
                emulator.controls.finishDeletion(groupId);
                this.gone.add(groupId);
            }
        }
    }

    /** Tells whether a deleted group has been read since. */
    isGone(snapshotGroupId: string): boolean {
        return this.gone.has(snapshotGroupId);
    }

    /** Lets the plugin continue where it waits, on these instances. Default: on all. */
    release(emulator: Emulator, instanceIds = this.instanceIds): void {
        for (const { instanceId, pluginWaits } of this.instances(emulator)) {
            if (pluginWaits && instanceIds.includes(instanceId)) {
                emulator.controls.releasePlugin(instanceId);
            }
        }
    }

    private instances({ state }: Emulator): Emulator["state"]["instances"][number][] {
        return state.instances.filter(({ instanceId }) => this.instanceIds.includes(instanceId));
    }
}

/** Returns the groups that a call names. */
function groupIdsIn(params: Call["entry"]["params"]): string[] {
    return Object.entries(params).flatMap(([name, value]) =>
        name.startsWith("SnapshotGroupId.") ? [value] : [],
    );
}

/** Tells whether a call has deleted a group. */
export function wasDeleted({ ledger }: Emulator, snapshotGroupId: string): boolean {
    return ledger.some(
        ({ action, params, status }) =>
            action === "DeleteSnapshotGroup" &&
            status === 200 &&
            params["SnapshotGroupId"] === snapshotGroupId,
    );
}
