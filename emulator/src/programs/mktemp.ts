import { needOperands, readOptions } from "./options";
import { type ProgramHost, ProgramUsageError } from "./program";
import { quotedPlainly } from "./quote";

const options = {
    "-d": { name: "directory", takesValue: false },
} as const;

/**
 * `mktemp -d TEMPLATE`. The directory is one of this machine, which the instance shares: a shell's redirections know no
 * other files. So its path, which is what the program is asked for, begins in another way than the template.
 */
export function mktemp(args: readonly string[], host: ProgramHost): Promise<number> {
    const read = readOptions("mktemp", args, options);
    const [template = "", ...others] = needOperands("mktemp", read);
    if (!read.values.has("directory")) {
        throw new ProgramUsageError("mktemp: only directories are modelled by the emulator\n");
    }
    if (others.length > 0) {
        throw new ProgramUsageError(
            "mktemp: too many templates\nTry 'mktemp --help' for more information.\n",
        );
    }
    const [, parent = "", prefix] = /^(.*)\/([^/]*?)X{3,}$/.exec(template) ?? [];
    const complain = (why: string) => {
        host.complain(`mktemp: ${why}\n`);
        return Promise.resolve(1);
    };
    if (prefix === undefined) {
        return complain(`too few X's in template ${quotedPlainly(template)}`);
    }
    if (!host.fileSystem.isDirectory(parent === "" ? "/" : parent)) {
        const why =
            host.fileSystem.find(parent) === undefined ? "No such file or directory" : "Not a directory";
        return complain(`failed to create directory via template ${quotedPlainly(template)}: ${why}`);
    }
    host.print(`${host.makeShared(prefix)}\n`);
    return Promise.resolve(0);
}
