import { abortReason, onAbort } from "./abort";
import type { Clock } from "./clock";
import { firstPauseEnd, isDueSoon, type LookRequest, nextLookAt, pauseEnd } from "./look-plan";
import { type PollPlan, type PollResult, type PollState, pollThrough } from "./poll";

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

class Waiter {
    /** Its share of the requests of the last look that answered it. */
    share = 0;
}

interface Asked<Question, State> extends LookRequest {
    readonly question: Question;
    readonly waiter: Waiter;
    readonly resolve: (state: State) => void;
    readonly reject: (thrown: unknown) => void;
}

/**
 * Polls for any number of waiters with looks in common. Each waiter has its own schedule and deadline; a look that one
 * of them is due for also answers those who are due soon, so that their looks fall together. `look-plan.ts` decides.
 *
 * A waiter never gets a state older than its question. Nothing runs while nobody waits.
 */
export class SharedPoll<Question, State> {
    private readonly waiters = new Set<Waiter>();
    private readonly asked = new Set<Asked<Question, State>>();
    private pausedUntil = 0;
    private isLooking = false;
    private sleep: { readonly until: number; readonly end: AbortController } | undefined;

    constructor(private readonly options: SharedPollOptions<Question, State>) {}

    /** Looks until the result is done or the deadline passes; see `poll`. */
    async wait<T>(question: Question, { judge, ...plan }: SharedWait<State, T>): Promise<PollResult<T>> {
        const waiter = new Waiter();
        if (this.waiters.size === 0) {
            this.pausedUntil = firstPauseEnd(this.options.clock.now());
        }
        this.waiters.add(waiter);
        try {
            return await pollThrough(plan, async (waitMs) =>
                judge(await this.stateAfter(waitMs, question, waiter, plan.signal)),
            );
        } finally {
            this.waiters.delete(waiter);
        }
    }

    private async stateAfter(
        waitMs: number,
        question: Question,
        waiter: Waiter,
        signal: AbortSignal,
    ): Promise<State> {
        if (signal.aborted) {
            throw abortReason(signal);
        }
        const askedAt = this.options.clock.now();
        this.pausedUntil = pauseEnd(this.pausedUntil, askedAt, waiter.share);
        let withdraw: (() => void) | undefined;
        try {
            return await new Promise<State>((resolve, reject) => {
                const asked = { askedAt, dueAt: askedAt + waitMs, question, waiter, resolve, reject };
                withdraw = onAbort(signal, () => {
                    this.asked.delete(asked);
                    reject(abortReason(signal));
                    if (this.asked.size === 0) {
                        this.sleep?.end.abort();
                    }
                });
                this.ask(asked);
            });
        } finally {
            withdraw?.();
        }
    }

    private ask(asked: Asked<Question, State>): void {
        this.asked.add(asked);
        if (!this.isLooking) {
            void this.lookWhileAsked();
        } else if (this.sleep !== undefined && Math.max(asked.dueAt, this.pausedUntil) < this.sleep.until) {
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
        const answered = [...this.asked].filter((asked) => isDueSoon(asked, now));
        answered.forEach((asked) => this.asked.delete(asked));
        try {
            const { stateOf, requests } = await this.options.look(answered.map(({ question }) => question));
            for (const { question, waiter, resolve, reject } of answered) {
                waiter.share = requests / answered.length;
                try {
                    resolve(stateOf(question));
                } catch (thrown) {
                    reject(thrown);
                }
            }
        } catch (thrown) {
            answered.forEach(({ reject }) => {
                reject(thrown);
            });
        }
    }
}
