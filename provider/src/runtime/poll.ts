import type { Waiting } from "./clock";
import type { Delay } from "./backoff";
import { isNews, type Sight } from "./progress";

/** The state that one look found. `lastSeen` is a short word for what was there, counted for the error of a timeout. */
export type PollState<T> =
    { readonly done: true; readonly value: T } | { readonly done: false; readonly lastSeen: string };

export type PollResult<T> =
    | { readonly done: true; readonly value: T }
    | { readonly done: false; readonly lastSeen: string; readonly elapsedMs: number };

export interface PollOptions<T> extends Waiting {
    readonly look: () => Promise<PollState<T>>;
    readonly delay: Delay;
    /** Epoch milliseconds after which no further look is taken. At least one look always is. */
    readonly deadline: number;
    /**
     * Called after looks that were not the last, with the time spent so far: at once where something else was seen than
     * before, and at growing intervals where nothing changes.
     */
    readonly onWait?: (lastSeen: string, elapsedMs: number) => void;
}

/** Looks again and again until something is done or the deadline passes. What "done" means is the caller's. */
export async function poll<T>(options: PollOptions<T>): Promise<PollResult<T>> {
    const { clock, deadline } = options;
    const start = clock.now();
    const counts = new Map<string, number>();
    let told: Sight | undefined;
    for (;;) {
        const look = await options.look();
        if (look.done) {
            return look;
        }
        counts.set(look.lastSeen, (counts.get(look.lastSeen) ?? 0) + 1);
        const now = clock.now();
        if (now >= deadline) {
            return { done: false, lastSeen: describe(counts), elapsedMs: now - start };
        }
        const sight = { lastSeen: look.lastSeen, elapsed: now - start };
        if (isNews(told, sight)) {
            told = sight;
            options.onWait?.(sight.lastSeen, sight.elapsed);
        }
        const jittered = options.delay(now - start) * (0.9 + 0.2 * options.random());
        await clock.sleep(Math.min(jittered, deadline - now), options.signal);
    }
}

/** The options of a poll that a context gives. */
export function polling({ clock, random, signal }: Waiting): Waiting {
    return { clock, random, signal };
}

function describe(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([lastSeen, count]) => `${lastSeen} (${count}×)`).join(", ");
}
