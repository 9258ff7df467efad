/**
 * Runs tasks with the same key one after the other, and others in parallel.
 *
 * Two snapshots of one instance must not overlap, because the plugin refuses a second freeze. Within one `pulumi up`
 * all resources share a process, so a lock in memory is enough.
 */
export class KeyedLock {
    private readonly tails = new Map<string, Promise<void>>();

    /** @param onWait called before a wait, if there is one. Default: nothing. */
    async run<T>(key: string, task: () => Promise<T>, onWait?: () => void): Promise<T> {
        const before = this.tails.get(key);
        if (before !== undefined) {
            onWait?.();
        }
        const result = (before ?? Promise.resolve()).then(task);
        const tail = result.then(ignore, ignore);
        this.tails.set(key, tail);
        try {
            return await result;
        } finally {
            if (this.tails.get(key) === tail) {
                this.tails.delete(key);
            }
        }
    }
}

function ignore(): void {
    // The next task runs even if the previous one failed.
}
