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
    const { clock, signal, look, firstMs = 0 } = options;
    const course = new PollCourse<T>(options);
    let waitMs = firstMs;
    for (;;) {
        if (waitMs > 0) {
            await clock.sleep(waitMs, signal);
        }
        const next = course.after(await look());
        if (typeof next !== "number") {
            return next;
        }
        waitMs = next;
    }
}

/** The course of a poll, whoever makes its looks. */
export class PollCourse<T> {
    private readonly start: number;
    private readonly counts = new Map<string, number>();
    private reported: Sight | undefined;

    constructor(private readonly plan: PollPlan) {
        this.start = plan.clock.now();
    }

    /** Takes a look into account; returns the poll's result, or the milliseconds until the next look. */
    after(look: PollState<T>): PollResult<T> | number {
        if (look.done) {
            return look;
        }
        const { lastSeen } = look;
        const { clock, deadline, delay, random, onWait } = this.plan;
        this.counts.set(lastSeen, (this.counts.get(lastSeen) ?? 0) + 1);
        const now = clock.now();
        const elapsedMs = now - this.start;
        if (now >= deadline) {
            return { done: false, lastSeen: describe(this.counts), elapsedMs };
        }
        if (isNews(this.reported, { lastSeen, elapsedMs })) {
            this.reported = { lastSeen, elapsedMs };
            onWait?.(lastSeen, elapsedMs);
        }
        const jittered = delay(elapsedMs, deadline - now) * (0.9 + 0.2 * random());
        return Math.min(jittered, deadline - now);
    }
}

/** Picks the options of a poll from a context. */
export function polling({ clock, random, signal }: Waiting): Waiting {
    return { clock, random, signal };
}

function describe(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([lastSeen, count]) => `${lastSeen} (${count}×)`).join(", ");
}
