import type { Services } from "./services";

/** A command of the program, such as `orphans`. */
export interface Command {
    readonly name: string;
    /** The line about it in the program's help. */
    readonly summary: string;
    /** The first line of its usage. */
    readonly synopsis: string;
    /** The text that `--help` prints. */
    readonly usage: string;
    /**
     * Runs it with the arguments after its name.
     *
     * @returns the exit code, which its usage explains.
     * @throws UsageError if they are wrong.
     */
    readonly run: (args: readonly string[], services: Services) => Promise<number>;
}

/** The exit codes that all commands share. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const;
