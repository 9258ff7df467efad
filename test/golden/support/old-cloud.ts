import type { MemberSnapshot, Tag } from "../../../provider/src/cloud/ecs/api";
import type { EarlierGroup, SnapshotOutputs } from "../../../provider/src/core/lifecycle/outputs";
import { FakeCloud } from "../../unit/support/fake-cloud";
import { groupOf, instanceOf, memberOf } from "../../unit/support/samples";
import { type HeldResource, inClear, isObject, type Values } from "./resource";

/** A cloud with what a resource left in it. The command has ended since, and the group exists. */
export function cloudWith({ state, tags }: HeldResource): FakeCloud {
    const outputs: SnapshotOutputs = inClear(state.outputs);
    const cloud = new FakeCloud();
    cloud.instance = instanceOf({ tags: tagsOf(tags.instance) });
    const { invokeId = "", commandId = "", earlierSnapshotGroups = [] } = outputs;
    cloud.runElsewhere(0, { invokeId, commandId, tags: tagsOf(tags.invocation) });
    cloud.endAll();
    for (const { snapshotGroupId, snapshotIds } of earlierSnapshotGroups) {
        const snapshots = snapshotIds.map((snapshotId) => memberOf("d-data", { snapshotId }));
        cloud.groups.set(snapshotGroupId, groupOf({ snapshotGroupId, snapshots }));
    }
    const snapshotGroupId = groupIdIn(outputs);
    cloud.groups.set(
        snapshotGroupId,
        groupOf({
            snapshotGroupId,
            name: outputs.snapshotGroupName ?? outputs.pending?.groupName ?? "",
            description: outputs.description ?? "",
            creationTime: outputs.creationTime ?? groupOf().creationTime,
            snapshots: membersIn(outputs).map((member) => ({
                ...member,
                tags: [...member.tags, ...tagsOf(tags.members)],
            })),
        }),
    );
    return cloud;
}

/** The id of the resource's group, even if the state does not have it yet. */
export function groupIdIn({ snapshotGroupId = "ssg-found" }: SnapshotOutputs): string {
    return snapshotGroupId;
}

/** Returns the outputs after a refresh: the members were tagged after they were read for the state. */
export function refreshed({ state, tags }: HeldResource): Values {
    const outputs: SnapshotOutputs = inClear(state.outputs);
    const snapshots = outputs.snapshots?.map((snapshot) => ({
        ...snapshot,
        tags: { ...snapshot.tags, ...tags.members },
    }));
    return { ...outputs, ...(snapshots === undefined ? {} : { snapshots }) };
}

/** Returns a value without the keys that the known one lacks: a later release may read more of a group. */
export function asFarAs(known: unknown, value: unknown): unknown {
    if (Array.isArray(known) && Array.isArray(value)) {
        return value.map((item: unknown, index) => asFarAs(known[index], item));
    }
    if (!isObject(known) || !isObject(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([key]) => key in known)
            .map(([key, item]) => [key, asFarAs(known[key], item)]),
    );
}

function membersIn({ snapshots }: SnapshotOutputs): readonly MemberSnapshot[] {
    return (
        snapshots?.map(({ tags, ...others }) => ({ ...others, tags: tagsOf(tags) })) ?? groupOf().snapshots
    );
}

function tagsOf(tags: Readonly<Record<string, string>>): Tag[] {
    return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** All keys of a state. The compiler checks that none is missing. */
export const keysOfStates = {
    outputs: {
        ...{ resourceUrn: true, organization: true, instanceId: true, regionId: true, excludeDiskIds: true },
        ...{
            linux: true,
            windows: true,
            instantAccess: true,
            instantAccessRetentionDays: true,
            triggers: true,
        },
        ...{ osType: true, invokeId: true, commandId: true, runId: true, ownerToken: true, degraded: true },
        ...{ warnings: true, pluginMessage: true, pluginMessages: true, preScriptOutput: true },
        ...{ postScriptOutput: true, durations: true, scriptOutput: true, snapshotGroupId: true },
        ...{ snapshotGroupName: true, status: true, creationTime: true, consistency: true, snapshots: true },
        ...{ snapshotIdByDiskId: true, systemDiskSnapshotId: true, description: true, pending: true },
        ...{ missingSnapshotIds: true, earlierSnapshotGroups: true, tags: true, snapshotGroupTags: true },
        // The run of a single resource has one instance.
    } satisfies Record<Exclude<keyof SnapshotOutputs, "isShared">, true>,
    pending: {
        ...{ phase: true, invokeId: true, groupName: true, reason: true, previousOwner: true },
        ...{ diskSetDigest: true, diskIds: true, snapshotIds: true, saysFilesystemOnly: true },
    } satisfies Record<keyof NonNullable<SnapshotOutputs["pending"]>, true>,
    earlier: {
        ...{ snapshotGroupId: true, regionId: true, consistency: true, invokeId: true, ownerToken: true },
        ...{ degraded: true, snapshotIds: true },
    } satisfies Record<keyof EarlierGroup, true>,
} as const;
