import type { Disk } from "../../cloud/ecs/api";

/** The disk categories that a snapshot group can contain: the ESSD family according to the plugin. */
const essdCategories: ReadonlySet<string> = new Set(["cloud_essd", "cloud_auto", "cloud_essd_entry"]);

/** The prefix of that family's names, also of newer categories. */
const family = "cloud_essd";

export interface DiskSelection {
    /** Disks that the snapshot group will contain. */
    readonly included: readonly Disk[];
    /** Disks that it may contain: the plugin decides whether it supports their category. */
    readonly uncertain: readonly Disk[];
    /** Disks that were not excluded, but whose category is not supported. */
    readonly leftOut: readonly Disk[];
    /** Excluded ids that are not attached. */
    readonly notAttached: readonly string[];
}

/** Selects the disks of an instance that a snapshot will contain. */
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

/** Names disks with their categories. */
export function describeDisks(disks: readonly Disk[]): string {
    return disks.map((disk) => `${disk.diskId} (${disk.category})`).join(", ");
}
