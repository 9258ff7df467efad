import type { Circumstances } from "./circumstances";

/** One kind of failure, as documented and as reported. */
export interface ErrorEntry {
    /** The machine-readable, stable code that programs match on. */
    readonly code: string;
    /** The code under which docs/errors.md has it. Default: `code`. */
    readonly listedAs?: string;
    /** The failure and its reason, as a sentence without its final period. */
    readonly cause: string;
    /** The remedy, in whole sentences. */
    readonly remedy: string;
    /** Returns the remedy for the actual case. Default: `remedy`, in all cases. */
    readonly remedyFor?: (circumstances: Circumstances) => string;
    /** True if an application may stay paused, or a file system frozen, until somebody checks the instance. */
    readonly urgent?: true;
}
