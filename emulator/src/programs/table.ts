import { curl } from "./curl";
import { env } from "./env";
import { find } from "./find";
import { findmnt } from "./findmnt";
import { lsblk } from "./lsblk";
import { mkdir } from "./mkdir";
import { mktemp } from "./mktemp";
import { type Program, type ProgramHost, ProgramUsageError } from "./program";
import { rm } from "./rm";
import { sha256sum } from "./sha256sum";
import { stat } from "./stat";

/** The programs of an instance that look at its files, change or execute them, or look at what is around it. */
export const programs: Readonly<Record<string, Program>> = {
    curl,
    env,
    find,
    findmnt,
    lsblk,
    mkdir,
    mktemp,
    rm,
    sha256sum,
    stat,
};

/** Those that are the instance's whatever their words are: they have no paths by which to tell. */
export const alwaysInstances: ReadonlySet<string> = new Set(["curl", "findmnt", "lsblk"]);

/** Those that only look at files. */
const lookers: ReadonlySet<string> = new Set(["sha256sum", "stat"]);

/** The answer of a program. */
export interface Answer {
    readonly exitCode: number;
    readonly printed: string;
    readonly complained: string;
}

/** The parts of the instance that a program sees. */
export type InstanceView = Pick<
    ProgramHost,
    "fileSystem" | "users" | "now" | "fileSystemType" | "request" | "mountedFileSystems" | "blockDevices"
>;

/** Runs a program that only looks at the instance's files; resolves to undefined for any other, which does nothing. */
export async function lookAtFiles(
    name: string,
    args: readonly string[],
    view: InstanceView,
): Promise<Answer | undefined> {
    if (!lookers.has(name)) {
        return undefined;
    }
    let printed = "";
    let complained = "";
    const refuse = (): never => {
        throw new LooksElsewhere();
    };
    try {
        const exitCode = await runProgram(name, args, {
            ...view,
            print: (text) => {
                printed += text;
            },
            complain: (text) => {
                complained += text;
            },
            runHere: refuse,
            become: refuse,
            makeShared: refuse,
            executable: refuse,
            thawed: refuse,
        });
        return { exitCode, printed, complained };
    } catch (thrown) {
        if (thrown instanceof LooksElsewhere) {
            return undefined;
        }
        throw thrown;
    }
}

/** A program that would need more than the instance's files. */
class LooksElsewhere extends Error {}

/** Runs one of them; resolves to its exit code. */
export async function runProgram(name: string, args: readonly string[], host: ProgramHost): Promise<number> {
    const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
    if (program === undefined) {
        throw new Error(`there is no program ${name}`);
    }
    try {
        return await program(args, host);
    } catch (thrown) {
        if (thrown instanceof ProgramUsageError) {
            host.complain(thrown.message);
            return 1;
        }
        throw thrown;
    }
}
