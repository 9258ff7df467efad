import { refusalOf } from "../file-system/error";
import { type Inode, rawMode } from "../file-system/inode";
import { needOperands, readOptions } from "./options";
import { forEachPath, type ProgramHost, ProgramUsageError } from "./program";
import { quoted } from "./quote";

const options = {
    "-c": { name: "format", takesValue: true },
    "-f": { name: "fileSystem", takesValue: false },
} as const;

const directive = /%([\s\S]?)/g;
const directives = "nuf";
const fileSystemDirectives = "nT";

/** `stat -c FORMAT`, with or without `-f`. */
export async function stat(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("stat", args, options);
    const paths = needOperands("stat", read);
    const format = read.values.get("format");
    if (format === undefined) {
        throw new ProgramUsageError("stat: the output without a format is not modelled by the emulator\n");
    }
    const ofFileSystem = read.values.has("fileSystem");
    for (const [whole, letter = ""] of format.matchAll(directive)) {
        if (letter === "" || !(ofFileSystem ? fileSystemDirectives : directives).includes(letter)) {
            throw new ProgramUsageError(`stat: the directive ${whole} is not modelled by the emulator\n`);
        }
    }
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => show(path, format, ofFileSystem, host),
        (path) => host.fileSystem.isAbsolute(path),
    );
}

function show(path: string, format: string, ofFileSystem: boolean, host: ProgramHost): boolean {
    const refusal = refusalOf(() => {
        const inode = ofFileSystem ? host.fileSystem.stat(path) : host.fileSystem.lstat(path);
        host.print(`${format.replace(directive, (_, letter: string) => value(letter, path, inode, host))}\n`);
    });
    if (refusal !== undefined) {
        const what = ofFileSystem ? "cannot read file system information for" : "cannot statx";
        host.complain(`stat: ${what} ${quoted(path)}: ${refusal.message}\n`);
    }
    return refusal === undefined;
}

function value(letter: string, path: string, inode: Inode, host: ProgramHost): string {
    switch (letter) {
        case "u":
            return String(host.users.number(inode.owner));
        case "f":
            return rawMode(inode).toString(16);
        case "T":
            return host.fileSystemType(path);
        default:
            return path;
    }
}
