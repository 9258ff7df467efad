import { groupBy } from "../../runtime/group-by";
import { omit, withoutUndefined } from "../../runtime/json";
import type { FleetInstance } from "../inputs/fleet-inputs";
import type { SnapshotInputs } from "../inputs/inputs";
import {
    type EarlierGroup,
    groupOutputsIn,
    type KeptInputs,
    keptInputs,
    type SnapshotOutput,
    type SnapshotOutputs,
} from "../lifecycle/outputs";
import { type FleetGroup, type FleetOutputs, listedIn } from "./fleet-outputs";

/** Reads the instances of a state, each as the state of a single resource would hold it. */
export class FleetState {
    private readonly instances: ReadonlyMap<string, FleetInstance>;
    private readonly listed: ReadonlySet<string>;
    private readonly earlierGroups: ReadonlyMap<string, readonly FleetGroup[]>;
    private readonly supersededGroups: ReadonlyMap<string, readonly FleetGroup[]>;

    constructor(readonly outputs: FleetOutputs) {
        const { earlierSnapshotGroups = [], supersededSnapshotGroups = [] } = outputs;
        this.listed = new Set(listedIn(outputs));
        this.earlierGroups = groupBy(earlierSnapshotGroups, ({ instanceId }) => instanceId);
        this.supersededGroups = groupBy(supersededSnapshotGroups, ({ instanceId }) => instanceId);
        this.instances = new Map(
            (outputs.instances ?? []).map((instance) => [instance.instanceId, instance]),
        );
    }

    /** Returns the finished snapshot of an instance; undefined if there is none. */
    finished(instanceId: string): SnapshotOutputs | undefined {
        const { snapshots, reports, runs, missingSnapshotIds, ownerToken, regionId } = this.outputs;
        const snapshot = snapshots[instanceId];
        if (snapshot === undefined) {
            return undefined;
        }
        return withoutUndefined({
            ...this.kept(instanceId),
            ...groupOutputsIn(snapshot),
            ...snapshot,
            ...reports[instanceId],
            ...runs[snapshot.invokeId ?? ""],
            instanceId,
            regionId,
            ownerToken,
            missingSnapshotIds: missingSnapshotIds?.[instanceId],
            earlierSnapshotGroups: this.earlier(instanceId),
        });
    }

    /** Returns the unfinished snapshot of an instance; undefined if there is none. */
    unfinished(instanceId: string): SnapshotOutputs | undefined {
        const { unfinished, ownerToken } = this.outputs;
        const found = unfinished?.[instanceId];
        return found === undefined ? undefined : { ...this.kept(instanceId), ...found, ownerToken };
    }

    /** Returns the groups of an instance that are still to be deleted. */
    superseded(instanceId: string): SnapshotOutputs[] {
        const { ownerToken } = this.outputs;
        return (this.supersededGroups.get(instanceId) ?? []).map((group) => ({
            ...this.kept(instanceId),
            ...omit(group, "snapshotIds"),
            ownerToken,
            snapshots: group.snapshotIds.map(unknownMember),
        }));
    }

    /** Returns the inputs that defined the snapshot of an instance; undefined if the fleet does not name it. */
    inputsOf(instanceId: string): SnapshotInputs | undefined {
        return this.listed.has(instanceId) ? this.kept(instanceId) : undefined;
    }

    /** Returns the earlier groups of an instance; undefined if the fleet does not keep any. */
    earlier(instanceId: string): EarlierGroup[] | undefined {
        return this.outputs.earlierSnapshotGroups === undefined
            ? undefined
            : (this.earlierGroups.get(instanceId) ?? []).map((group) => omit(group, "instanceId"));
    }

    private kept(instanceId: string): KeptInputs {
        const { regionId } = this.outputs;
        const inputs = { ...this.outputs, ...this.instances.get(instanceId), instanceId };
        return keptInputs(inputs, regionId);
    }
}

/** A member of which only the id is known. */
function unknownMember(snapshotId: string): SnapshotOutput {
    return {
        ...{ snapshotId, sourceDiskId: "", sourceDiskType: "", available: false, instantAccess: false },
        tags: {},
    };
}
