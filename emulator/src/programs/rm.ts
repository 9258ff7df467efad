import { refusalOf } from "../file-system/error";
import type { FileSystem } from "../file-system/file-system";
import { needOperands, readOptions } from "./options";
import { forEachPath, type ProgramHost } from "./program";
import { quoted } from "./quote";

const options = {
    "-f": { name: "force", takesValue: false },
    "-r": { name: "recursive", takesValue: false },
} as const;

/** `rm`, with or without `-f` and `-r`. */
export async function rm(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("rm", args, options);
    const force = read.values.has("force");
    const paths = force ? read.operands : needOperands("rm", read);
    if (paths.some((path) => host.fileSystem.isOwn(path))) {
        await host.thawed();
    }
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => remove(path, { force, recursive: read.values.has("recursive") }, host),
    );
}

function remove(
    path: string,
    { force, recursive }: { readonly force: boolean; readonly recursive: boolean },
    { fileSystem, complain }: ProgramHost,
): boolean {
    const cannot = (why: string) => {
        complain(`rm: cannot remove ${quoted(path)}: ${why}\n`);
        return false;
    };
    const found = refusalOf(() => fileSystem.lstat(path));
    if (found !== undefined) {
        return force && (found.code === "ENOENT" || found.code === "ENOTDIR") ? true : cannot(found.message);
    }
    if (fileSystem.lstat(path).kind !== "directory") {
        fileSystem.unlink(path);
        return true;
    }
    if (!recursive) {
        return cannot("Is a directory");
    }
    if (/(^|\/)\.\.?\/*$/.test(path)) {
        complain(`rm: refusing to remove '.' or '..' directory: skipping ${quoted(path)}\n`);
        return false;
    }
    if (fileSystem.isRoot(path)) {
        const what = path === "/" ? "'/'" : `${quoted(path)} (same as '/')`;
        complain(`rm: it is dangerous to operate recursively on ${what}\n`);
        complain("rm: use --no-preserve-root to override this failsafe\n");
        return false;
    }
    const bare = path.replace(/\/+$/, "");
    if (fileSystem.lstat(bare).kind !== "directory") {
        return cannot("Not a directory");
    }
    removeAll(bare, fileSystem);
    return true;
}

function removeAll(directory: string, fileSystem: FileSystem): void {
    for (const name of fileSystem.list(directory)) {
        const path = `${directory}/${name}`;
        if (fileSystem.lstat(path).kind === "directory") {
            removeAll(path, fileSystem);
        } else {
            fileSystem.unlink(path);
        }
    }
    fileSystem.removeDirectory(directory);
}
