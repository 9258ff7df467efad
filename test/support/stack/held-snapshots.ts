import type { LedgerEntry } from "pulumi-alicloud-app-snapshot-emulator";
import type { StateResource } from "./test-stack";

/** What a command made of a state, and what was called meanwhile. */
export interface Observed {
    readonly before: readonly StateResource[];
    readonly after: readonly StateResource[];
    readonly calls: readonly LedgerEntry[];
    /** Whether the command deletes all that the state holds. */
    readonly destroys: boolean;
    /** Whether it was told to delete what resources gave up. */
    readonly deletesRetained: boolean;
}

/** Which snapshot groups states ever held, over all commands of a test. */
export class HeldSnapshots {
    private readonly held = new Set<string>();

    /**
     * What a state holds, or was told to retain, is deleted only by the deletion of that very resource or by its own
     * `keepLast`; the ids of the groups whose deletion a command asked for without that.
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
    const remains = after.some((resource) => holds(resource, id) && resource.delete !== true);
    const deletion = holders.some(({ retainOnDelete }) => retainOnDelete !== true) && (destroys || !remains);
    const keepLast = [...before, ...after].some((resource) => earlierIn(resource).includes(id));
    return deletion || (keepLast && !remains);
}

function idsIn(resources: readonly StateResource[]): string[] {
    return resources
        .flatMap((resource) => [resource.id, resource.outputs?.["snapshotGroupId"]])
        .filter(isText);
}

function holds({ id, outputs }: StateResource, wanted: string): boolean {
    return id === wanted || outputs?.["snapshotGroupId"] === wanted;
}

/** What `keepLast` may delete. */
function earlierIn({ outputs }: StateResource): string[] {
    const earlier = outputs?.["earlierSnapshotGroups"];
    return Array.isArray(earlier)
        ? earlier.map((group: { readonly snapshotGroupId?: unknown }) => group.snapshotGroupId).filter(isText)
        : [];
}

function isText(value: unknown): value is string {
    return typeof value === "string";
}

/** The resources in a state as a stack has written it; none before the first write. */
export function resourcesIn(written: string): StateResource[] {
    if (written === "") {
        return [];
    }
    const parsed = JSON.parse(written) as
        | StateResource[]
        | { readonly checkpoint?: { readonly latest?: { readonly resources?: StateResource[] } } };
    return Array.isArray(parsed) ? parsed : (parsed.checkpoint?.latest?.resources ?? []);
}
