/** What the emulator tells the program that freezes. */
export type FreezerOrder = { freeze: string[]; timeoutMs: number } | { thaw: true };

/** What that program tells the emulator. */
export type FreezerReport =
    | { report: "frozen" }
    /** A file system could not be frozen; `clean` when none is left frozen by this program. */
    | { report: "failed"; problem: string; clean: boolean }
    /** Told to, or at its timeout; `clean` when every thaw succeeded. */
    | { report: "thawed"; by: "order" | "timeout"; clean: boolean };
