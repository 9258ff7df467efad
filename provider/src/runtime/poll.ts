import type { Delay } from "./backoff";
import type { Waiting } from "./clock";
import { isNews, type Sight } from "./progress";

/** The result of one look. `lastSeen` is a short word for the state, which the error of a timeout counts. */
export type PollState<T> =
    { readonly done: true; readonly value: T } | { readonly done: false; readonly lastSeen: string };

export type PollResult<T> =
    | { readonly done: true; readonly value: T }
    | { readonly done: false; readonly lastSeen: string; readonly elapsedMs: number };

export interface PollOptions<T> extends Waiting {
    readonly look: () => Promise<PollState<T>>;
    readonly delay: Delay;
    /** The time after which it does not look again, in milliseconds since the epoch. It looks at least once. */
    readonly deadline: number;
    /** Receives the state and the time spent: at once when the state changes, otherwise at growing intervals. */
    readonly onWait?: (lastSeen: string, elapsedMs: number) => void;
}

/** Looks repeatedly until the result is done or the deadline passes. */
export async function poll<T>(options: PollOptions<T>): Promise<PollResult<T>> {
    const { clock, deadline } = options;
    const start = clock.now();
    const counts = new Map<string, number>();
    let reported: Sight | undefined;
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
        const sight = { lastSeen: look.lastSeen, elapsedMs: now - start };
        if (isNews(reported, sight)) {
            reported = sight;
            options.onWait?.(sight.lastSeen, sight.elapsedMs);
        }
        const jittered = options.delay(now - start) * (0.9 + 0.2 * options.random());
        await clock.sleep(Math.min(jittered, deadline - now), options.signal);
    }
}

/** Picks the options of a poll from a context. */
export function polling({ clock, random, signal }: Waiting): Waiting {
    return { clock, random, signal };
}

function describe(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([lastSeen, count]) => `${lastSeen} (${count}×)`).join(", ");
}
