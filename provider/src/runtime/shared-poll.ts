import { abortReason, onAbort } from "./abort";
import type { Clock } from "./clock";
import {
    firstPauseEnd,
    isDueSoon,
    type LookRequest,
    nextLookAt,
    pauseEnd,
    pauseEndForNew,
} from "./look-plan";
import { PollCourse, type PollPlan, type PollResult, type PollState } from "./poll";

/** The result of a look that answers many questions. */
export interface Look<Question, State> {
    /** Returns what it found, or throws the reason why this is unknown. */
    readonly stateOf: (question: Question) => State;
    /** The number of requests that it made. */
    readonly requests: number;
}

export interface SharedPollOptions<Question, State> {
    readonly clock: Clock;
    /** Looks once, at everything that the questions are about. If it rejects, all of them do. */
    readonly look: (questions: readonly Question[]) => Promise<Look<Question, State>>;
}

/** A waiter's poll. */
export interface SharedWait<State, T> extends PollPlan {
    /** Judges a state that a look found. */
    readonly judge: (state: State) => PollState<T> | Promise<PollState<T>>;
}

/** One who waits, with the request for its next look. It lives as long as the wait: there may be a thousand of them. */
class Waiter<Question, State> implements LookRequest {
    askedAt = 0;
    dueAt = 0;
    /** Its share of the requests of the last look that answered it. */
    share = 0;

    /** @param see ends the wait, or returns the milliseconds until the next look. */
    constructor(
        readonly since: number,
        readonly deadline: number,
        readonly question: Question,
        readonly see: (state: State) => Promise<number | undefined>,
        readonly reject: (thrown: unknown) => void,
    ) {}
}

/**
 * Polls for any number of waiters with looks in common. Each waiter has its own schedule and deadline; a look that one
 * of them is due for also answers those who are due soon, so that their looks fall together. `look-plan.ts` decides.
 *
 * A waiter never gets a state older than its question. Nothing runs while nobody waits.
 */
export class SharedPoll<Question, State> {
    private readonly waiters = new Set<Waiter<Question, State>>();
    private readonly asked = new Set<Waiter<Question, State>>();
    private pausedUntil = 0;
    /** The start of the latest wait that still goes on. */
    private youngestSince = 0;
    private requestsOfLook = 1;
    private isLooking = false;
    private sleep: { readonly until: number; readonly end: AbortController } | undefined;

    constructor(private readonly options: SharedPollOptions<Question, State>) {}

    /** Looks until the result is done or the deadline passes; see `poll`. */
    async wait<T>(question: Question, { judge, ...plan }: SharedWait<State, T>): Promise<PollResult<T>> {
        const { signal } = plan;
        if (signal.aborted) {
            throw abortReason(signal);
        }
        if (this.waiters.size === 0) {
            this.pausedUntil = firstPauseEnd(this.options.clock.now());
        }
        const course = new PollCourse<T>(plan);
        return new Promise<PollResult<T>>((resolve, reject) => {
            const leave = (): void => {
                withdraw();
                this.waiters.delete(waiter);
                this.asked.delete(waiter);
            };
            const waiter = new Waiter<Question, State>(
                this.options.clock.now(),
                plan.deadline,
                question,
                async (state) => {
                    const next = course.after(await judge(state));
                    if (typeof next === "number") {
                        return next;
                    }
                    leave();
                    resolve(next);
                    return undefined;
                },
                (thrown) => {
                    leave();
                    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passed on as it is
                    reject(thrown);
                },
            );
            const withdraw = onAbort(signal, () => {
                waiter.reject(abortReason(signal));
                if (this.asked.size === 0) {
                    this.sleep?.end.abort();
                }
            });
            this.waiters.add(waiter);
            this.youngestSince = waiter.since;
            this.pausedUntil = pauseEndForNew(this.pausedUntil, waiter.since, this.requestsOfLook);
            this.ask(waiter, plan.firstMs ?? 0);
        });
    }

    private ask(waiter: Waiter<Question, State>, waitMs: number): void {
        waiter.askedAt = this.options.clock.now();
        waiter.dueAt = waiter.askedAt + waitMs;
        this.pausedUntil = pauseEnd(
            this.pausedUntil,
            waiter.askedAt,
            waiter.share,
            waiter.askedAt - this.youngestSince,
        );
        this.asked.add(waiter);
        if (!this.isLooking) {
            void this.lookWhileAsked();
        } else if (
            this.sleep !== undefined &&
            (nextLookAt([waiter], this.pausedUntil) ?? Infinity) < this.sleep.until
        ) {
            this.sleep.end.abort();
        }
    }

    private async lookWhileAsked(): Promise<void> {
        this.isLooking = true;
        // Those whom the last look answered ask again one after the other.
        await Promise.resolve();
        for (;;) {
            const lookAt = nextLookAt(this.asked, this.pausedUntil);
            if (lookAt === undefined) {
                break;
            }
            if (lookAt > this.options.clock.now()) {
                await this.sleepUntil(lookAt);
            } else {
                await this.look();
            }
        }
        this.isLooking = false;
    }

    /** Sleeps, unless somebody asks for an earlier look, or nobody asks any more. */
    private async sleepUntil(until: number): Promise<void> {
        const { clock } = this.options;
        const end = new AbortController();
        this.sleep = { until, end };
        try {
            await clock.sleep(until - clock.now(), end.signal);
        } catch (thrown) {
            if (!end.signal.aborted) {
                throw thrown;
            }
        } finally {
            this.sleep = undefined;
        }
    }

    private async look(): Promise<void> {
        const now = this.options.clock.now();
        this.youngestSince = [...this.waiters].at(-1)?.since ?? now;
        const answered = [...this.asked].filter((waiter) => isDueSoon(waiter, now));
        answered.forEach((waiter) => this.asked.delete(waiter));
        try {
            const { stateOf, requests } = await this.options.look(answered.map(({ question }) => question));
            this.requestsOfLook = requests;
            for (const waiter of answered) {
                waiter.share = requests / answered.length;
                void this.answer(waiter, stateOf);
            }
        } catch (thrown) {
            answered.forEach(({ reject }) => {
                reject(thrown);
            });
        }
    }

    private async answer(
        waiter: Waiter<Question, State>,
        stateOf: (question: Question) => State,
    ): Promise<void> {
        try {
            const waitMs = await waiter.see(stateOf(waiter.question));
            // It may have been cancelled meanwhile.
            if (waitMs !== undefined && this.waiters.has(waiter)) {
                this.ask(waiter, waitMs);
            }
        } catch (thrown) {
            waiter.reject(thrown);
        }
    }
}
