import type { DeletionProgress } from "../../cloud/ecs/api";
import type { Context } from "../../cloud/context";

type Holder = "image" | "disk";

/** What holds a snapshot, by the code with which its deletion is refused. */
const holders: Readonly<Record<string, Holder>> = {
    SnapshotCreatedImage: "image",
    SnapshotCreatedDisk: "disk",
};

/** Whether a deletion is refused because something holds a snapshot. */
export function isHeldCode(code: string): boolean {
    return Object.hasOwn(holders, code);
}

/**
 * What keeps a snapshot from being deleted, and what to do about it, by the code of its item; empty where the
 * code says nothing of a holder.
 */
export async function holderAdvice(
    context: Context,
    { errorCode, snapshotIds }: Pick<DeletionProgress, "errorCode" | "snapshotIds">,
): Promise<string> {
    const kind = holders[errorCode];
    return kind === undefined
        ? ""
        : advice(kind, (await Promise.all(snapshotIds.map((id) => createdFrom(context, kind, id)))).flat());
}

/** Those of some snapshots that are held; all of them, where that can't be found out. */
export async function heldSnapshots(
    context: Context,
    errorCode: string,
    snapshotIds: readonly string[],
): Promise<readonly string[]> {
    const kind = holders[errorCode];
    if (kind === undefined) {
        return snapshotIds;
    }
    const made = await Promise.all(snapshotIds.map((id) => createdFrom(context, kind, id)));
    const held = snapshotIds.filter((_, at) => (made[at] ?? []).length > 0);
    return held.length > 0 ? held : snapshotIds;
}

function advice(kind: Holder, ids: readonly string[]): string {
    const [a, which] =
        ids.length === 0
            ? [kind === "image" ? "an image" : "a disk", `the ${kind}`]
            : [`the ${kind} ${ids.join(", ")}`, "it"];
    return `${a} was created from it; delete ${which} first`;
}

/**
 * The ids of the images or disks made from a snapshot: a help that a caller without the permission to list them has
 * to do without.
 */
async function createdFrom({ api }: Context, kind: Holder, snapshotId: string): Promise<string[]> {
    try {
        return kind === "image"
            ? await api.describeImageIds(snapshotId)
            : (await api.describeDisks({ snapshotId })).map((disk) => disk.diskId);
    } catch {
        return [];
    }
}
