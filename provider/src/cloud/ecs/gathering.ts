import DataLoader from "dataloader";

import type { Clock } from "../../runtime/clock";
import { type Caller, mayShare, together } from "./caller";

/** One of the calls that are gathered. */
export interface GatheredCall<Parameters> {
    readonly parameters: Parameters;
    readonly caller: Caller;
}

/** Calls of the same kind, whose callers may share requests. */
export type Batch<Parameters> = readonly [GatheredCall<Parameters>, ...GatheredCall<Parameters>[]];

/** Answers a batch. Each call has a promise of its own, so that none waits for what only others need. */
export type AnswerBatch<Parameters, Result> = (
    batch: Batch<Parameters>,
) => (call: GatheredCall<Parameters>) => Promise<Result>;

/**
 * Decides for how long a call waits for others of its kind, in milliseconds.
 *
 * @param sinceLastMs the time since the last batch was complete; `Infinity` if there was none.
 */
export type GatheringWindow = (sinceLastMs: number) => number;

/** The time for which a call waits for others of its kind. Tasks that take the same step are no further apart. */
export const gatheringMs = 5;

/** The time for which those wait who come in quick succession, and the time between two that do. */
export const cohortMs = 300;
export const quickSuccessionMs = 500;

/**
 * The window at the entrance of a long sequence of steps. The first one passes at once, and so does one that comes
 * alone; those who come in quick succession wait for each other, so that they take all later steps together.
 */
export const cohortWindow: GatheringWindow = (sinceLastMs) =>
    sinceLastMs < quickSuccessionMs ? cohortMs : gatheringMs;

/**
 * Gathers calls that are made at nearly the same time, so that they can share requests. All requests are made after all
 * of these calls, so nobody gets an answer to a question that was asked before the own one.
 */
export class Gathering<Parameters, Result> {
    private readonly circles: {
        readonly member: Caller;
        readonly loader: DataLoader<GatheredCall<Parameters>, Promise<Result>>;
    }[] = [];

    /**
     * @param kindOf returns a text that is the same for calls that can share requests.
     * @param window Default: {@link gatheringMs}.
     */
    constructor(
        private readonly clock: Clock,
        private readonly kindOf: (parameters: Parameters) => string,
        private readonly answer: AnswerBatch<Parameters, Result>,
        private readonly window: GatheringWindow = () => gatheringMs,
    ) {}

    async call(parameters: Parameters, caller: Caller): Promise<Result> {
        return await this.circleOf(caller).load({ parameters, caller });
    }

    /** Returns what gathers the calls of those who may share requests with a caller. */
    private circleOf(caller: Caller): DataLoader<GatheredCall<Parameters>, Promise<Result>> {
        const known = this.circles.find(({ member }) => mayShare(member, caller));
        if (known !== undefined) {
            return known.loader;
        }
        let lastAt = -Infinity;
        const loader = new DataLoader<GatheredCall<Parameters>, Promise<Result>>(
            (calls) => {
                lastAt = this.clock.now();
                return Promise.resolve(this.answers(calls));
            },
            {
                cache: false,
                batchScheduleFn: (dispatch) => {
                    // If the signal is aborted, the requests themselves say so.
                    this.clock
                        .sleep(this.window(this.clock.now() - lastAt), caller.signal)
                        .then(dispatch, dispatch);
                },
            },
        );
        this.circles.push({ member: caller, loader });
        return loader;
    }

    /** Returns the answers in the order of the calls. */
    private answers(calls: readonly GatheredCall<Parameters>[]): Promise<Result>[] {
        const kinds = calls.map(({ parameters }) => this.kindOf(parameters));
        const answers = new Map<string, ReturnType<AnswerBatch<Parameters, Result>>>();
        return calls.map((call, index) => {
            const kind = kinds[index] ?? "";
            let answer = answers.get(kind);
            if (answer === undefined) {
                const others = calls.filter((_, other) => other > index && kinds[other] === kind);
                answer = this.answer([call, ...others]);
                answers.set(kind, answer);
            }
            return answer(call);
        });
    }
}

/** Returns the caller of the requests that a batch shares. */
export function callerOf([first, ...others]: Batch<unknown>): Caller {
    return together([first.caller, ...others.map(({ caller }) => caller)]);
}
