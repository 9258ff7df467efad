import { readFileSync, statSync } from "node:fs";
import os from "node:os";

import { type Mount, parseMountTable } from "./mount-table";

const loopMajor = "7";
const fileSystems: readonly string[] = ["ext4", "xfs"];

/**
 * Returns the reason for which a mount point must not be frozen. A frozen system disk stops the machine, so only what is
 * plainly made for a test may be: the mount point of a loop device, without anything that the emulator itself needs.
 */
export function whyNotFreezable(mountPoint: string): string | undefined {
    const table = parseMountTable(readFileSync("/proc/self/mountinfo", "utf8"));
    return whyNoLoopMount(mountPoint, table) ?? whyNotThere(mountPoint, table) ?? whyNeeded(mountPoint);
}

/** Returns the part of the reason that the table of mounts tells. */
export function whyNoLoopMount(mountPoint: string, table: readonly Mount[]): string | undefined {
    const mount = mountAt(mountPoint, table);
    if (mount === undefined) {
        return "is no mount point";
    }
    if (!/^\/dev\/loop\d+$/.test(mount.source) || !mount.deviceNumber.startsWith(`${loopMajor}:`)) {
        return `is a mount of ${mount.source}; only the file system of a loop device is ever frozen`;
    }
    if (!fileSystems.includes(mount.fileSystem)) {
        return `has the file system ${mount.fileSystem}; only ${fileSystems.join(" and ")} are frozen`;
    }
    return undefined;
}

function mountAt(mountPoint: string, table: readonly Mount[]): Mount | undefined {
    return table.findLast((mount) => mount.mountPoint === mountPoint);
}

/** Compares path and table: a directory above may have been renamed or replaced since. */
function whyNotThere(mountPoint: string, table: readonly Mount[]): string | undefined {
    const [major = 0, minor = 0] = (mountAt(mountPoint, table)?.deviceNumber ?? "").split(":").map(Number);
    const expected = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12);
    return statSync(mountPoint).dev === expected ? undefined : "leads to another file system than its own";
}

function whyNeeded(mountPoint: string): string | undefined {
    const { dev } = statSync(mountPoint);
    const own = ["/", process.cwd(), os.tmpdir(), process.execPath, __dirname];
    const needed = own.find((path) => statSync(path).dev === dev);
    return needed === undefined ? undefined : `holds ${needed}, which the emulator itself needs`;
}
