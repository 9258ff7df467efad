import type { InstanceDirectory, InstanceFile } from "../fixture/fixture";
import { FileSystemError } from "./error";
import { type DirectoryInode, type FileInode, type Inode, type LinkInode, octal } from "./inode";
import { SharedDirectories } from "./shared-directories";

/** The entry to which a path leads. */
interface Place {
    readonly parent: DirectoryInode;
    /** The name in the parent. */
    readonly name: string;
    /** Absent if nothing has this name. */
    readonly inode: Inode | undefined;
    /** The directories above, from the root on. */
    readonly above: readonly DirectoryInode[];
}

/** A file or a symbolic link, with its path. */
interface FoundFile {
    readonly path: string;
    readonly inode: FileInode | LinkInode;
}

interface FoundDirectory {
    readonly path: string;
    readonly inode: DirectoryInode;
}

// As in Linux.
const maxLinks = 40;
const maxNameBytes = 255;

/**
 * The files of an instance, as far as they are modelled. Everything here acts as root, so no permission is ever
 * refused; all else is refused as the kernel does it, with a {@link FileSystemError}.
 */
export class FileSystem {
    private readonly root: DirectoryInode;
    private readonly shared = new SharedDirectories();

    constructor(private readonly now: () => number) {
        this.root = this.newDirectory(0o755);
    }

    isAbsolute(path: string): boolean {
        return path.startsWith("/");
    }

    /**
     * Lets the instance see a directory of this machine under the same path: what a shell redirects goes to this
     * machine's files. All that is in it is root's.
     */
    share(directory: string): void {
        this.shared.add(directory);
    }

    /** Tells whether a path is one of the instance alone: this machine has nothing to do with it. */
    isOwn(path: string): boolean {
        return this.isAbsolute(path) && !this.shared.has(path);
    }

    /** Returns what a path leads to, a symbolic link at its end being followed. */
    stat(path: string): Inode {
        return this.shared.has(path) ? this.shared.stat(path) : existing(this.walk(path, true));
    }

    /** Returns what a path leads to, which may be a symbolic link. */
    lstat(path: string): Inode {
        return this.shared.has(path) ? this.shared.lstat(path) : existing(this.walk(path, false));
    }

    /** Returns what {@link stat} does, but undefined for a path that leads to nothing. */
    find(path: string): Inode | undefined {
        return this.shared.has(path) ? this.shared.find(path) : this.tryWalk(path)?.inode;
    }

    isDirectory(path: string): boolean {
        return this.find(path)?.kind === "directory";
    }

    isRoot(path: string): boolean {
        return this.find(path) === this.root;
    }

    /** Returns the names in a directory, sorted. */
    list(path: string): string[] {
        const inode = this.stat(path);
        if (inode.kind !== "directory") {
            throw new FileSystemError("ENOTDIR");
        }
        return [...inode.entries.values()].map((entry) => entry.name).sort();
    }

    /** Makes what is missing of a directory and those above it; `mode` is for the last one only. */
    makeDirectories(path: string, mode: number): void {
        const names = namesOf(withoutEnd(path));
        for (const [index] of names.entries()) {
            const part = pathOf(names.slice(0, index + 1));
            const last = index === names.length - 1;
            try {
                this.makeOne(part, last, last ? mode : 0o755);
            } catch (thrown) {
                throw thrown instanceof FileSystemError ? new FileSystemError(thrown.code, part) : thrown;
            }
        }
    }

    /** Writes a file: truncates it in place, or creates it with this mode, owned by root. */
    write(path: string, content: Buffer, mode: number): void {
        const place = this.walk(path, true);
        if (place.inode === undefined) {
            this.enter(place, this.newFile(mode, content));
            return;
        }
        if (place.inode.kind !== "file") {
            throw new FileSystemError("EISDIR");
        }
        place.inode.content = content;
        place.inode.modified = this.now();
    }

    setMode(path: string, mode: number): void {
        this.stat(path).mode = mode;
        this.noteExposure();
    }

    /** Removes a file or a symbolic link. */
    unlink(path: string): void {
        const place = this.walk(path, false);
        if (existing(place).kind === "directory") {
            throw new FileSystemError("EISDIR");
        }
        this.leave(place);
    }

