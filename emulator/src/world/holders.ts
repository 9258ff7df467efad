import type { Image, ImageStatus } from "./image";
import type { Disk } from "./instance";
import type { Snapshot } from "./snapshot";
import type { World } from "./world";

/** The images and disks that were made from a snapshot and may keep it from being deleted. */
interface Holders {
    readonly images: readonly Image[];
    readonly disks: readonly Disk[];
}

export function holdersOf(world: World, snapshotId: string): Holders {
    return {
        images: [...world.images.values()].filter((image) =>
            image.sources.some((source) => source.snapshotId === snapshotId),
        ),
        disks: world.disksFrom(snapshotId),
    };
}

/** Makes an image from a snapshot, or adds the snapshot to the image that has this id. */
export function imageFrom(
    world: World,
    snapshot: Snapshot,
    settings: { readonly imageId: string; readonly imageName?: string; readonly status?: ImageStatus },
): void {
    const image: Image = world.images.get(settings.imageId) ?? {
        imageId: settings.imageId,
        imageName: settings.imageId,
        status: "Available",
        creationTime: world.now,
        sources: [],
    };
    image.imageName = settings.imageName ?? image.imageName;
    image.status = settings.status ?? image.status;
    image.sources.push({
        snapshotId: snapshot.snapshotId,
        type: snapshot.sourceDiskType,
        size: snapshot.sourceDiskSize,
        device: `/dev/xvd${String.fromCharCode("a".charCodeAt(0) + image.sources.length)}`,
    });
    world.images.set(image.imageId, image);
}

/** Makes a disk from a snapshot; it is attached to nothing. */
export function diskFrom(world: World, snapshot: Snapshot, diskId: string): void {
    world.addDisk({
        diskId,
        instanceId: "",
        zoneId: world.disks.get(snapshot.sourceDiskId)?.zoneId ?? `${world.regionId}-h`,
        type: "data",
        category: "cloud_essd",
        size: snapshot.sourceDiskSize,
        multiAttach: "Disabled",
        device: "",
        sourceSnapshotId: snapshot.snapshotId,
        image: undefined,
        creationTime: world.now,
    });
}
