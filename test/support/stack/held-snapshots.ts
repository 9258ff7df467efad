import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import type { StateResource, TestResource } from "./test-stack";

/** The state before and after a command, and the calls in between. */
export interface Observed {
    readonly before: readonly StateResource[];
    readonly after: readonly StateResource[];
    readonly calls: readonly LedgerEntry[];
    /** Tells whether the command deletes everything in the state. */
    readonly destroys: boolean;
    /** Tells whether the command may delete retained groups. */
    readonly deletesRetained: boolean;
    /** The program of the command, if it has one. */
    readonly program?: readonly TestResource[] | undefined;
}

/** Remembers the snapshot groups that states ever held, over all commands of a test. */
export class HeldSnapshots {
    private readonly held = new Set<string>();

    /**
     * A group that a state holds, or was told to retain, may be deleted only by the deletion of its resource or by its
     * own `keepLast`. Returns the ids of the groups whose deletion a command requested against this rule.
     */
    violations({ calls, deletesRetained, ...observed }: Observed): string[] {
        const { before, after } = observed;
        const everHeld = new Set([...this.held, ...idsIn(before)]);
        for (const id of [...idsIn(before), ...idsIn(after)]) {
            this.held.add(id);
        }
        const deleted = calls
            .filter(({ action }) => action === "DeleteSnapshotGroup")
            .map(({ params }) => params["SnapshotGroupId"] ?? "");
        return [...new Set(deleted)]
            .filter((id) => everHeld.has(id))
            .filter((id) => !deletesRetained && !isAllowed(id, observed));
    }
}

function isAllowed(
    id: string,
    { before, after, destroys, program = [] }: Omit<Observed, "calls" | "deletesRetained">,
): boolean {
    const holders = before.filter((resource) => holds(resource, id));
    const remains = after.some((resource) => holds(resource, id) && resource.delete !== true);
    const deletion = holders.some((holder) => {
        const wanted = wantedFleet(holder, program);
        const isRetained = wanted === undefined ? holder.retainOnDelete : wanted.options?.["retainOnDelete"];
        return isRetained !== true && (destroys || !remains || isUnnamed(id, holder, wanted));
    });
    const keepLast = [...before, ...after].some((resource) => earlierIn(resource).includes(id));
    return deletion || (keepLast && !remains);
}

/** Returns the fleet of the program that continues one of the state. */
function wantedFleet(
    { urn, delete: isReplaced }: StateResource,
    program: readonly TestResource[],
): TestResource | undefined {
    return isReplaced === true
        ? undefined
        : program.find(({ type, name }) => type === "fleet" && urn.endsWith(`Fleet::${name}`));
}

/** Tells whether a group is of an instance that the program no longer names: it may be deleted before the state says so. */
function isUnnamed(id: string, holder: StateResource, wanted: TestResource | undefined): boolean {
    const instanceIds = wanted?.args?.["instanceIds"];
    return (
        Array.isArray(instanceIds) &&
        Object.entries(groupsByInstance(holder)).some(
            ([instanceId, groupId]) => groupId === id && !instanceIds.includes(instanceId),
        )
    );
}

function groupsByInstance({ outputs = {} }: StateResource): Readonly<Record<string, unknown>> {
    return (outputs["snapshotGroupIdByInstanceId"] ?? {}) as Readonly<Record<string, unknown>>;
}

function idsIn(resources: readonly StateResource[]): string[] {
    return resources.flatMap(groupsOf);
}

function holds(resource: StateResource, wanted: string): boolean {
    return groupsOf(resource).includes(wanted);
}

/** Returns the groups that a resource holds: one, or one of each instance of a fleet. */
function groupsOf(resource: StateResource): string[] {
    const { id, outputs = {} } = resource;
    return [id, outputs["snapshotGroupId"], ...Object.values(groupsByInstance(resource))].filter(isText);
}

/** Returns the groups that `keepLast` may delete. */
function earlierIn({ outputs }: StateResource): string[] {
    const earlier = outputs?.["earlierSnapshotGroups"];
    return Array.isArray(earlier)
        ? earlier.map((group: { readonly snapshotGroupId?: unknown }) => group.snapshotGroupId).filter(isText)
        : [];
}

function isText(value: unknown): value is string {
    return typeof value === "string";
}

/** Returns the resources in a written state; none before the first write. */
export function resourcesIn(written: string): StateResource[] {
    if (written === "") {
        return [];
    }
    const parsed = JSON.parse(written) as
        | StateResource[]
        | { readonly checkpoint?: { readonly latest?: { readonly resources?: StateResource[] } } };
    return Array.isArray(parsed) ? parsed : (parsed.checkpoint?.latest?.resources ?? []);
}
