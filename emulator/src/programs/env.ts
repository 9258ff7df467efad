import { existsSync } from "node:fs";

import { type ProgramHost, ProgramUsageError } from "./program";
import { quoted } from "./quote";

/**
 * `env [NAME=VALUE]… PROGRAM [ARGUMENT]…`, where the program is a file of the instance; then it runs as the kernel runs
 * it. `env test -x PATH` says whether it would.
 */
export function env(args: readonly string[], host: ProgramHost): Promise<number> {
    const at = args.findIndex((word) => !/^[^=/]+=/.test(word));
    const [program = "", ...rest] = at < 0 ? [] : args.slice(at);
    if (program.startsWith("-")) {
        throw new ProgramUsageError(`env: the option '${program}' is not modelled by the emulator\n`);
    }
    if (program === "test") {
        return Promise.resolve(isExecutable(rest, host) ?? host.become(args));
    }
    const inode = host.fileSystem.isOwn(program) ? host.fileSystem.find(program) : undefined;
    if (inode === undefined) {
        // The instance has the programs of this machine.
        return Promise.resolve(host.become(args));
    }
    const refuse = (why: string, exitCode: number) => {
        host.complain(`env: ${quoted(program)}: ${why}\n`);
        return Promise.resolve(exitCode);
    };
    if (inode.kind !== "file" || (inode.mode & 0o111) === 0) {
        return refuse("Permission denied", 126);
    }
    const content = inode.content ?? Buffer.from("#!/bin/sh\n");
    const interpreter = /^#![ \t]*(\S+)/.exec(content.toString("latin1"))?.[1];
    if (interpreter !== undefined && !existsSync(interpreter)) {
        return refuse("No such file or directory", 127);
    }
    return Promise.resolve(host.become([...args.slice(0, at), host.executable(content), ...rest]));
}

/** Returns the exit code of `test -x` for a file of the instance; undefined for any other test. */
function isExecutable(words: readonly string[], { fileSystem }: ProgramHost): number | undefined {
    const [operator, path = "", ...more] = words;
    if (operator !== "-x" || more.length > 0 || !fileSystem.isOwn(path)) {
        return undefined;
    }
    const inode = fileSystem.find(path);
    return inode === undefined ? undefined : (inode.mode & 0o111) === 0 ? 1 : 0;
}