    /** Removes an empty directory. */
    removeDirectory(path: string): void {
        const place = this.walk(withoutEnd(path), false);
        const inode = existing(place);
        if (inode === this.root) {
            throw new FileSystemError("EBUSY");
        }
        if (inode.kind !== "directory") {
            throw new FileSystemError("ENOTDIR");
        }
        if (withoutEnd(path).endsWith("/.")) {
            throw new FileSystemError("EINVAL");
        }
        if (inode.entries.size > 0) {
            throw new FileSystemError("ENOTEMPTY");
        }
        this.leave(place);
    }

    /** Tells whether other accounts than its owner's and its group's can read a file now. */
    isReadableByOthers(path: string): boolean {
        const place = this.tryWalk(path);
        return place?.inode?.kind === "file" && this.isOpen(place.inode, place.above.every(isEnterable));
    }

    /** Adds or replaces a file or a symbolic link from outside, and makes the directories above it. */
    put(file: InstanceFile): void {
        const place = this.placeFor(file.path);
        if (place.inode?.kind === "directory") {
            throw new Error(`${file.path} is a directory`);
        }
        const common = {
            owner: file.owner,
            group: file.group,
            mode: Number.parseInt(file.mode, 8),
            modified: file.mtime === undefined ? this.now() : Date.parse(file.mtime),
        };
        const content = file.content === undefined ? undefined : Buffer.from(file.content, "utf8");
        this.enter(
            place,
            file.linkTo === undefined
                ? { kind: "file", ...common, content, exposed: false }
                : { kind: "link", ...common, target: file.linkTo },
        );
    }

    /** Adds a directory from outside, or changes its owner and mode. */
    putDirectory(directory: InstanceDirectory): void {
        const place = this.placeFor(directory.path);
        if (place.inode !== undefined && place.inode.kind !== "directory") {
            throw new Error(`${directory.path} is no directory`);
        }
        const inode = place.inode ?? this.newDirectory(0o755);
        Object.assign(inode, {
            owner: directory.owner,
            group: directory.group,
            mode: Number.parseInt(directory.mode, 8),
        });
        this.enter(place, inode);
    }

    /** Removes a file or a symbolic link from outside, if it is there. */
    drop(path: string): void {
        try {
            this.unlink(path);
        } catch (thrown) {
            if (!(thrown instanceof FileSystemError)) {
                throw thrown;
            }
        }
    }

    /** Returns all files and symbolic links, sorted by path. */
    files(): FoundFile[] {
        return this.everything().filter((found): found is FoundFile => found.inode.kind !== "directory");
    }

    /** Returns all directories, sorted by path. */
    directories(): FoundDirectory[] {
        return this.everything().filter((found): found is FoundDirectory => found.inode.kind === "directory");
    }

    private everything(): { readonly path: string; readonly inode: Inode }[] {
        const found: { readonly path: string; readonly inode: Inode }[] = [];
        const visit = (directory: DirectoryInode, names: readonly string[]) => {
            for (const { name, inode } of directory.entries.values()) {
                const here = [...names, name];
                found.push({ path: pathOf(here), inode });
                if (inode.kind === "directory") {
                    visit(inode, here);
                }
            }
        };
        visit(this.root, []);
        return found.sort((a, b) => (a.path < b.path ? -1 : 1));
    }

    /** Follows a path name by name. A link in the middle is always followed, one at the end only if asked. */
    private walk(path: string, follow: boolean): Place {
        if (!this.isAbsolute(path)) {
            throw new FileSystemError("ENOENT");
        }
        const rest = namesOf(path);
        const trail: { readonly directory: DirectoryInode; readonly name: string }[] = [
            { directory: this.root, name: "" },
        ];
        const above = () => trail.map((step) => step.directory);
        let links = 0;
        for (;;) {
            const name = rest.shift();
            const here = trail.at(-1)?.directory ?? this.root;
            if (name === undefined) {
                const parent = trail.at(-2)?.directory ?? this.root;
                return { parent, name: trail.at(-1)?.name ?? "", inode: here, above: above().slice(0, -1) };
            }
            if (name === "." || name === "..") {
                if (name === ".." && trail.length > 1) {
                    trail.pop();
                }
                continue;
            }
            if (Buffer.byteLength(name) > maxNameBytes) {
                throw new FileSystemError("ENAMETOOLONG");
            }
            const inode = here.entries.get(name)?.inode;
            const last = rest.length === 0;
            if (inode?.kind === "link" && (!last || follow)) {
                links++;
                if (links > maxLinks) {
                    throw new FileSystemError("ELOOP");
                }
                if (this.isAbsolute(inode.target)) {
                    trail.splice(1);
                }
                rest.unshift(...namesOf(inode.target));
            } else if (last) {
                return { parent: here, name, inode, above: above() };
            } else if (inode === undefined) {
                throw new FileSystemError("ENOENT");
            } else if (inode.kind === "directory") {
                trail.push({ directory: inode, name });
            } else {
                throw new FileSystemError("ENOTDIR");
            }
        }
    }

