import type { DeletionProgress } from "../ecs/api";
import type { Context } from "../runtime/context";

/**
 * What keeps a snapshot from being deleted, and what to do about it, by the code of its item; empty where the
 * code says nothing of a holder.
 */
export async function holderOf(
    context: Context,
    { errorCode, snapshotIds }: Pick<DeletionProgress, "errorCode" | "snapshotIds">,
): Promise<string> {
    switch (errorCode) {
        case "SnapshotCreatedImage":
            return advice("image", await found(snapshotIds, (id) => context.api.describeImageIds(id)));
        case "SnapshotCreatedDisk":
            return advice(
                "disk",
                await found(snapshotIds, async (snapshotId) =>
                    (await context.api.describeDisks({ snapshotId })).map((disk) => disk.diskId),
                ),
            );
        default:
            return "";
    }
}

function advice(kind: string, ids: readonly string[]): string {
    const [a, which] =
        ids.length === 0
            ? [kind === "image" ? "an image" : "a disk", `the ${kind}`]
            : [`the ${kind} ${ids.join(", ")}`, "it"];
    return `${a} was made from it; delete ${which} first`;
}

/** The ids are a help that a caller without the permission to list them has to do without. */
async function found(
    snapshotIds: readonly string[],
    look: (snapshotId: string) => Promise<string[]>,
): Promise<string[]> {
    try {
        return (await Promise.all(snapshotIds.map(look))).flat();
    } catch {
        return [];
    }
}
