/** Owner, group and permissions. A part of the emulator's state, changed in place like all inodes. */
interface Ownership {
    owner: string;
    group: string;
    /** The twelve permission bits, e.g. 0o1777. */
    mode: number;
}

interface Common extends Ownership {
    /** Time of the last change of the content, in milliseconds. */
    modified: number;
}

export interface FileInode extends Common {
    kind: "file";
    /** Absent if the fixture gives none. */
    content: Buffer | undefined;
    /** True once other accounts than its owner's and its group's could read it. */
    exposed: boolean;
}

export interface DirectoryInode extends Common {
    kind: "directory";
    /** The entries by their names. */
    entries: Map<string, Entry>;
}

export interface LinkInode extends Common {
    kind: "link";
    target: string;
}

export type Inode = FileInode | DirectoryInode | LinkInode;

interface Entry {
    name: string;
    inode: Inode;
}

const typeBits: Readonly<Record<Inode["kind"], number>> = {
    file: 0o100000,
    directory: 0o040000,
    link: 0o120000,
};

/** Returns the mode as stat(2) gives it, with the bits of the type. */
export function rawMode(inode: Inode): number {
    return typeBits[inode.kind] | inode.mode;
}

/** Formats permission bits as a fixture writes them, e.g. "0700". */
export function octal(mode: number): string {
    return mode.toString(8).padStart(4, "0");
}
