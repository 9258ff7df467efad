import type { Disk } from "../../cloud/ecs/api";

/** Disk categories that a snapshot group can hold: the ESSD family, as the plugin counts it. */
const essdCategories: ReadonlySet<string> = new Set(["cloud_essd", "cloud_auto", "cloud_essd_entry"]);

/** How the names of that family begin, those of its newer members too. */
const family = "cloud_essd";

export interface DiskSelection {
    /** Disks that the snapshot group will hold. */
    readonly included: readonly Disk[];
    /** Disks that it may hold: whether their category can take part is for the plugin to say. */
    readonly uncertain: readonly Disk[];
    /** Disks that stay outside though nobody excluded them: their category can't take part. */
    readonly leftOut: readonly Disk[];
    /** Ids that were to be excluded but are not attached. */
    readonly notAttached: readonly string[];
}

/** Which of an instance's disks a snapshot will hold. */
export function selectDisks(attached: readonly Disk[], excludeDiskIds: readonly string[]): DiskSelection {
    const excluded = new Set(excludeDiskIds);
    const remaining = attached.filter((disk) => !excluded.has(disk.diskId));
    const ids = new Set(attached.map((disk) => disk.diskId));
    const others = remaining.filter((disk) => !essdCategories.has(disk.category));
    return {
        included: remaining.filter((disk) => essdCategories.has(disk.category)),
        uncertain: others.filter((disk) => disk.category.startsWith(family)),
        leftOut: others.filter((disk) => !disk.category.startsWith(family)),
        notAttached: excludeDiskIds.filter((diskId) => !ids.has(diskId)),
    };
}
