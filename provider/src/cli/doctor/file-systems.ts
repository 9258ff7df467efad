import { type Check, notChecked, ok, warning } from "./check";

/** The types that the plugin freezes, by its documentation. */
const freezable: ReadonlySet<string> = new Set(["ext3", "ext4", "xfs"]);

/** The types whose data are somewhere else. */
const remote = /^(?:nfs\d?|cifs|smb\d?|ceph|glusterfs|lustre|9p|fuse\..+)$/;

/** The types that can't be written to, and a partition that the running system does not write to. */
const harmless: ReadonlySet<string> = new Set(["squashfs", "iso9660", "erofs", "vfat"]);

interface Mounted {
    readonly type: string;
    readonly source: string;
    readonly target: string;
}

/** The disks of the instance. */
export interface Disks {
    /** The lines of `lsblk -rdno NAME,SERIAL`. */
    readonly devices: readonly string[];
    readonly excludeDiskIds: readonly string[];
}

/** Returns what a snapshot does to the mounted file systems, from the lines of `findmnt -rno FSTYPE,SOURCE,TARGET`. */
export function fileSystemChecks(lines: readonly string[], disks: Disks): Check[] {
    const check = "file systems";
    const all = lines.flatMap(mountedBy);
    const frozen = distinct(all.filter(({ type }) => freezable.has(type)));
    const elsewhere = all.filter(({ type }) => remote.test(type));
    const others = distinct(
        all.filter(
            ({ type, source }) =>
                source.startsWith("/dev/") &&
                !freezable.has(type) &&
                !harmless.has(type) &&
                !remote.test(type),
        ),
    );
    const excluded = frozen.filter(({ source }) => isExcluded(source, disks));
    if (all.length === 0) {
        return [notChecked(check, "the instance has no findmnt, with which they are listed")];
    }
    return [
        ...(frozen.length === 0 ? [] : [ok(check, `frozen during a snapshot: ${names(frozen)}`)]),
        ...(excluded.length === 0
            ? []
            : [warning(check, `frozen although their disks are excluded: ${names(excluded)}`)]),
        ...(elsewhere.length === 0
            ? []
            : [warning(check, `on the network, and so not in the snapshot: ${names(elsewhere)}`)]),
        ...(others.length === 0
            ? []
            : [
                  warning(
                      check,
                      `the plugin freezes only ext3, ext4 and XFS, so these are not consistent unless the scripts quiesce what writes to them: ${names(others)}`,
                  ),
              ]),
    ];
}

/**
 * Tells whether a device is one of the excluded disks, or a partition of one. The serial number of a disk is its id
 * without "d-"; those from before June 2020 have none, and what is in between (LVM, RAID) hides it.
 */
function isExcluded(source: string, { devices, excludeDiskIds }: Disks): boolean {
    return devices.some((line) => {
        const [name = "", serial = ""] = line.split(" ");
        const rest = source.startsWith(`/dev/${name}`) ? source.slice(`/dev/${name}`.length) : undefined;
        return (
            rest !== undefined && /^(?:p?\d+)?(?:\[|$)/.test(rest) && excludeDiskIds.includes(`d-${serial}`)
        );
    });
}

function mountedBy(line: string): Mounted[] {
    const [type, source, target] = line.split(" ").map(unescaped);
    return type === undefined || source === undefined || target === undefined
        ? []
        : [{ type, source, target }];
}

/** Undoes the escapes of findmnt, such as \x20 for a space. */
function unescaped(text: string): string {
    return text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
    );
}

/** Keeps the first mount of each device; `findmnt` shows a bind mount as the device with a directory. */
function distinct(all: readonly Mounted[]): Mounted[] {
    const device = ({ source }: Mounted): string => source.replace(/\[.*\]$/, "");
    return [...new Map([...all].reverse().map((one) => [device(one), one])).values()].reverse();
}

function names(all: readonly Mounted[]): string {
    return all.map(({ target, type }) => `${target} (${type})`).join(", ");
}
