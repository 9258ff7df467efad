import { existsSync, statSync } from "node:fs";
import path from "node:path";

import type { FixtureInstance } from "../fixture/fixture";
import { FixtureError } from "../fixture/schema";

/** Throws when a disk's image is no file of this machine. */
export function checkImages({ disks }: FixtureInstance, where: string): void {
    for (const [index, { image }] of disks.entries()) {
        if (image !== undefined && statSync(image, { throwIfNoEntry: false })?.isFile() !== true) {
            throw new FixtureError(`${where}.disks[${index}].image`, `is no file on this machine: ${image}`);
        }
    }
}

/** Throws when the copies of images would be written to a file system that is frozen at that moment. */
export function checkCopiesPlace(
    directory: string | undefined,
    instances: readonly Pick<FixtureInstance, "mounts">[],
): void {
    if (directory === undefined) {
        return;
    }
    const { dev } = statSync(nearest(directory));
    const mount = instances.flatMap(({ mounts = [] }) => mounts).find((point) => statSync(point).dev === dev);
    if (mount !== undefined) {
        throw new FixtureError("snapshotImages", `must not be on ${mount}, which a snapshot freezes`);
    }
}

/** Returns the directory itself, or the nearest one above it that exists. */
function nearest(directory: string): string {
    return existsSync(directory) ? directory : nearest(path.dirname(directory));
}
