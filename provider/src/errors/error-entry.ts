import type { Circumstances } from "./circumstances";

/** One kind of failure, as it is documented and as it is reported. */
export interface ErrorEntry {
    /** Machine-readable and stable; what a program matches on. */
    readonly code: string;
    /** What happened and why, as a sentence without its final period. */
    readonly cause: string;
    /** What to do now, in whole sentences. */
    readonly remedy: string;
    /** The same where it is known which case it is. Default: it is the same in all cases. */
    readonly remedyFor?: (circumstances: Circumstances) => string;
    /** Whether an application may be paused, or a file system frozen, until somebody looks at the instance. */
    readonly urgent?: true;
}
