import { refusalOf } from "../file-system/error";
import { needOperands, readOptions } from "./options";
import { forEachPath, type ProgramHost, ProgramUsageError } from "./program";
import { quotedPlainly } from "./quote";

const options = {
    "-p": { name: "parents", takesValue: false },
    "-m": { name: "mode", takesValue: true },
} as const;

/** `mkdir -p -m MODE`. */
export async function mkdir(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("mkdir", args, options);
    const paths = needOperands("mkdir", read);
    const mode = read.values.get("mode") ?? "";
    if (!read.values.has("parents") || !/^0*[0-7]{1,4}$/.test(mode)) {
        throw new ProgramUsageError("mkdir: only -p with an octal mode is modelled by the emulator\n");
    }
    await host.thawed();
    return forEachPath(
        paths,
        host,
        (path) => [...read.words, "--", path],
        (path) => {
            const refusal = refusalOf(() => {
                host.fileSystem.makeDirectories(path, Number.parseInt(mode, 8));
            });
            if (refusal !== undefined) {
                const what = quotedPlainly(refusal.path ?? path);
                host.complain(`mkdir: cannot create directory ${what}: ${refusal.message}\n`);
            }
            return refusal === undefined;
        },
    );
}
