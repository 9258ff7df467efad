import type { FileSystem } from "../file-system/file-system";
import type { Users } from "../file-system/users";

/** The instance and the process, as a program of the instance uses them. */
export interface ProgramHost {
    readonly fileSystem: FileSystem;
    readonly users: Users;
    /** Milliseconds since 1970-01-01 UTC. */
    now(): number;
    /** Writes to the standard output. */
    readonly print: (text: string) => void;
    /** Writes to the standard error output. */
    readonly complain: (text: string) => void;
    /** Runs this machine's program of the same name, in the directory of the command. Resolves to its exit code. */
    readonly runHere: (args: readonly string[]) => Promise<number>;
    /** Replaces the process by this machine's program of the same name; for the emulator it is over then. */
    readonly become: (args: readonly string[]) => number;
    /** Makes a directory that the instance shares with this machine, for its owner alone. Returns its path. */
    readonly makeShared: (prefix: string) => string;
    /** Makes a file of this machine with the content of an instance's program, to be executed. Returns its path. */
    readonly executable: (content: Buffer) => string;
    /** Makes a request from the instance, through its network. */
    readonly request: (request: HttpRequest) => HttpAnswer;
    readonly mountedFileSystems: readonly MountedFileSystem[];
    readonly blockDevices: readonly BlockDevice[];
    /** Returns the type of the file system that a path is in, as `stat -f -c %T` names it. */
    readonly fileSystemType: (path: string) => string;
    /** Resolves when nothing is frozen; what changes a file waits for it. */
    thawed(): Promise<void>;
}

/** A request that a program of the instance makes. */
export interface HttpRequest {
    readonly method: string;
    readonly url: URL;
    /** The headers, with names in lower case. */
    readonly headers: ReadonlyMap<string, string>;
}

/** The answer to a request, or what kept it from one. */
export type HttpAnswer =
    { readonly status: number; readonly body: string } | { readonly failure: "no such host" | "no answer" };

/** A disk as the instance's kernel shows it. */
export interface BlockDevice {
    readonly name: string;
    readonly serial: string;
}

/** A file system that is mounted on the instance. */
export interface MountedFileSystem {
    readonly target: string;
    readonly type: string;
    readonly source: string;
}

/** A program of the instance, which it runs as root. Resolves to its exit code. */
export type Program = (args: readonly string[], host: ProgramHost) => Promise<number>;

/** A mistake that ends a program before it has begun: wrong usage, or something that is not modelled. */
export class ProgramUsageError extends Error {}

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
