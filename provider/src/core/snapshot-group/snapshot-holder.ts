import type { Context } from "../../cloud/context";
import type { DeletionProgress } from "../../cloud/ecs/api";

type Holder = "image" | "disk";

/** The kind of a snapshot's holder, by the code with which its deletion is refused. */
const holders: Readonly<Record<string, Holder>> = {
    SnapshotCreatedImage: "image",
    SnapshotCreatedDisk: "disk",
};

/** Tells whether a code refuses a deletion because something holds a snapshot. */
export function isHeldCode(code: string): boolean {
    return Object.hasOwn(holders, code);
}

/**
 * Returns what holds a snapshot and what to do about it, by the code of its item; empty if the code does not mean that
 * it is held.
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

/** Returns those of the snapshots that are held; all of them if that is unknown. */
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
 * Returns the ids of the images or disks created from a snapshot; none for a caller without the permission to list
 * them, because they only improve an error.
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
