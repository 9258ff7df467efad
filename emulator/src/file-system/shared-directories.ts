import { lstatSync, readFileSync, readlinkSync, type Stats, statSync } from "node:fs";

import { FileSystemError } from "./error";
import type { Inode } from "./inode";

/** Directories of this machine that an instance has as well. Whoever runs the emulator is the instance's root. */
export class SharedDirectories {
    private readonly directories = new Set<string>();

    add(directory: string): void {
        this.directories.add(directory);
    }

    /** Tells whether a path is that of one of them, or of something in it. */
    has(path: string): boolean {
        return [...this.directories].some(
            (directory) => path === directory || path.startsWith(`${directory}/`),
        );
    }

    stat(path: string): Inode {
        return inodeOf(path, statSync(path, { throwIfNoEntry: false }));
    }

    lstat(path: string): Inode {
        return inodeOf(path, lstatSync(path, { throwIfNoEntry: false }));
    }

    find(path: string): Inode | undefined {
        const stats = statSync(path, { throwIfNoEntry: false });
        return stats === undefined ? undefined : inodeOf(path, stats);
    }
}

function inodeOf(path: string, stats: Stats | undefined): Inode {
    if (stats === undefined) {
        throw new FileSystemError("ENOENT");
    }
    const common = { owner: "root", group: "root", mode: stats.mode & 0o7777, modified: stats.mtimeMs };
    if (stats.isDirectory()) {
        // Its content stays with this machine.
        return { kind: "directory", ...common, entries: new Map() };
    }
    return stats.isSymbolicLink()
        ? { kind: "link", ...common, target: readlinkSync(path) }
        : { kind: "file", ...common, content: readFileSync(path), exposed: false };
}
