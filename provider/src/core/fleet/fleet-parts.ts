import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { omit } from "../../runtime/json";
import type { SnapshotInputs } from "../inputs/inputs";
import {
    type EarlierGroup,
    type FinishedOutputs,
    finishedOutputs,
    keptInputs,
    keptNames,
} from "../lifecycle/outputs";
import { unfinishedOutputs } from "../lifecycle/unfinished-snapshot";
import type { CreatedGroup, SnapshotResult } from "../run/snapshot-result";
import { fleetFailure } from "./fleet-error";
import {
    derivedOutputs,
    type FleetFailure,
    type FleetGroup,
    type FleetOutputs,
    type FleetReport,
    type FleetRun,
    type FleetSnapshot,
    partsOf,
    type UnfinishedInstance,
} from "./fleet-outputs";
import { type FleetRequest, requestForOther } from "./fleet-request";

/** The outcome of the work on the instances of a fleet. */
export interface FleetWorkOutcome {
    readonly results: ReadonlyMap<string, SnapshotResult>;
    /** The results for instances that the fleet does not name. */
    readonly others: ReadonlyMap<string, SnapshotResult>;
    /** The errors of instances on which nothing was changed. */
    readonly errors: ReadonlyMap<string, AppSnapshotError>;
    /** The outputs of the finished snapshots, with their history. */
    readonly finished: ReadonlyMap<string, FinishedOutputs>;
}

/** The parts of a fleet's state that its instances make up. They are changed in place while a state is put together. */
export class FleetParts {
    readonly snapshots: Record<string, FleetSnapshot>;
    readonly failures: Record<string, FleetFailure> = {};
    readonly reports: Record<string, FleetReport>;
    readonly unfinished: Record<string, UnfinishedInstance>;
    readonly missing: Record<string, readonly string[]>;
    superseded: FleetGroup[];
    /** The earlier groups; undefined unless the fleet keeps them. */
    earlier: FleetGroup[] | undefined;
    private readonly runs: Record<string, FleetRun>;

    /** @param before the state that is changed. Default: none. */
    constructor(before?: FleetOutputs) {
        this.snapshots = { ...before?.snapshots };
        this.reports = { ...before?.reports };
        this.unfinished = { ...before?.unfinished };
        this.missing = { ...before?.missingSnapshotIds };
        this.superseded = [...(before?.supersededSnapshotGroups ?? [])];
        this.earlier = before?.earlierSnapshotGroups?.slice();
        this.runs = { ...before?.runs };
    }

    /** Adds the outcome of a create or an update. */
    addAll(
        fleet: FleetRequest,
        regionId: string,
        { results, others, errors, finished }: FleetWorkOutcome,
    ): void {
        for (const { inputs } of fleet.instances) {
            const { instanceId } = inputs;
            const result = results.get(instanceId);
            const error = errors.get(instanceId);
            if (result !== undefined) {
                this.add(inputs, regionId, result, finished.get(instanceId));
            } else if (error !== undefined) {
                this.fail(instanceId, error);
            }
        }
        for (const [instanceId, result] of others) {
            const inputs = requestForOther(fleet, instanceId)?.inputs;
            if (inputs !== undefined) {
                this.add(inputs, regionId, result);
            }
        }
    }

    /**
     * Adds the result of the work on an instance.
     *
     * @param outputs those of a finished snapshot, with its history. Default: without one.
     */
    private add(
        inputs: SnapshotInputs,
        regionId: string,
        result: SnapshotResult,
        outputs?: FinishedOutputs,
    ): void {
        const { instanceId } = inputs;
        const kept = keptInputs(inputs, regionId);
        switch (result.state) {
            case "finished":
                this.supersede(instanceId, kept.regionId, result.instanceRun);
                this.setSnapshot(instanceId, outputs ?? finishedOutputs(kept, result));
                this.setEarlier(instanceId, outputs?.earlierSnapshotGroups);
                return;
            case "unfinished":
                // An older group that should have been deleted must not be forgotten.
                this.supersedeFailed(instanceId, kept.regionId, result.instanceRun.invokeId);
                this.unfinished[instanceId] = withoutInputs(unfinishedOutputs(kept, result, []));
                this.setRun(result.instanceRun.invokeId, result.instanceRun);
                this.fail(instanceId, result.reason);
                return;
            case "failed":
                this.fail(instanceId, result.error);
                if (this.unfinished[instanceId]?.pending?.phase === "running") {
                    // Its run has ended, and nothing of it is left.
                    this.forgetUnfinished(instanceId);
                }
        }
    }

    fail(instanceId: string, error: AppSnapshotError): void {
        this.failures[instanceId] = fleetFailure(error);
    }

    /** Sets the finished snapshot of an instance, of which nothing is unfinished any more. */
    setSnapshot(instanceId: string, outputs: Parameters<typeof partsOf>[0]): void {
        this.refreshSnapshot(instanceId, outputs);
        this.forgetUnfinished(instanceId);
        this.forgetMissing(instanceId);
    }

    /** Sets what the state holds of a finished snapshot. A newer one of the instance may still be unfinished. */
    refreshSnapshot(instanceId: string, outputs: Parameters<typeof partsOf>[0]): void {
        const { snapshot, report, run } = partsOf(outputs);
        this.snapshots[instanceId] = snapshot;
        this.reports[instanceId] = report;
        if (snapshot.invokeId !== undefined) {
            this.setRun(snapshot.invokeId, run);
        }
    }

