import type { Context } from "../../cloud/context";
import type { FleetInputs } from "../inputs/fleet-inputs";
import { type CreateRequest, identityOf } from "../lifecycle/create-request";
import { isAdopted, removeOwn } from "../lifecycle/delete";
import type { EarlierRuns } from "../lifecycle/earlier-runs";
import type { SnapshotOutputs } from "../lifecycle/outputs";
import { findOwnRun } from "../lifecycle/ownership";
import type { StateMemory } from "../lifecycle/state-memory";
import { finalizeHeld } from "../lifecycle/update";
import { ownerTag, partOf, type SnapshotRun, stateTag } from "../run/run";
import { type InstanceWork, taking } from "./fleet-lives";
import type { FleetPlan } from "./fleet-plan";
import { type FleetRequest, memberFingerprint } from "./fleet-request";
import { earlierRunsOf, type FleetRuns, fleetRuns } from "./fleet-runs";
import type { FleetState } from "./fleet-state";

/** The state of a fleet, and what brings it in line with its program. */
export interface Planned {
    readonly plan: FleetPlan;
    readonly held: FleetState;
}

/** Searches for the earlier runs of the instances of which a snapshot is taken. */
export async function runsToContinue(
    context: Context,
    fleet: FleetRequest,
    { plan, held }: Planned,
    memory: StateMemory,
): Promise<FleetRuns> {
    const resumed = new Map<string, string>();
    for (const instanceId of plan.take) {
        const { pending, invokeId } = held.unfinished(instanceId) ?? {};
        if (pending?.phase === "running" && invokeId !== undefined) {
            resumed.set(instanceId, invokeId);
        }
    }
    return plan.take.length === 0
        ? { runs: [], resumed, isStateKnown: true }
        : fleetRuns(context, fleet, memory, { resumed, isStateKnown: true });
}

/** Returns the work on each instance that an update takes or finishes. */
export function worksOf(
    context: Context,
    { instances }: FleetRequest,
    { plan, held, inputs }: Planned & { readonly inputs: FleetInputs },
    runs: FleetRuns,
    memory: StateMemory,
): InstanceWork[] {
    const take = new Set(plan.take);
    const finish = new Set(plan.finish);
    // The fleet may have had another name when its runs were started.
    const identity = identityOf(context, held.outputs);
    const isWanted = (run: SnapshotRun, request: CreateRequest): boolean =>
        run.fingerprint === memberFingerprint(identity, request.inputs) ||
        run.fingerprint === request.fingerprint;
    return instances.flatMap((request): InstanceWork[] => {
        const { instanceId } = request.specification;
        const unfinished = finish.has(instanceId) ? held.unfinished(instanceId) : undefined;
        if (unfinished !== undefined) {
            return [finishing(request, unfinished)];
        }
        if (!take.has(instanceId)) {
            return [];
        }
        const earlier = earlierRunsOf(instanceId, runs, memory);
        const resumed = earlier.runs.find(({ invokeId }) => invokeId === earlier.resumed?.invokeId);
        const state = held.unfinished(instanceId);
        if (state === undefined || earlier.resumed === undefined) {
            return [taking(request, earlier)];
        }
        return resumed !== undefined && isWanted(resumed, request)
            ? [taking(request, earlier)]
            : [retaking(request, { state, run: resumed, inputs }, earlier)];
    });
}

/**
 * Returns the work that takes a snapshot instead of one that the state holds as running, but that can't be adopted: it
 * was started for another program, with other options or scripts, or Cloud Assistant has forgotten its run. As with a
 * replaced resource, that one is removed.
 */
function retaking(
    request: CreateRequest,
    {
        state,
        run,
        inputs: { retainOnDelete },
    }: {
        readonly state: SnapshotOutputs;
        readonly run: SnapshotRun | undefined;
        readonly inputs: FleetInputs;
    },
    earlier: EarlierRuns,
): InstanceWork {
    const { instanceId } = request.specification;
    const { invokeId = "", pending } = state;
    const others = earlier.runs.filter((other) => other.invokeId !== invokeId);
    const { run: takeNew } = taking(request, { ...earlier, runs: others, resumed: undefined });
    return {
        request,
        isUnderWay: true,
        earlier: others,
        run: async (context, services) => {
            services.assertMayBegin();
            if (retainOnDelete !== false) {
                context.log.warn(
                    `An unfinished snapshot of ${instanceId} is retained: invocation ${invokeId}, snapshot group ${pending?.groupName ?? ""}.`,
                );
            } else if (!isAdopted(state, services.memory)) {
                const own = run ?? (await closedRun(context, state, instanceId));
                if ((await removeOwn(context, invokeId, state, own, services.memory)) && run !== undefined) {
                    await services.closing.noteGone(context, run);
                }
            }
            return takeNew(context, services);
        },
    };
}

/** Returns the part of a run that no search for earlier ones has found, because it is closed; undefined if forgotten. */
async function closedRun(
    context: Context,
    state: SnapshotOutputs,
    instanceId: string,
): Promise<SnapshotRun | undefined> {
    const run = await findOwnRun(context, state);
    return run === undefined ? undefined : partOf(run, instanceId);
}

/** Returns the work that finalizes the group that the state holds. */
function finishing(request: CreateRequest, state: SnapshotOutputs): InstanceWork {
    const { specification, inputs, ownerToken } = request;
    return {
        request,
        isUnderWay: true,
        earlier: [],
        run: async (context) => {
            const { pending, snapshotGroupId = "" } = state;
            if (pending === undefined) {
                throw new Error("There is nothing to finish.");
            }
            const result = await finalizeHeld(context, snapshotGroupId, { state, pending }, inputs);
            const { invokeId, previousOwner = ownerToken } = pending;
            const tags = [ownerTag(ownerToken), stateTag("handed")];
            return {
                results: new Map([[specification.instanceId, result]]),
                handings: [{ invokeId, tags, previousOwner, isHeld: false, mayBeForgotten: true }],
            };
        },
    };
}
