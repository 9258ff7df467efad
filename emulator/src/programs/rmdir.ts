import { refusalOf } from "../file-system/error";
import { needOperands, readOptions } from "./options";
import { forEachPath, type ProgramHost } from "./program";
import { quoted } from "./quote";

/** `rmdir` without options. */
export async function rmdir(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("rmdir", args, {});
    const paths = needOperands("rmdir", read);
    await host.thawed();
    return forEachPath(
        paths,
        host,
        (path) => ["--", path],
        (path) => {
            const refusal = refusalOf(() => {
                host.fileSystem.removeDirectory(path);
            });
            if (refusal !== undefined) {
                host.complain(`rmdir: failed to remove ${quoted(path)}: ${refusal.message}\n`);
            }
            return refusal === undefined;
        },
    );
}
