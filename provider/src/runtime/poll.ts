import type { Delay } from "./backoff";
import type { Waiting } from "./clock";
import { isNews, type Sight } from "./progress";

/** The result of one look. `lastSeen` is a short word for the state, which the error of a timeout counts. */
export type PollState<T> =
    { readonly done: true; readonly value: T } | { readonly done: false; readonly lastSeen: string };

export type PollResult<T> =
    | { readonly done: true; readonly value: T }
    | { readonly done: false; readonly lastSeen: string; readonly elapsedMs: number };

/** The times of a poll's looks, and who hears of them. */
export interface PollPlan extends Waiting {
    readonly delay: Delay;
    /** The time before the first look, for something that has just begun. Default: none. */
    readonly firstMs?: number;
    /** The time after which it does not look again, in milliseconds since the epoch. It looks at least once. */
    readonly deadline: number;
    /** Receives the state and the time spent: at once when the state changes, otherwise at growing intervals. */
    readonly onWait?: (lastSeen: string, elapsedMs: number) => void;
}

export interface PollOptions<T> extends PollPlan {
    readonly look: () => Promise<PollState<T>>;
}

/** Looks repeatedly until the result is done or the deadline passes. */
export async function poll<T>(options: PollOptions<T>): Promise<PollResult<T>> {
    const { clock, signal, look } = options;
    return pollThrough(options, async (waitMs) => {
        if (waitMs > 0) {
            await clock.sleep(waitMs, signal);
        }
        return look();
    });
}

/**
 * Polls with looks that somebody else makes.
 *
 * @param lookAfter waits about so many milliseconds, and then returns what a look finds.
 */
export async function pollThrough<T>(
    { clock, deadline, delay, firstMs = 0, random, onWait }: PollPlan,
    lookAfter: (waitMs: number) => Promise<PollState<T>>,
): Promise<PollResult<T>> {
    const start = clock.now();
    const counts = new Map<string, number>();
    let reported: Sight | undefined;
    let waitMs = firstMs;
    for (;;) {
        const look = await lookAfter(waitMs);
        if (look.done) {
            return look;
        }
        counts.set(look.lastSeen, (counts.get(look.lastSeen) ?? 0) + 1);
        const now = clock.now();
        if (now >= deadline) {
            return { done: false, lastSeen: describe(counts), elapsedMs: now - start };
        }
        const sight = { lastSeen: look.lastSeen, elapsedMs: now - start };
        if (isNews(reported, sight)) {
            reported = sight;
            onWait?.(sight.lastSeen, sight.elapsedMs);
        }
        const jittered = delay(now - start, deadline - now) * (0.9 + 0.2 * random());
        waitMs = Math.min(jittered, deadline - now);
    }
}

/** Picks the options of a poll from a context. */
export function polling({ clock, random, signal }: Waiting): Waiting {
    return { clock, random, signal };
}

function describe(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([lastSeen, count]) => `${lastSeen} (${count}×)`).join(", ");
}
