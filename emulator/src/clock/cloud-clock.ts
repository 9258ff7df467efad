/**
 * The cloud's own clock, which dates what the cloud tells and may be off against this machine's. How long something
 * takes, and how old it is, never depends on it.
 */
export class CloudClock {
    /** The newest first. */
    private readonly offsets: { readonly since: number; readonly ms: number }[];

    constructor(offsetMs: number) {
        this.offsets = [{ since: -Infinity, ms: offsetMs }];
    }

    /** Changes how far it is off, from a moment of this machine's clock on. What was before keeps its date. */
    change(offsetMs: number, since: number): void {
        this.offsets.unshift({ since, ms: offsetMs });
    }

    /** Returns what it showed at a moment of this machine's clock. */
    at(moment: number): number {
        return moment + (this.offsets.find(({ since }) => moment >= since)?.ms ?? 0);
    }
}
