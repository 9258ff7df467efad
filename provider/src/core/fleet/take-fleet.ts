import type { Context } from "../../cloud/context";
import type { Tag } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { warnAll } from "../../runtime/logger";
import { trackedRun } from "../lifecycle/create-request";
import type { Handing } from "../lifecycle/hand-over";
import type { StateMemory } from "../lifecycle/state-memory";
import { handOverAll, type Taken } from "../lifecycle/take";
import { fleetTag, ownerTag, stateTag } from "../run/run";
import { invokeIdsOf, type SnapshotResult, unfinished } from "../run/snapshot-result";
import { instanceRunOf } from "../run/tracked-run";
import { type FleetTaken, type InstanceWork, workOnInstances } from "./fleet-lives";
import type { FleetRequest } from "./fleet-request";
import type { Others } from "./fleet-runs";

/** The results of a create or an update, which were handed over. */
export interface FleetResults {
    readonly results: ReadonlyMap<string, SnapshotResult>;
    /** Those of instances that the fleet does not name. */
    readonly others: ReadonlyMap<string, SnapshotResult>;
    /** The errors of instances on which nothing was changed. */
    readonly errors: ReadonlyMap<string, AppSnapshotError>;
    readonly warnings: readonly string[];
}

export interface TakeFleetOptions {
    readonly memory: StateMemory;
    /** True if there is a state that records everything that is unfinished, even if nothing else is. */
    readonly hasState: boolean;
    readonly others: Others;
}

/** Works on instances of a fleet, and hands the results over. */
export async function takeFleet(
    context: Context,
    fleet: FleetRequest,
    works: readonly InstanceWork[],
    { memory, hasState, others }: TakeFleetOptions,
): Promise<FleetResults> {
    const { errors, ...taken } = withFailedParts(
        context,
        works,
        await workOnInstances(context, fleet, works, memory),
    );
    const isRecorded =
        hasState ||
        others.results.size > 0 ||
        [...taken.results.values()].some(({ state }) => state !== "failed");
    const held = isRecorded ? withOpenRuns(taken, fleet.ownerToken) : taken;
    const { results, warnings } = await tagSnapshots(context, fleet, held.results);
    warnAll(context.log, warnings);
    const handed = await handOverAll(context, together(others, { ...held, results }), memory);
    const byOwn = (isOwn: boolean): FleetResults["results"] =>
        new Map([...handed].filter(([instanceId]) => results.has(instanceId) === isOwn));
    return { results: byOwn(true), others: byOwn(false), errors, warnings };
}

/** Returns what is handed over, each run once. The way of an adopted run replaces that of one that is cleared away. */
function together(others: Others, own: Taken): Taken {
    const handings = new Map(
        [...others.handings, ...own.handings].map((handing) => [handing.invokeId, handing]),
    );
    return { results: new Map([...others.results, ...own.results]), handings: [...handings.values()] };
}

/**
 * Turns the error of an instance into a running result if an earlier run of it is handed over because of its other
 * instances: only the state can say that this one may have a group too.
 */
function withFailedParts(
    context: Context,
    works: readonly InstanceWork[],
    { results, errors, handings }: FleetTaken,
): FleetTaken {
    const handed = invokeIdsOf(results);
    const running = works.flatMap(({ request, earlier }): (readonly [string, SnapshotResult])[] => {
        const { instanceId } = request.specification;
        const error = errors.get(instanceId);
        const run = earlier.find(({ invokeId }) => handed.has(invokeId));
        if (error === undefined || run === undefined) {
            return [];
        }
        const owned = { ...run, ownerToken: request.ownerToken };
        return trackedRun(context, request, owned).instances.map((instance) => [
            instanceId,
            unfinished("running", instanceRunOf(owned, instance), error),
        ]);
    });
    const all = new Map([...results, ...running]);
    const others = [...errors].filter(([instanceId]) => !all.has(instanceId));
    return { results: all, errors: new Map(others), handings };
}

/**
 * Turns failed results whose run stays open into running ones: a run is handed over with all its instances, so only the
 * state can say that this one may still have a group.
 */
function withOpenRuns(
    { results, handings }: Omit<FleetTaken, "errors">,
    ownerToken: string,
): { readonly results: FleetTaken["results"]; readonly handings: readonly Handing[] } {
    const more = new Map(handings.map((handing) => [handing.invokeId, handing]));
    const all = [...results].map(([instanceId, result]): [string, SnapshotResult] => {
        if (result.state !== "failed" || result.openRun === undefined) {
            return [instanceId, result];
        }
        const openRun = { ...result.openRun, ownerToken };
        const { invokeId } = openRun;
        if (!more.has(invokeId)) {
            const tags = [ownerTag(ownerToken), stateTag("handed")];
            more.set(invokeId, { invokeId, tags, previousOwner: result.openRun.ownerToken, isHeld: false });
        }
        return [instanceId, unfinished("running", openRun, result.error)];
    });
    return { results: new Map(all), handings: [...more.values()] };
}

/** Tags the snapshots with their fleet; a failure is only a warning, because nothing but searches needs the tag. */
async function tagSnapshots(
    context: Context,
    { fleetId }: FleetRequest,
    results: ReadonlyMap<string, SnapshotResult>,
): Promise<Pick<FleetResults, "results" | "warnings">> {
    const tag = fleetTag(fleetId);
    const snapshotIds = [...results.values()].flatMap((result) =>
        result.state === "finished" ? result.group.snapshots.map(({ snapshotId }) => snapshotId) : [],
    );
    if (snapshotIds.length === 0) {
        return { results, warnings: [] };
    }
    context.log.status("tagging the snapshots");
    try {
        await context.api.tagResources("snapshot", snapshotIds, [tag]);
        const tagged = [...results].map(
            ([instanceId, result]) => [instanceId, withTag(result, tag)] as const,
        );
        return { results: new Map(tagged), warnings: [] };
    } catch (thrown) {
        const { message } = asAppSnapshotError(thrown);
        const warning = `Not all snapshots could be tagged with the fleet ${fleetId}: ${message}`;
        return { results, warnings: [warning] };
    }
}

/** Returns a result with a tag that its snapshots have now. */
function withTag(result: SnapshotResult, tag: Tag): SnapshotResult {
    if (result.state !== "finished") {
        return result;
    }
    const snapshots = result.group.snapshots.map((snapshot) => ({
        ...snapshot,
        tags: [...snapshot.tags.filter(({ key }) => key !== tag.key), tag],
    }));
    return { ...result, group: { ...result.group, snapshots } };
}
