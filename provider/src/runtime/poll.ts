import type { Waiting } from "./clock";
import type { Delay } from "./backoff";
import { isNews, type Sight } from "./progress";

/** What one look came to. `seen` is a short word for what was there, counted for the error of a timeout. */
export type Look<T> =
    { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

export type PollResult<T> =
    | { readonly done: true; readonly value: T }
    | { readonly done: false; readonly seen: string; readonly elapsedMilliseconds: number };

export interface PollOptions<T> extends Waiting {
    readonly look: () => Promise<Look<T>>;
    readonly delay: Delay;
    /** Epoch milliseconds after which no further look is taken. At least one look always is. */
    readonly deadline: number;
    /**
     * Called after looks that were not the last, with the time spent so far: at once where something else was seen than
     * before, and at growing intervals where nothing changes.
     */
    readonly onWait?: (seen: string, elapsedMilliseconds: number) => void;
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
        counts.set(look.seen, (counts.get(look.seen) ?? 0) + 1);
        const now = clock.now();
        if (now >= deadline) {
            return { done: false, seen: describe(counts), elapsedMilliseconds: now - start };
        }
        const sight = { seen: look.seen, elapsed: now - start };
        if (isNews(told, sight)) {
            told = sight;
            options.onWait?.(sight.seen, sight.elapsed);
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
    return [...counts].map(([seen, count]) => `${seen} (${count}×)`).join(", ");
}
