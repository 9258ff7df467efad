import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { mapConcurrently } from "../../runtime/map-concurrently";
import { clearRuns } from "../lifecycle/clear";
import { type EarlierRuns, openRuns } from "../lifecycle/earlier-runs";
import type { Handing } from "../lifecycle/hand-over";
import { withInstanceLock } from "../lifecycle/instance-lock";
import { RunClosing } from "../lifecycle/run-closing";
import type { StateMemory } from "../lifecycle/state-memory";
import { clearableFacts, describeLeftAlone, isClearable } from "../lifecycle/treatment";
import { partOf, type SnapshotRun } from "../run/run";
import type { SnapshotResult } from "../run/snapshot-result";
import { visibilityMs } from "../snapshot-group/group";
import { type FleetRequest, requestForOther } from "./fleet-request";
import { parallelInstances } from "./fleet-retention";

/** The earlier runs of a fleet. */
export interface FleetRuns {
    /** Those that no state has recorded, and the resumed ones; the newest first. */
    readonly runs: readonly SnapshotRun[];
    /** The runs that the fleet's state holds as running, by instance. */
    readonly resumed: ReadonlyMap<string, string>;
    readonly isStateKnown: boolean;
}

/** Searches for the earlier runs of a fleet. */
export async function fleetRuns(
    context: Context,
    { stack, resource }: FleetRequest,
    memory: StateMemory,
    { resumed, isStateKnown }: Pick<FleetRuns, "resumed" | "isStateKnown">,
): Promise<FleetRuns> {
    const held = new Set(resumed.values());
    const found = await openRuns(context, { stack, resource }, [...held]);
    const runs = found.filter(({ invokeId }) => held.has(invokeId) || !memory.isRecorded(invokeId));
    return { runs, resumed, isStateKnown };
}

/** Returns the earlier runs of one instance of a fleet, each with only its part on that instance. */
export function earlierRunsOf(
    instanceId: string,
    { runs, resumed, isStateKnown }: FleetRuns,
    memory: StateMemory,
): EarlierRuns {
    const own = resumed.get(instanceId);
    return {
        runs: runs
            .filter(({ allInstanceIds }) => allInstanceIds.includes(instanceId))
            // The state holds the other parts of such a run as well.
            .filter(({ invokeId }) => invokeId === own || !memory.isRecorded(invokeId))
            .map((run) => partOf(run, instanceId)),
        resumed: own === undefined ? undefined : { invokeId: own, isWanted: () => true },
        isStateKnown,
    };
}

/** The remains of earlier runs on instances that the fleet does not name, which the state must record. */
export interface Others {
    readonly results: ReadonlyMap<string, SnapshotResult>;
    readonly handings: readonly Handing[];
}

/**
 * Deals with the parts of earlier runs on instances that the fleet does not name: clears them away, or warns that they
 * are left alone.
 *
 * @returns what the state must record. It is not handed over yet: the same runs may have parts on named instances,
 * which could not be cleared away after that.
 */
export async function clearOthers(
    context: Context,
    fleet: FleetRequest,
    { runs, isStateKnown }: FleetRuns,
    memory: StateMemory,
): Promise<Others> {
    const named = new Set(fleet.instances.map(({ specification }) => specification.instanceId));
    const notBefore = context.clock.now() + (isStateKnown ? 0 : visibilityMs);
    const closing = new RunClosing();
    const results = new Map<string, SnapshotResult>();
    const handings = new Map<string, Handing>();
    for (const run of runs.filter(({ invokeId }) => !memory.isHeld(invokeId))) {
        const facts = {
            ...clearableFacts,
            state: run.state,
            // One that ran together with a named instance is as much this fleet's as that one.
            inScope: context.namespace !== undefined || run.allInstanceIds.some((id) => named.has(id)),
        };
        const others = run.allInstanceIds.filter((listed) => !named.has(listed));
        await mapConcurrently(others, parallelInstances, async (instanceId) => {
            const part = partOf(run, instanceId);
            const request = requestForOther(fleet, instanceId);
            if (!isClearable(facts) || request === undefined) {
                warnAll(context.log, [describeLeftAlone({ run: part, facts })]);
                return;
            }
            try {
                // Another resource of this update may be using the instance, and its role.
                const { results: left, handing } = await withInstanceLock(context, instanceId, () =>
                    clearRuns(context, request, [part], { closing, notBefore }),
                );
                left.forEach((result, id) => results.set(id, result));
                if (handing !== undefined) {
                    handings.set(handing.invokeId, handing);
                }
            } catch (thrown) {
                const error = asAppSnapshotError(thrown, instanceId);
                warnAll(context.log, [describeLeftAlone({ run: part, facts }, error)]);
            }
        });
    }
    return { results, handings: [...handings.values()] };
}
