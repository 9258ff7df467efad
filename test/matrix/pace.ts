import type { CallListener, Emulator } from "pulumi-alicloud-app-snapshot-emulator";

type Call = Parameters<CallListener>[0];

/**
 * Makes sure that every state of the cloud is seen once, on fast and slow machines: the plugin stays at work until its
 * command's result has been read once, and a deleted group is listed until it has been read once.
 */
export class CloudPace {
    private readonly gone = new Set<string>();

    constructor(private readonly instanceId: string) {}

    /** Makes the next run of the plugin wait until its result has been read. */
    hold(emulator: Emulator): void {
        if (this.instance(emulator)?.outcomesLeft === 0) {
            emulator.controls.addOutcomes(this.instanceId, { holdAt: "start" });
        }
    }

    /** Moves the cloud on after a call that has seen its present state. */
    follow(emulator: Emulator, { phase, entry: { action, params } }: Call): void {
        if (phase !== "processed") {
            return;
        }
        const groupId = params["SnapshotGroupId.1"] ?? "";
        if (action === "DescribeInvocationResults") {
            this.release(emulator);
        } else if (action === "DescribeSnapshotGroups" && wasDeleted(emulator, groupId)) {
            emulator.controls.finishDeletion(groupId);
            this.gone.add(groupId);
        }
    }

    /** Tells whether a deleted group has been read since. */
    isGone(snapshotGroupId: string): boolean {
        return this.gone.has(snapshotGroupId);
    }

    /** Lets the plugin continue, if it waits. */
    release(emulator: Emulator): void {
        if (this.instance(emulator)?.pluginWaits === true) {
            emulator.controls.releasePlugin(this.instanceId);
        }
    }

    private instance({ state }: Emulator): Emulator["state"]["instances"][number] | undefined {
        return state.instances.find(({ instanceId }) => instanceId === this.instanceId);
    }
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
