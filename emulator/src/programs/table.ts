import { env } from "./env";
import { find } from "./find";
import { mkdir } from "./mkdir";
import { mktemp } from "./mktemp";
import { type Program, type ProgramHost, ProgramUsageError } from "./program";
import { rm } from "./rm";
import { sha256sum } from "./sha256sum";
import { stat } from "./stat";

/** The programs of an instance that look at its files, change or execute them. */
export const programs: Readonly<Record<string, Program>> = {
    env,
    find,
    mkdir,
    mktemp,
    rm,
    sha256sum,
    stat,
};

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
