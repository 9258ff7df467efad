import { refusalOf } from "../file-system/error";
import { type Inode, rawMode, sizeOf } from "../file-system/inode";
import { needOperands, readOptions } from "./options";
import { forEachPath, type Program, type ProgramHost, UsageError } from "./program";
import { quoted } from "./quote";

const options = {
    "-c": { name: "format", takesValue: true },
    "--format": { name: "format", takesValue: true },
    "-L": { name: "dereference", takesValue: false },
    "--dereference": { name: "dereference", takesValue: false },
} as const;

const directive = /%([-0]*)(\d*)([\s\S]?)/g;
const directives = "nuUgGaAfFsY%";

/** `stat -c FORMAT`, with or without `-L`. */
export const stat: Program = (args, host) => {
    const read = readOptions("stat", args, options);
    const paths = needOperands("stat", read);
    const format = read.values.get("format");
    if (format === undefined) {
        throw new UsageError("stat: the output without a format is not modelled by the emulator\n");
    }
    for (const [whole, , , letter = ""] of format.matchAll(directive)) {
        if (!directives.includes(letter)) {
            throw new UsageError(`stat: the directive ${whole} is not modelled by the emulator\n`);
        }
    }
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => show(path, format, read.values.has("dereference"), host),
    );
};

function show(path: string, format: string, dereference: boolean, host: ProgramHost): boolean {
    const refusal = refusalOf(() => {
        const inode = dereference ? host.fileSystem.stat(path) : host.fileSystem.lstat(path);
        const line = format.replace(directive, (_, flags: string, width: string, letter: string) =>
            pad(value(letter, path, inode, host), flags, Number(width)),
        );
        host.print(`${line}\n`);
    });
    if (refusal !== undefined) {
        host.complain(`stat: cannot statx ${quoted(path)}: ${refusal.message}\n`);
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
