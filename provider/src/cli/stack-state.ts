import { fleetTypeToken, typeToken } from "../pulumi/resource/type-token";
import { isObject } from "../runtime/json";
import { CommandError } from "./command-error";
import { partId } from "./orphan";

/** The parts of a stack's state that this command needs. */
export interface StackState {
    /** The stacks and projects that its URNs name; none in an empty state. */
    readonly owners: readonly Owner[];
    /** The regions of its snapshots. */
    readonly regions: readonly string[];
    /** The ids of its resources, and the invocations and groups of its snapshots. */
    readonly known: ReadonlySet<string>;
}

export interface Owner {
    readonly stack: string;
    readonly project: string;
}

interface Resource {
    readonly urn: string;
    readonly type?: unknown;
    readonly id?: unknown;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * Reads the output of `pulumi stack export`. All resources count as known, also those that are pending deletion, of
 * other types, or only looked up: nothing that a state contains is an orphan.
 *
 * @throws CommandError if the format is unknown: treated as empty, it would turn every snapshot into an orphan.
 */
export function parseState(exported: string): StackState {
    const resources = resourcesOf(exported);
    const snapshots = resources.filter((resource) => resource.type === typeToken);
    const fleets = resources.filter((resource) => resource.type === fleetTypeToken);
    return {
        owners: resources.map(({ urn }) => ownerOf(urn)),
        regions: texts([...snapshots, ...fleets].map(({ outputs }) => outputs?.["regionId"])),
        known: new Set(
            texts([
                ...resources.map(({ id }) => id),
                ...snapshots.flatMap(({ outputs }) => [outputs?.["invokeId"], outputs?.["snapshotGroupId"]]),
                ...fleets.flatMap(({ outputs = {} }) => idsOfFleet(outputs)),
            ]),
        ),
    };
}

/**
 * Returns the groups of a fleet, and its parts of invocations: these may have further instances, which the fleet does
 * not hold (any more).
 */
function idsOfFleet({ snapshots, unfinished, ...lists }: Readonly<Record<string, unknown>>): unknown[] {
    const held = [...entries(snapshots), ...entries(unfinished)];
    const earlier = [lists["supersededSnapshotGroups"], lists["earlierSnapshotGroups"]].flatMap((groups) =>
        Array.isArray(groups) ? groups.filter(isObject) : [],
    );
    return [
        ...held.flatMap(([instanceId, { snapshotGroupId, invokeId }]) => [
            snapshotGroupId,
            typeof invokeId === "string" ? partId({ invokeId }, instanceId) : undefined,
        ]),
        ...earlier.map(({ snapshotGroupId }) => snapshotGroupId),
    ];
}

function entries(byInstance: unknown): [string, Readonly<Record<string, unknown>>][] {
    return isObject(byInstance)
        ? Object.entries(byInstance).flatMap(([instanceId, value]) =>
              isObject(value) ? [[instanceId, value]] : [],
          )
        : [];
}

function resourcesOf(exported: string): readonly Resource[] {
    const { deployment } = object(parsed(exported));
    const { resources = [] } = object(deployment);
    if (!Array.isArray(resources) || !resources.every(isResource)) {
        throw notUnderstood();
    }
    return resources;
}

function isResource(value: unknown): value is Resource {
    return typeof value === "object" && value !== null && "urn" in value && typeof value.urn === "string";
}

function ownerOf(urn: string): Owner {
    const match = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn);
    const [, stack, project] = match ?? [];
    if (stack === undefined || project === undefined) {
        throw notUnderstood();
    }
    return { stack, project };
}

/** Parses JSON without the error of `JSON.parse`, which would quote the text. */
function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        throw notUnderstood();
    }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null) {
        throw notUnderstood();
    }
    return value as Record<string, unknown>;
}

function texts(values: readonly unknown[]): string[] {
    return [...new Set(values.filter((value) => typeof value === "string" && value !== ""))] as string[];
}

function notUnderstood(): CommandError {
    return new CommandError(
        "The output of `pulumi stack export` is not a stack state that this package knows.",
    );
}
