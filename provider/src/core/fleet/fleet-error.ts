import { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { ErrorEntry } from "../../errors/error-entry";
import { ownErrors } from "../../errors/own-errors";
import { groupBy } from "../../runtime/group-by";
import type { SnapshotResult } from "../run/snapshot-result";
import type { FleetFailure, FleetOutputs } from "./fleet-outputs";
import type { FleetRequest } from "./fleet-request";

/** The number of instances that are named with an error that is quoted for another one. */
const mostNamed = 20;

/**
 * The fleet is not complete, but something exists in the cloud. The engine records `outputs` under `id`, so that the
 * next update takes only what is missing.
 */
export class UnfinishedFleet extends Error {
    constructor(
        readonly id: string,
        readonly outputs: FleetOutputs,
        readonly reason: AppSnapshotError,
    ) {
        super(reason.message, { cause: reason });
        this.name = "UnfinishedFleet";
    }
}

/**
 * Returns the error of a fleet that has no finished snapshot of some of its instances.
 *
 * @param named the instances that the program names; others may have errors too.
 */
export function fleetError(
    errors: ReadonlyMap<string, AppSnapshotError>,
    { instances: named }: Pick<FleetRequest, "instances">,
): AppSnapshotError {
    const all = new Set([...named.map(({ inputs }) => inputs.instanceId), ...errors.keys()]);
    return errorOf(ownErrors.InstancesFailed, errors, all.size);
}

function errorOf(
    entry: ErrorEntry,
    errors: ReadonlyMap<string, AppSnapshotError>,
    total: number,
): AppSnapshotError {
    const all = [...errors];
    // Whoever reads only the beginning must see these.
    const urgent = all.filter(([, error]) => error.entry.urgent === true);
    const isConsequence = ([, { code }]: InstanceError): boolean => code === ownErrors.NotBegun.code;
    const causes = all.filter((one) => one[1].entry.urgent !== true && !isConsequence(one));
    const others = [...causes, ...all.filter(isConsequence)];
    const [, first] = urgent[0] ?? others[0] ?? [];
    if (first !== undefined && total === 1) {
        return first;
    }
    const lines = [...urgent.map(quoted), ...[...groupBy(others, kindOf).values()].map(quotedOnce)];
    return new AppSnapshotError(
        { ...entry, ...(urgent.length > 0 ? { urgent: true as const } : {}) },
        {
            detail: [`${all.length} of ${total} instances:`, ...lines].join("\n"),
            problems: [...urgent, ...others].map(([, error]) => error),
            cause: first,
        },
    );
}

type InstanceError = readonly [instanceId: string, error: AppSnapshotError];

function quoted([instanceId, { message }]: InstanceError): string {
    return `  ${instanceId}: ${message.replace(/\n/g, "\n     ")}`;
}

/** Returns a text that errors with the same cause share. What exists in the cloud is part of it: it must be named. */
function kindOf([, { code, details }]: InstanceError): string {
    const { detail, resources: { invokeId, snapshotGroupId, snapshotIds } = {} } = details;
    return JSON.stringify([code, detail, invokeId, snapshotGroupId, snapshotIds]);
}

/** Quotes the first of several errors of one kind, and names the instances of the others. */
function quotedOnce([first, ...others]: readonly InstanceError[]): string {
    if (first === undefined || others.length === 0) {
        return first === undefined ? "" : quoted(first);
    }
    const names = others.map(([instanceId]) => instanceId);
    const more = names.length - mostNamed;
    const listed = [...names.slice(0, mostNamed), ...(more > 0 ? [`${more} more`] : [])];
    return `${quoted(first)}\n     ${first[1].code} also: ${listed.join(", ")}. \`pulumi stack export\` shows each error, in the resource's failures.`;
}

/** Returns the error of a fleet of which not all snapshots could be deleted. */
export function deletionError(
    errors: ReadonlyMap<string, AppSnapshotError>,
    total: number,
): AppSnapshotError {
    return errorOf(ownErrors.FleetNotDeleted, errors, total);
}

/** Returns the errors of the instances without a finished snapshot. */
export function problemsOf(
    results: readonly ReadonlyMap<string, SnapshotResult>[],
    errors: ReadonlyMap<string, AppSnapshotError>,
): ReadonlyMap<string, AppSnapshotError> {
    const problems = new Map(errors);
    for (const [instanceId, result] of results.flatMap((some) => [...some])) {
        if (result.state !== "finished") {
            problems.set(instanceId, result.state === "failed" ? result.error : result.reason);
        }
    }
    return problems;
}

/** Returns an error as the state records it. */
export function fleetFailure({ code, message, remedy, resources }: AppSnapshotError): FleetFailure {
    const { invokeId, snapshotGroupId } = resources;
    return {
        ...{ code, message, remedy },
        ...(invokeId === undefined ? {} : { invokeId }),
        ...(snapshotGroupId === undefined ? {} : { snapshotGroupId }),
    };
}
