import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { run } from "../../recipes/support/processes";
import { fileSystemMakers, type FileSystemType } from "../../support/file-system-type";

// File systems on loop devices. They are mounted in this process's own mount namespace, see `run-inside.ts`, and end with
// it; nobody else ever sees them.

/** Room for a database server; the file is sparse. xfs takes no less than 300 MiB. */
const bytes = 512 << 20;

/** A disk of the instance, with one file system. */
export interface LoopDisk {
    /** The disk's blocks. */
    readonly image: string;
    readonly mountPoint: string;
}

export async function newLoopDisk(type: FileSystemType, folder: string): Promise<LoopDisk> {
    const image = join(folder, "disk.img");
    writeFileSync(image, "");
    truncateSync(image, bytes);
    const [maker, ...options] = fileSystemMakers[type];
    await run(maker, [...options, image]);
    return mountImage(type, image, join(folder, "disk"));
}

/** Mounts a disk's blocks, such as those of a snapshot. */
export async function mountImage(type: FileSystemType, image: string, mountPoint: string): Promise<LoopDisk> {
    mkdirSync(mountPoint);
    // xfs refuses a second file system with the same id, which a copy has.
    const options = type === "xfs" ? "loop,nouuid" : "loop";
    await run("mount", ["-t", type, "-o", options, image, mountPoint]);
    // Servers run under accounts of their own.
    chmodSync(mountPoint, 0o755);
    return { image, mountPoint };
}

/** Thaws, in case something failed while it was frozen; then detaches it from its mount point. */
export async function unmount({ mountPoint }: LoopDisk): Promise<void> {
    await run("fsfreeze", ["-u", mountPoint]).catch(() => undefined);
    await run("umount", [mountPoint]);
}

/** Only a frozen file system blocks a write for so long. */
const patientSeconds = "600";

/** Tells whether a write succeeds in time. A blocked one can't be interrupted, but ends with a thaw. */
export async function takesWrites({ mountPoint }: LoopDisk): Promise<boolean> {
    const file = join(mountPoint, "write");
    return run("timeout", [patientSeconds, "sh", "-c", 'echo written > "$1" && rm "$1"', "sh", file]).then(
        () => true,
        () => false,
    );
}
