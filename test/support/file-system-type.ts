export type FileSystemType = "ext4" | "xfs";

/** The commands that make a file system in an image, by type. */
export const fileSystemMakers: Readonly<Record<FileSystemType, readonly [string, ...string[]]>> = {
    ext4: ["mkfs.ext4", "-q", "-F"],
    xfs: ["mkfs.xfs", "-q", "-f"],
};
