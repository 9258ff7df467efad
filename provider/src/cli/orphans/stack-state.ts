import { fleetTypeToken, typeToken } from "../../pulumi/resource/type-token";
import { CommandError } from "../command/command-error";

/** The parts of a stack's state that this command needs. */
export interface StackState {
    /** The stacks and projects that its URNs name; none in an empty state. */
    readonly owners: readonly Owner[];
    /** The regions of its snapshots. */
    readonly regions: readonly string[];
    /**
     * The ids of its resources, and all texts in the outputs of its snapshots, with their invocations and groups. Of the
     * invocations of fleets only the parts that the fleet holds, see `partId`.
     */
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

/** The types of the resources that hold snapshots. */
const types: readonly unknown[] = [typeToken, fleetTypeToken];

/**
 * Reads the output of `pulumi stack export`. All resources count as known, also those that are pending deletion, of
 * other types, or only looked up: nothing that a state contains is an orphan.
 *
 * @throws CommandError if the format is unknown: treated as empty, it would turn every snapshot into an orphan.
 */
export function parseState(exported: string): StackState {
    const resources = resourcesOf(exported);
    const snapshots = resources.filter((resource) => types.includes(resource.type));
    return {
        owners: resources.map(({ urn }) => ownerOf(urn)),
        regions: texts(snapshots.map(({ outputs }) => outputs?.["regionId"])),
        known: new Set(
            texts([
                ...resources.map(({ id }) => id),
                // Wherever a fleet has them: by instance, unfinished or earlier ones.
                ...snapshots.flatMap(({ type, outputs }) =>
                    type === fleetTypeToken ? knownToFleet(outputs) : leavesOf(outputs),
                ),
            ]),
        ),
    };
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

/** Identifies the part of a run on one instance. */
export function partId(invokeId: string, instanceId: string): string {
    return `${invokeId} on ${instanceId}`;
}

/** A fleet may have released an instance of an invocation that it still holds for others. */
function knownToFleet(outputs: Resource["outputs"] = {}): unknown[] {
    const { snapshots, unfinished, supersededSnapshotGroups, earlierSnapshotGroups } = outputs;
    const held = [
        ...[snapshots, unfinished].flatMap((values) =>
            Object.entries(object(values ?? {})).map(([instanceId, one]) => ({ ...object(one), instanceId })),
        ),
        ...[supersededSnapshotGroups, earlierSnapshotGroups].flatMap((values) =>
            Object.values(object(values ?? {})).map((one): HeldPart => object(one)),
        ),
    ] as HeldPart[];
    const invokeIds = new Set<unknown>(held.map(({ invokeId }) => invokeId));
    return [
        ...leavesOf(outputs).filter((leaf) => !invokeIds.has(leaf)),
        ...held.map(({ invokeId, instanceId }) => partId(String(invokeId), String(instanceId))),
    ];
}

interface HeldPart {
    readonly instanceId?: unknown;
    readonly invokeId?: unknown;
}

/** Returns all values in a value that are neither objects nor lists. */
function leavesOf(value: unknown): unknown[] {
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

function notUnderstood(): CommandError {
    return new CommandError(
        "The output of `pulumi stack export` is not a stack state that this package knows.",
    );
}