    /** Removes the snapshot of an instance that no longer exists. */
    removeSnapshot(instanceId: string): void {
        Reflect.deleteProperty(this.snapshots, instanceId);
        Reflect.deleteProperty(this.reports, instanceId);
        this.forgetMissing(instanceId);
    }

    /** Removes everything of an instance that the fleet no longer has. */
    remove(instanceId: string): void {
        this.removeSnapshot(instanceId);
        this.forgetUnfinished(instanceId);
        this.superseded = this.superseded.filter((group) => group.instanceId !== instanceId);
        this.earlier = this.earlier?.filter((group) => group.instanceId !== instanceId);
    }

    setMissing(instanceId: string, snapshotIds: readonly string[]): void {
        if (snapshotIds.length === 0) {
            this.forgetMissing(instanceId);
        } else {
            this.missing[instanceId] = snapshotIds;
        }
    }

    /** Sets the earlier groups of an instance; undefined if none are kept. */
    setEarlier(instanceId: string, groups: readonly EarlierGroup[] | undefined): void {
        if (groups === undefined) {
            return;
        }
        this.earlier = [
            ...(this.earlier ?? []).filter((group) => group.instanceId !== instanceId),
            ...groups.map((group) => ({ ...group, instanceId })),
        ];
    }

    /** Returns the outputs of these parts. */
    outputs(): Pick<
        FleetOutputs,
        | "snapshots"
        | "failures"
        | "reports"
        | "runs"
        | "snapshotGroupIdByInstanceId"
        | "snapshotIdByDiskId"
        | "consistency"
        | "unfinished"
        | "missingSnapshotIds"
        | "supersededSnapshotGroups"
        | "earlierSnapshotGroups"
    > {
        const { snapshots, failures, reports, unfinished, missing, superseded, earlier } = this;
        const held = new Set(
            [...Object.values(snapshots), ...Object.values(unfinished)].map(({ invokeId }) => invokeId),
        );
        const runs = Object.fromEntries(Object.entries(this.runs).filter(([invokeId]) => held.has(invokeId)));
        return {
            ...{ snapshots, failures, reports, runs },
            ...derivedOutputs(snapshots),
            ...(isEmpty(unfinished) ? {} : { unfinished }),
            ...(isEmpty(missing) ? {} : { missingSnapshotIds: missing }),
            ...(superseded.length === 0 ? {} : { supersededSnapshotGroups: superseded }),
            ...(earlier === undefined ? {} : { earlierSnapshotGroups: earlier }),
        };
    }

    /**
     * Moves the finished snapshot of an instance to those that are to be deleted: it is not the one that the program
     * wants, even if the next one fails.
     */
    setAside(instanceId: string, regionId: string): void {
        const old = this.snapshots[instanceId];
        if (old !== undefined) {
            this.superseded.push({
                ...{ instanceId, regionId, consistency: old.consistency, degraded: true },
                snapshotGroupId: old.snapshotGroupId,
                ...(old.invokeId === undefined ? {} : { invokeId: old.invokeId }),
                snapshotIds: old.snapshots.map(({ snapshotId }) => snapshotId),
            });
            this.removeSnapshot(instanceId);
        }
    }

    /** Moves the incomplete or failed groups of an instance to those that are to be deleted, but never its new one. */
    private supersede(
        instanceId: string,
        regionId: string,
        by: Pick<CreatedGroup, "snapshotGroupId" | "invokeId">,
    ): void {
        if (this.snapshots[instanceId]?.snapshotGroupId !== by.snapshotGroupId) {
            this.setAside(instanceId, regionId);
        }
        this.supersedeFailed(instanceId, regionId, by.invokeId);
        this.superseded = this.superseded.filter((group) => group.snapshotGroupId !== by.snapshotGroupId);
    }

    private supersedeFailed(instanceId: string, regionId: string, by: string): void {
        const { snapshotGroupId, pending, invokeId } = this.unfinished[instanceId] ?? {};
        if (snapshotGroupId !== undefined && pending?.phase === "failed" && invokeId !== by) {
            this.superseded.push({
                ...{ instanceId, regionId, snapshotGroupId, consistency: "crash", degraded: true },
                ...(invokeId === undefined ? {} : { invokeId }),
                snapshotIds: pending.snapshotIds ?? [],
            });
        }
    }

    private setRun(
        invokeId: string,
        { commandId, runId, isShared }: { readonly [Key in keyof FleetRun]: FleetRun[Key] | undefined },
    ): void {
        this.runs[invokeId] = {
            ...(commandId === undefined ? {} : { commandId }),
            ...(runId === undefined ? {} : { runId }),
            ...(isShared === true ? { isShared } : {}),
        };
    }

    private forgetUnfinished(instanceId: string): void {
        Reflect.deleteProperty(this.unfinished, instanceId);
    }

    private forgetMissing(instanceId: string): void {
        Reflect.deleteProperty(this.missing, instanceId);
    }
}

function isEmpty(record: object): boolean {
    return Object.keys(record).length === 0;
}

/** Removes what the fleet's own state has already. */
function withoutInputs(outputs: ReturnType<typeof unfinishedOutputs>): UnfinishedInstance {
    return omit(outputs, ...keptNames, "ownerToken");
}
