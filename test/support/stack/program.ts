import type { Emulator, LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import type { FleetOutputs } from "../../../provider/src/core/fleet/fleet-outputs";
import { pluginRuns } from "./plugin-runs";
import type { CommandResult, TestResource, TestStack } from "./test-stack";

/** Ids of the emulator's default fixture. */
export const instances = {
    /** Linux, no role, a system disk and a data disk. */
    linux: "i-bp1linuxdb0000000001",
    /** Linux, the role attached, a system disk. */
    withRole: "i-bp1linuxdb0000000002",
    /** Linux, no role, a disk that is not of the ESSD family, scripts with wrong rights in /tmp. */
    mixedDisks: "i-bp1linuxdb0000000003",
    windows: "i-bp1windows0000000001",
    foreignRole: "i-bp1foreignrole000001",
    noEssd: "i-bp1noessd0000000001",
    stopped: "i-bp1stopped0000000001",
} as const;

/** Scripts that are on all Linux instances of that fixture. */
export const scripts = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
} as const;

/** Returns a Linux snapshot with both scripts. */
export function linuxSnapshot(
    name: string,
    instanceId: string,
    args: TestResource["args"] = {},
): TestResource {
    return { name, args: { instanceId, linux: scripts, ...args } };
}

/** Returns a fleet with both scripts on its Linux instances. */
export function fleetOf(
    name: string,
    instanceIds: readonly string[],
    args: TestResource["args"] = {},
    options: TestResource["options"] = {},
): TestResource {
    return { name, type: "fleet", args: { instanceIds, linux: scripts, windows: {}, ...args }, options };
}

/** Attaches the role to instances, so that all of them are ready at the same time. */
export function attachRoles({ controls }: Emulator, instanceIds: readonly string[]): void {
    for (const instanceId of instanceIds) {
        controls.attachRole(instanceId, "AppSnapshotRoleName");
    }
}

/** Returns what the state holds of the fleet of that name. */
export async function fleetIn(stack: TestStack, name: string): Promise<FleetOutputs> {
    const found = (await stack.snapshots()).filter(
        ({ urn, delete: isOld }) => urn.endsWith(`Fleet::${name}`) && isOld !== true,
    );
    const [fleet] = found;
    if (fleet?.outputs === undefined || found.length > 1) {
        throw new Error(`the state has ${found.length} fleets ${name}`);
    }
    return fleet.outputs as unknown as FleetOutputs;
}

/** Returns the sorted instances of each command that ran the plugin, in the order of the commands. */
export function startedOn(emulator: Emulator): string[][] {
    return pluginRuns(emulator).map(({ results }) => results.map(({ instanceId }) => instanceId).sort());
}

/** Fails with the engine's output if a command did not succeed. */
export function expectSuccess(result: CommandResult): CommandResult {
    if (result.code !== 0) {
        throw new Error(`expected success, but:\n${result.output}`);
    }
    return result;
}

export function expectFailure(result: CommandResult): CommandResult {
    if (result.code === 0) {
        throw new Error(`expected a failure, but:\n${result.output}`);
    }
    return result;
}

/** Returns the ids of the existing snapshot groups. */
export function groupIds(emulator: Emulator): string[] {
    return emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId);
}

/** Returns the calls of an operation. */
export function calls(emulator: Emulator, action: string): readonly LedgerEntry[] {
    return emulator.ledger.filter((entry) => entry.action === action);
}

/** Returns the operations of all calls except polls. */
export function callsBesidesPolling(emulator: Emulator): string[] {
    const polls = new Set(["DescribeInvocationResults", "DescribeSnapshotGroups"]);
    return emulator.ledger.map((entry) => entry.action).filter((action) => !polls.has(action));
}
