import { refusalOf } from "../file-system/error";
import { needOperands, readOptions } from "./options";
import { forEachPath, UsageError, type ProgramHost } from "./program";
import { quotedPlainly } from "./quote";

const options = {
    "-p": { name: "parents", takesValue: false },
    "--parents": { name: "parents", takesValue: false },
    "-m": { name: "mode", takesValue: true },
    "--mode": { name: "mode", takesValue: true },
} as const;

// What the agent's umask of 022 leaves.
const usualMode = 0o755;

/** `mkdir`, with or without `-p` and `-m MODE`. */
export async function mkdir(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("mkdir", args, options);
    const paths = needOperands("mkdir", read);
    const mode = readMode(read.values.get("mode"));
    await host.thawed();
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => {
            const refusal = refusalOf(() => {
                if (read.values.has("parents")) {
                    host.fileSystem.makeDirectories(path, mode);
                } else {
                    host.fileSystem.makeDirectory(path, mode);
                }
            });
            if (refusal !== undefined) {
                const what = quotedPlainly(refusal.path ?? path);
                host.complain(`mkdir: cannot create directory ${what}: ${refusal.message}\n`);
            }
            return refusal === undefined;
        },
    );
}

function readMode(text: string | undefined): number {
    if (text === undefined) {
        return usualMode;
    }
    if (/^[ugoa+=-]/.test(text)) {
        throw new UsageError(`mkdir: the symbolic mode '${text}' is not modelled by the emulator\n`);
    }
    if (!/^0*[0-7]{1,4}$/.test(text)) {
        throw new UsageError(`mkdir: invalid mode ${quotedPlainly(text)}\n`);
    }
    return Number.parseInt(text, 8);
}
