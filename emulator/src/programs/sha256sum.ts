import { createHash } from "node:crypto";

import { FileSystemError, refusalOf } from "../file-system/error";
import { readOptions } from "./options";
import { forEachPath, type ProgramHost } from "./program";
import { quotedIfNeeded } from "./quote";

/** `sha256sum` without options. */
export function sha256sum(args: readonly string[], host: ProgramHost): Promise<number> {
    const { operands } = readOptions("sha256sum", args, {});
    return forEachPath(
        operands,
        host,
        (path) => ["--", path],
        (path) => sum(path, host),
    );
}

function sum(path: string, { fileSystem, print, complain }: ProgramHost): boolean {
    const refusal = refusalOf(() => {
        const inode = fileSystem.stat(path);
        if (inode.kind !== "file") {
            throw new FileSystemError("EISDIR");
        }
        const digest = createHash("sha256")
            .update(inode.content ?? "")
            .digest("hex");
        // A backslash in front says that the name is escaped.
        const name = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
        print(`${name === path ? "" : "\\"}${digest}  ${name}\n`);
    });
    if (refusal !== undefined) {
        complain(`sha256sum: ${quotedIfNeeded(path)}: ${refusal.message}\n`);
    }
    return refusal === undefined;
}