    /** Returns undefined for a path that leads to nothing, and at which nothing could be made. */
    private tryWalk(path: string): Place | undefined {
        try {
            return this.walk(path, true);
        } catch (thrown) {
            if (thrown instanceof FileSystemError) {
                return undefined;
            }
            throw thrown;
        }
    }

    private makeOne(path: string, last: boolean, mode: number): void {
        const place = this.walk(path, false);
        if (place.inode === undefined) {
            this.enter(place, this.newDirectory(mode));
            return;
        }
        const target = place.inode.kind === "link" ? this.walk(path, true).inode : place.inode;
        if (target?.kind !== "directory") {
            throw new FileSystemError(target === undefined || last ? "EEXIST" : "ENOTDIR");
        }
    }

    /** Returns the entry for something that comes from outside, and makes the missing directories above it. */
    private placeFor(path: string): Place {
        const names = namesOf(path);
        if (names.length > 1) {
            this.makeDirectories(pathOf(names.slice(0, -1)), 0o755);
        }
        return this.walk(path, false);
    }

    private enter({ parent, name }: Place, inode: Inode): void {
        if (inode !== this.root) {
            parent.entries.set(name, { name, inode });
            parent.modified = this.now();
        }
        this.noteExposure();
    }

    private leave({ parent, name }: Place): void {
        parent.entries.delete(name);
        parent.modified = this.now();
    }

    private newDirectory(mode: number): DirectoryInode {
        return {
            kind: "directory",
            owner: "root",
            group: "root",
            mode,
            modified: this.now(),
            entries: new Map(),
        };
    }

    private newFile(mode: number, content: Buffer): FileInode {
        return {
            kind: "file",
            owner: "root",
            group: "root",
            mode,
            modified: this.now(),
            content,
            exposed: false,
        };
    }

    /** Notes which files are open to others; called after every change, so that no moment is missed. */
    private noteExposure(directory: DirectoryInode = this.root, enterable = isEnterable(this.root)): void {
        for (const { inode } of directory.entries.values()) {
            if (inode.kind === "directory") {
                this.noteExposure(inode, enterable && isEnterable(inode));
            } else if (inode.kind === "file") {
                inode.exposed ||= this.isOpen(inode, enterable);
            }
        }
    }

    private isOpen(inode: FileInode, enterable: boolean): boolean {
        return enterable && (inode.mode & 0o004) !== 0;
    }
}

function existing({ inode }: Place): Inode {
    if (inode === undefined) {
        throw new FileSystemError("ENOENT");
    }
    return inode;
}

function isEnterable(directory: DirectoryInode): boolean {
    return (directory.mode & 0o001) !== 0;
}

/** Removes the slashes at the end of a path, which mean nothing where the name of a directory is asked for. */
function withoutEnd(path: string): string {
    return path.replace(/(.)\/+$/, "$1");
}

/** Returns the names along a path; the last one is "." where it ends in a slash, which asks for a directory. */
function namesOf(path: string): string[] {
    const names = path.split("/").filter((name) => name !== "");
    return names.length > 0 && path.endsWith("/") ? [...names, "."] : names;
}

function pathOf(names: readonly string[]): string {
    return `/${names.join("/")}`;
}

/** Returns a file as a fixture would have it. */
export function asFixture({ path, inode }: FoundFile): InstanceFile & { readonly mtime: string } {
    return {
        path,
        owner: inode.owner,
        group: inode.group,
        mode: octal(inode.mode),
        mtime: new Date(inode.modified).toISOString(),
        ...(inode.kind === "link" ? { linkTo: inode.target } : {}),
        ...(inode.kind === "file" && inode.content !== undefined
            ? { content: inode.content.toString("utf8") }
            : {}),
    };
}
