import type { CallListener, Emulator } from "pulumi-alicloud-app-snapshot-emulator";

type Call = Parameters<CallListener>[0];

/**
 * Sees to it that every state of the cloud is seen once, however fast or slow the machine is: the plugin stays at work
 * until somebody has looked at the result of its command, and a deleted group is shown until somebody has looked at it.
 */
export class Pace {
    private readonly gone = new Set<string>();

    constructor(private readonly instanceId: string) {}

    /** Has the next run of the plugin wait to be looked at. */
    hold(emulator: Emulator): void {
        if (this.instance(emulator)?.outcomesLeft === 0) {
            emulator.controls.addOutcomes(this.instanceId, { holdAt: "start" });
        }
    }

    /** Moves the cloud on after a call that has seen how it is. */
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

    /** Whether a deleted group has been looked at since. */
    isGone(snapshotGroupId: string): boolean {
        return this.gone.has(snapshotGroupId);
    }

    /** Lets the plugin go on, if it waits. */
    release(emulator: Emulator): void {
        if (this.instance(emulator)?.pluginWaits === true) {
            emulator.controls.releasePlugin(this.instanceId);
        }
    }

    private instance({ state }: Emulator): Emulator["state"]["instances"][number] | undefined {
        return state.instances.find(({ instanceId }) => instanceId === this.instanceId);
    }
}

/** Whether a call has had a group deleted. */
export function wasDeleted({ ledger }: Emulator, snapshotGroupId: string): boolean {
    return ledger.some(
        ({ action, params, status }) =>
            action === "DeleteSnapshotGroup" &&
            status === 200 &&
            params["SnapshotGroupId"] === snapshotGroupId,
    );
}
