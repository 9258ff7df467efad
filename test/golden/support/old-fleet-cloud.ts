import type { Tag } from "../../../provider/src/cloud/ecs/api";
import {
    type FleetFailure,
    type FleetGroup,
    type FleetOutputs,
    type FleetReport,
    type FleetRun,
    type FleetSnapshot,
    instancesIn,
} from "../../../provider/src/core/fleet/fleet-outputs";
import { groupOf, invocationOf, invokedInstanceOf, memberOf, resultOf } from "../../unit/support/samples";
import { FleetCloud } from "./fleet-cloud";
import type { HeldFleet } from "./fleet-scenarios";
import { inClear } from "./resource";

/** A cloud with what a fleet left in it. Its commands have ended since, and all uploads too. */
export function fleetCloudWith({ state, tags }: HeldFleet): FleetCloud {
    const outputs = inClear(state.outputs) as unknown as FleetOutputs;
    const { snapshots, unfinished = {}, supersededSnapshotGroups = [], earlierSnapshotGroups = [] } = outputs;
    const cloud = new FleetCloud();
    for (const instanceId of instancesIn(outputs)) {
        cloud.add(instanceId);
    }
    for (const [instanceId, snapshot] of Object.entries(snapshots)) {
        const { snapshotGroupId, snapshotGroupName: name, description = "", status, creationTime } = snapshot;
        cloud.groups.set(snapshotGroupId, {
            ...{ snapshotGroupId, name, description, instanceId, status, creationTime, tags: [] },
            snapshots: snapshot.snapshots.map((member) => ({ ...member, tags: tagsOf(member.tags) })),
        });
    }
    for (const { instanceId, snapshotGroupId, snapshotIds } of [
        ...supersededSnapshotGroups,
        ...earlierSnapshotGroups,
    ]) {
        const members = snapshotIds.map((snapshotId) =>
            memberOf(`d-of-${snapshotId}`, { snapshotId, tags: tagsOf(tags.snapshots[snapshotId] ?? {}) }),
        );
        cloud.groups.set(snapshotGroupId, groupOf({ snapshotGroupId, instanceId, snapshots: members }));
    }
    for (const [invokeId, own] of Object.entries(tags.invocations)) {
        const instanceIds = [...Object.entries({ ...snapshots, ...unfinished })]
            .filter(([, one]) => one.invokeId === invokeId)
            .map(([instanceId]) => instanceId);
        const commandId = outputs.runs[invokeId]?.commandId ?? "";
        cloud.invocations.push({
            ...invocationOf({
                invokeId,
                commandId,
                instances: instanceIds.map((instanceId) => invokedInstanceOf({ instanceId })),
                tags: tagsOf(own),
            }),
            commandContent: `acs-plugin-manager -Name=${own["app-snapshot:group-name"] ?? ""}`,
            results: instanceIds.map((instanceId) => {
                const ids = { invokeId, commandId, instanceId };
                return unfinished[instanceId]?.pending?.phase === "running"
                    ? resultOf({ ...ids, invocationStatus: "Running", exitCode: undefined, output: "" })
                    : resultOf(ids);
            }),
        });
    }
    for (const [instanceId, { snapshotGroupId, pending }] of Object.entries(unfinished)) {
        if (snapshotGroupId !== undefined) {
            const number = instanceId.replace(/^\D*/, "");
            const ids = pending?.snapshotIds;
            const members = ["system", "data"].map((kind, index) =>
                memberOf(`d-${kind}${number}`, {
                    sourceDiskType: kind,
                    ...(ids?.[index] === undefined ? {} : { snapshotId: ids[index] }),
                }),
            );
            const name = pending?.groupName ?? "";
            cloud.groups.set(
                snapshotGroupId,
                groupOf({ snapshotGroupId, instanceId, name, snapshots: members }),
            );
        }
    }
    cloud.endAll();
    return cloud;
}

function tagsOf(tags: Readonly<Record<string, string>>): Tag[] {
    return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/** All keys of a fleet's state. The compiler checks that none is missing. */
export const keysOfFleets = {
    outputs: {
        ...{ resourceUrn: true, organization: true, instanceIds: true, instances: true, regionId: true },
        ...{ linux: true, windows: true, instantAccess: true, instantAccessRetentionDays: true },
        ...{ triggers: true, fleetId: true, ownerToken: true, recordingId: true, snapshots: true },
        ...{ failures: true, reports: true, runs: true, snapshotGroupIdByInstanceId: true },
        ...{ snapshotIdByDiskId: true, consistency: true, warnings: true, unfinished: true },
        ...{ missingSnapshotIds: true, supersededSnapshotGroups: true, earlierSnapshotGroups: true },
    } satisfies Record<keyof FleetOutputs, true>,
    snapshot: {
        ...{ snapshotGroupId: true, snapshotGroupName: true, description: true, status: true },
        ...{ creationTime: true, consistency: true, snapshots: true, systemDiskSnapshotId: true },
        ...{ osType: true, invokeId: true, durations: true, degraded: true, warnings: true },
        ...{ tags: true, snapshotGroupTags: true },
    } satisfies Record<keyof FleetSnapshot, true>,
    failure: {
        ...{ code: true, message: true, remedy: true, invokeId: true, snapshotGroupId: true },
    } satisfies Record<keyof FleetFailure, true>,
    report: {
        ...{ pluginMessage: true, preScriptOutput: true, postScriptOutput: true, scriptOutput: true },
    } satisfies Record<keyof FleetReport, true>,
    run: { ...{ commandId: true, runId: true, isShared: true } } satisfies Record<keyof FleetRun, true>,
    superseded: {
        ...{ instanceId: true, snapshotGroupId: true, regionId: true, consistency: true, invokeId: true },
        ...{ degraded: true, snapshotIds: true },
        // The owner token is the fleet's.
    } satisfies Record<Exclude<keyof FleetGroup, "ownerToken">, true>,
    earlier: {
        ...{ instanceId: true, snapshotGroupId: true, regionId: true, consistency: true, invokeId: true },
        ...{ ownerToken: true, degraded: true, snapshotIds: true },
    } satisfies Record<keyof FleetGroup, true>,
} as const;
