import type { MountedFileSystem } from "../programs/program";
import type { Instance } from "./instance";

/** The file systems of the kernel, which every Linux has. */
const ofKernel: readonly MountedFileSystem[] = [
    { target: "/proc", type: "proc", source: "proc" },
    { target: "/sys", type: "sysfs", source: "sysfs" },
    { target: "/dev", type: "devtmpfs", source: "devtmpfs" },
    { target: "/dev/shm", type: "tmpfs", source: "tmpfs" },
    { target: "/run", type: "tmpfs", source: "tmpfs" },
];

/** Returns all mounted file systems of an instance. */
export function mountedFileSystems({ fileSystems }: Instance): MountedFileSystem[] {
    return [...ofKernel, ...fileSystems];
}
