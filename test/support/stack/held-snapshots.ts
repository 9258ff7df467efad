import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";

import type { StateResource } from "./test-stack";

/** The state before and after a command, and the calls in between. */
export interface Observed {
    readonly before: readonly StateResource[];
    readonly after: readonly StateResource[];
    readonly calls: readonly LedgerEntry[];
    /** Tells whether the command deletes everything in the state. */
    readonly destroys: boolean;
    /** Tells whether the command may delete retained groups. */
    readonly deletesRetained: boolean;
}

/** Remembers the snapshot groups that states ever held, over all commands of a test. */
export class HeldSnapshots {
    private readonly held = new Set<string>();

    /**
     * A group that a state holds, or was told to retain, may be deleted only by the deletion of its resource or by its
     * own `keepLast`. Returns the ids of the groups whose deletion a command requested against this rule.
     */
    violations({ before, after, calls, destroys, deletesRetained }: Observed): string[] {
        const everHeld = new Set([...this.held, ...idsIn(before)]);
        for (const id of [...idsIn(before), ...idsIn(after)]) {
            this.held.add(id);
        }
        const deleted = calls
            .filter(({ action }) => action === "DeleteSnapshotGroup")
            .map(({ params }) => params["SnapshotGroupId"] ?? "");
        return [...new Set(deleted)]
            .filter((id) => everHeld.has(id))
            .filter((id) => !deletesRetained && !isAllowed(id, { before, after, destroys }));
    }
}

function isAllowed(
    id: string,
    { before, after, destroys }: Pick<Observed, "before" | "after" | "destroys">,
): boolean {
    const holders = before.filter((resource) => holds(resource, id));
    const remains = after.some((resource) => keeps(resource, id) && resource.delete !== true);
    const deletion = holders.some(({ retainOnDelete }) => retainOnDelete !== true) && (destroys || !remains);
    const keepLast = [...before, ...after].some((resource) => earlierIn(resource).includes(id));
    return deletion || (keepLast && !remains);
}

function idsIn(resources: readonly StateResource[]): string[] {
    return resources.flatMap(groupsOf);
}

function holds(resource: StateResource, wanted: string): boolean {
    return groupsOf(resource).includes(wanted);
}

/** Tells whether a resource holds a group and is to keep it: a fleet is not that of an instance that was removed. */
function keeps(resource: StateResource, wanted: string): boolean {
    const { snapshotGroupIdByInstanceId } = resource.outputs ?? {};
    const { instanceIds, instances } = resource.inputs ?? {};
    const named = JSON.stringify([instanceIds, instances]);
    const [instanceId] =
        Object.entries(snapshotGroupIdByInstanceId ?? {}).find(([, id]) => id === wanted) ?? [];
    return holds(resource, wanted) && (instanceId === undefined || named.includes(`"${instanceId}"`));
}

/** Returns the groups that a resource holds: one, or one of each instance of a fleet. */
function groupsOf({ id, outputs = {} }: StateResource): string[] {
    const { snapshotGroupId, snapshotGroupIdByInstanceId: byInstance } = outputs;
    const ids = Object.values((byInstance ?? {}) as Readonly<Record<string, unknown>>);
    return [id, snapshotGroupId, ...ids].filter(isText);
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
