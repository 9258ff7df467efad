import { refusalOf } from "../file-system/error";
import { type Inode, rawMode, sizeOf } from "../file-system/inode";
import { needOperands, readOptions } from "./options";
import { forEachPath, type ProgramHost, UsageError } from "./program";
import { quoted } from "./quote";

const options = {
    "-c": { name: "format", takesValue: true },
    "--format": { name: "format", takesValue: true },
    "-L": { name: "dereference", takesValue: false },
    "--dereference": { name: "dereference", takesValue: false },
    "-f": { name: "fileSystem", takesValue: false },
    "--file-system": { name: "fileSystem", takesValue: false },
} as const;

const directive = /%([-0]*)(\d*)([\s\S]?)/g;
const directives = "nuUgGaAfFsY%";
const fileSystemDirectives = "nT%";

/** `stat -c FORMAT`, with or without `-L` or `-f`. */
export function stat(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("stat", args, options);
    const paths = needOperands("stat", read);
    const format = read.values.get("format");
    if (format === undefined) {
        throw new UsageError("stat: the output without a format is not modelled by the emulator\n");
    }
    const known = read.values.has("fileSystem") ? fileSystemDirectives : directives;
    for (const [whole, , , letter = ""] of format.matchAll(directive)) {
        if (!known.includes(letter)) {
            throw new UsageError(`stat: the directive ${whole} is not modelled by the emulator\n`);
        }
    }
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => show(path, format, read.values, host),
        (path) => host.fileSystem.isAbsolute(path),
    );
}

function show(
    path: string,
    format: string,
    options: ReadonlyMap<string, string>,
    host: ProgramHost,
): boolean {
    const ofFileSystem = options.has("fileSystem");
    const refusal = refusalOf(() => {
        const inode =
            ofFileSystem || options.has("dereference")
                ? host.fileSystem.stat(path)
                : host.fileSystem.lstat(path);
        const line = format.replace(directive, (_, flags: string, width: string, letter: string) =>
            pad(
                letter === "T" ? host.fileSystemType(path) : value(letter, path, inode, host),
                flags,
                Number(width),
            ),
        );
        host.print(`${line}\n`);
    });
    if (refusal !== undefined) {
        const what = ofFileSystem ? "cannot read file system information for" : "cannot statx";
        host.complain(`stat: ${what} ${quoted(path)}: ${refusal.message}\n`);
    }
    return refusal === undefined;
}

function pad(text: string, flags: string, width: number): string {
    if (flags.includes("-")) {
        return text.padEnd(width);
    }
    return text.padStart(width, flags.includes("0") && /^[0-9a-f]+$/.test(text) ? "0" : " ");
}

function value(letter: string, path: string, inode: Inode, { accounts }: ProgramHost): string {
    switch (letter) {
        case "n":
            return path;
        case "u":
            return String(accounts.users.number(inode.owner));
        case "U":
            return accounts.users.name(inode.owner);
        case "g":
            return String(accounts.groups.number(inode.group));
        case "G":
            return accounts.groups.name(inode.group);
        case "a":
            return inode.mode.toString(8);
        case "A":
            return permissions(inode);
        case "f":
            return rawMode(inode).toString(16);
        case "F":
            return kind(inode);
        case "s":
            return String(sizeOf(inode));
        case "Y":
            return String(Math.floor(inode.modified / 1000));
        default:
            // A percent sign, doubled or the last of the format.
            return "%";
    }
}

function kind(inode: Inode): string {
    switch (inode.kind) {
        case "file":
            return sizeOf(inode) === 0 ? "regular empty file" : "regular file";
        case "directory":
            return "directory";
        case "link":
            return "symbolic link";
    }
}

/** e.g. `drwxrwxrwt` */
function permissions({ kind: type, mode }: Inode): string {
    const special = [
        [0o4000, "s"],
        [0o2000, "s"],
        [0o1000, "t"],
    ] as const;
    const triples = special.map(([bit, letter], index) => {
        const bits = mode >> (6 - 3 * index);
        const execute = (bits & 1) !== 0;
        const last = (mode & bit) === 0 ? (execute ? "x" : "-") : execute ? letter : letter.toUpperCase();
        return `${(bits & 4) === 0 ? "-" : "r"}${(bits & 2) === 0 ? "-" : "w"}${last}`;
    });
    return `${{ file: "-", directory: "d", link: "l" }[type]}${triples.join("")}`;
}
