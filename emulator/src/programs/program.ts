import type { FileSystem } from "../file-system/file-system";
import type { Users } from "../file-system/users";

/** What a program of the instance works with. */
export interface ProgramHost {
    readonly fileSystem: FileSystem;
    readonly users: Users;
    /** Milliseconds since 1970-01-01 UTC. */
    now(): number;
    /** To the standard output. */
    readonly print: (text: string) => void;
    /** To the standard error output. */
    readonly complain: (text: string) => void;
    /** Runs this machine's program of the same name, in the directory of the command. Resolves to its exit code. */
    readonly runHere: (args: readonly string[]) => Promise<number>;
    /** Has this machine's program of the same name take the place of the process, which is over as far as this goes. */
    readonly become: (args: readonly string[]) => number;
    /** Makes a directory that the instance shares with this machine, for its owner alone. Its path. */
    readonly makeShared: (prefix: string) => string;
    /** A file of this machine with the content of an instance's program, to be executed. Its path. */
    readonly executable: (content: Buffer) => string;
    /** Of what type the file system is that a path is in, as `stat -f -c %T` names it. */
    readonly fileSystemType: (path: string) => string;
    /** Resolves when nothing is frozen; what changes a file waits for it. */
    thawed(): Promise<void>;
}

/** A program of the instance, which it runs as root. Resolves to its exit code. */
export type Program = (args: readonly string[], host: ProgramHost) => Promise<number>;

/** What ends a program before it has begun: wrong usage, or what is not modelled. */
export class UsageError extends Error {}

/** Runs a program whose operands are paths, each on its own: a failure does not keep it from the others. */
export async function forEachPath(
    paths: readonly string[],
    host: ProgramHost,
    here: (path: string) => readonly string[],
    work: (path: string) => boolean | Promise<boolean>,
    isInstances: (path: string) => boolean = (path) => host.fileSystem.isOwn(path),
): Promise<number> {
    let failed = false;
    for (const path of paths) {
        // A relative path is one of this machine, where the command runs.
        const done = isInstances(path) ? await work(path) : (await host.runHere(here(path))) === 0;
        failed ||= !done;
    }
    return failed ? 1 : 0;
}
