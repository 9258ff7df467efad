/** An order of the emulator to the program that freezes. */
export type FreezerOrder =
    { readonly freeze: string[]; readonly timeoutMs: number } | { readonly thaw: true };

/** A report of that program to the emulator. */
export type FreezerReport =
    | { readonly report: "frozen" }
    /** A file system could not be frozen; `clean` when none is left frozen by this program. */
    | { readonly report: "failed"; readonly problem: string; readonly clean: boolean }
    /** Everything is thawed, by order or at the timeout; `clean` when every thaw succeeded. */
    | { readonly report: "thawed"; readonly by: "order" | "timeout"; readonly clean: boolean };
