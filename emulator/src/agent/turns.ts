/**
 * Keeps many commands that come at the same time from holding up everything else: the start of a process takes the
 * emulator some milliseconds, so that requests are served between two of them.
 */
export class Turns {
    private last: Promise<void> | undefined;

    /** Returns the end of the turn before, to be awaited; undefined if nobody has it. */
    take(): Promise<void> | undefined {
        const before = this.last;
        const own = (before ?? Promise.resolve()).then(
            () =>
                new Promise<void>((resolve) => {
                    setImmediate(resolve);
                }),
        );
        this.last = own;
        void own.then(() => {
            this.last = this.last === own ? undefined : this.last;
        });
        return before;
    }
}
