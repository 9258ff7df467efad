/** The runs of the plugin that wait on one instance. */
export class Holds {
    private readonly releases = new Set<() => void>();

    /** True while a run waits. */
    get waiting(): boolean {
        return this.releases.size > 0;
    }

    /** Waits to be released, or for the signal. */
    wait(signal: AbortSignal): Promise<void> {
        return new Promise((resolve) => {
            const release = () => {
                this.releases.delete(release);
                signal.removeEventListener("abort", release);
                resolve();
            };
            if (signal.aborted) {
                resolve();
                return;
            }
            this.releases.add(release);
            signal.addEventListener("abort", release, { once: true });
        });
    }

    /** Releases all of them. Returns how many there were. */
    release(): number {
        const waiting = [...this.releases];
        for (const release of waiting) {
            release();
        }
        return waiting.length;
    }
}
