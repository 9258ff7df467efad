import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import type { Caller } from "../../../../provider/src/cloud/ecs/caller";
import { createCalls } from "../../../../provider/src/cloud/ecs/calls";
import { single } from "../../../../provider/src/cloud/ecs/operation";
import { defaultRetryLimits } from "../../../../provider/src/cloud/ecs/retry";
import type { Sdk } from "../../../../provider/src/cloud/ecs/sdk-client";
import { chanceOf } from "../../support/chance";
import { QuickClock } from "../../support/quick-clock";
import { RecordingLogger } from "../../support/recording-logger";
import { rejection, rejectionOf } from "../../support/rejection";

const windowMs = 60_000;

/** An account's quota of an operation, as the API applies it. */
interface Gate {
    /** Counts a request, or returns the time until the next one may be accepted. */
    readonly enter: (now: number) => "accepted" | number;
}

/** Counts in windows that begin at fixed times. */
class FixedWindows implements Gate {
    private window = -1;
    private count = 0;

    constructor(
        private readonly quota: number,
        private readonly phaseMs: number,
    ) {}

    enter(now: number): "accepted" | number {
        const window = Math.floor((now + this.phaseMs) / windowMs);
        if (window !== this.window) {
            [this.window, this.count] = [window, 0];
        }
        if (this.count >= this.quota) {
            return (window + 1) * windowMs - this.phaseMs - now;
        }
        this.count += 1;
        return "accepted";
    }
}

/** Counts the last minute at any time. */
class SlidingWindow implements Gate {
    private times: number[] = [];

    constructor(private readonly quota: number) {}

    enter(now: number): "accepted" | number {
        this.times = this.times.filter((time) => time > now - windowMs);
        const [oldest = now] = this.times;
        if (this.times.length >= this.quota) {
            return oldest + windowMs - now;
        }
        this.times.push(now);
        return "accepted";
    }
}

function throttled(retryAfter: number | undefined): Error {
    return Object.assign(new Error("Throttling"), { code: "Throttling.User", statusCode: 400, retryAfter });
}

/** Calls of an operation whose requests a gate counts. */
class Account {
    readonly clock = new QuickClock();
    readonly log = new RecordingLogger();
    refused = 0;
    private readonly api = createCalls({
        connect: () => Promise.resolve({ host: "ecs.example" } as Sdk),
        regionId: "cn-hangzhou",
        clock: this.clock,
        random: () => this.random(),
    });
    private readonly operation = single({
        name: "DescribeDisks",
        changes: false,
        send: async () => {
            await this.clock.sleep(20 + 60 * this.random());
            const answer = this.gate.enter(this.clock.now());
            await this.clock.sleep(10 + 30 * this.random());
            if (answer !== "accepted") {
                this.refused += 1;
                throw throttled(this.hint?.(answer));
            }
            return { body: {} };
        },
        read: () => undefined,
    });

    constructor(
        readonly gate: Gate,
        private readonly random: () => number,
        private readonly hint?: (leftMs: number) => number,
    ) {}

    call(more: Partial<Caller> = {}): Promise<undefined> {
        const { signal } = new AbortController();
        const caller = { signal, log: this.log, deadline: Infinity, beforeChange: undefined, ...more };
        return this.api.single(this.operation, {}, caller);
    }
}

interface Simulation {
    readonly gate: Gate;
    readonly calls: number;
    /** The interval at which others make requests. Default: nobody does. */
    readonly othersMs?: number;
    readonly hint?: (leftMs: number) => number;
    readonly seed: number;
}

interface Result {
    readonly failures: readonly unknown[];
    readonly minutes: number;
    /** The calls in the order of their success. */
    readonly order: readonly number[];
    /** The number of throttled requests. */
    readonly refused: number;
}

/** Makes many calls of an operation at once. */
async function simulate({ gate, calls, othersMs, hint, seed }: Simulation): Promise<Result> {
    const account = new Account(gate, chanceOf(seed), hint);
    const { clock } = account;
    const start = clock.now();
    const order: number[] = [];
    const failures: unknown[] = [];
    const one = async (call: number): Promise<void> => {
        try {
            await account.call();
            order.push(call);
        } catch (thrown) {
            failures.push(thrown);
        }
    };
    const others = async (): Promise<void> => {
        while (othersMs !== undefined && order.length + failures.length < calls) {
            gate.enter(clock.now());
            await clock.sleep(othersMs);
        }
    };
    const all = Promise.all(Array.from({ length: calls }, (_, call) => one(call)));
    void others();
    await clock.during(all);
    return { failures, minutes: (clock.now() - start) / windowMs, order, refused: account.refused };
}

const gates: Readonly<Record<string, (quota: number, seed: number) => Gate>> = {
    "fixed windows": (quota, seed) => new FixedWindows(quota, seed * 7_000),
    "a sliding window": (quota) => new SlidingWindow(quota),
};

const hints: Readonly<Record<string, ((leftMs: number) => number) | undefined>> = {
    "no hint": undefined,
    "a short hint": () => 500,
    "the rest of the window for a hint": (leftMs) => leftMs,
};

describe("the limiter", () => {
    for (const [name, gateOf] of Object.entries(gates)) {
        for (const [hintName, hint] of Object.entries(hints)) {
            it(`uses at least 85 % of what is left of a quota in ${name}, with ${hintName}, and no call fails`, async () => {
                const quota = 100;
                const calls = 1_000;
                for (const others of [0, 30]) {
                    for (const seed of [1, 2]) {
                        const result = await simulate({
                            gate: gateOf(quota, seed),
                            calls,
                            seed,
                            ...(others === 0 ? {} : { othersMs: windowMs / others }),
                            ...(hint === undefined ? {} : { hint }),
                        });
                        expect(result.failures).to.deep.equal([]);
                        expect(calls / result.minutes).to.be.at.least(0.85 * (quota - others));
                        // Each is throttled once before anything is known, and few of them again.
                        expect(result.refused).to.be.below(1.3 * calls);
                    }
                }
            });
        }

        it(`serves first who came first, in ${name}`, async () => {
            const quota = 50;
            const { order } = await simulate({ gate: gateOf(quota, 1), calls: 400, seed: 1 });
            // The first minute's are sent before anything is known, and arrive in any order.
            const served = order.slice(quota);
            const places = new Map([...served].sort((a, b) => a - b).map((call, place) => [call, place]));
            const late = served.map((call, place) => place - (places.get(call) ?? Infinity));
            expect(Math.max(...late)).to.be.below(quota);
        });

        it(`finds out when others need less, in ${name}`, async () => {
            const gate = gateOf(100, 1);
            const account = new Account(gate, chanceOf(1));
            const { clock } = account;
            const start = clock.now();
            // All of the quota for three minutes, and nothing afterwards.
            const others = async (): Promise<void> => {
                while (clock.now() - start < 3 * windowMs) {
                    gate.enter(clock.now());
                    await clock.sleep(200);
                }
            };
            void others();
            const pass = async (): Promise<void> => {
                await clock.sleep(windowMs);
                await Promise.all(Array.from({ length: 300 }, () => account.call()));
            };
            await clock.during(pass());
            expect((clock.now() - start) / windowMs).to.be.below(8);
        });
    }

    it("does nothing until a request is throttled", async () => {
        const account = new Account({ enter: () => "accepted" }, () => 0.5);
        const start = account.clock.now();
        await account.clock.during(Promise.all(Array.from({ length: 1_000 }, () => account.call())));
        expect(account.clock.now() - start).to.equal(75);
    });

    it("holds back all calls of the operation for as long as the API asks", async () => {
        const sent: number[] = [];
        const account = new Account(
            {
                enter: (now) => {
                    sent.push(now);
                    return sent.length === 1 ? 7_000 : "accepted";
                },
            },
            () => 0.5,
            (leftMs) => leftMs,
        );
        const later = async (): Promise<void> => {
            await account.clock.sleep(1_000);
            await account.call();
        };
        await account.clock.during(Promise.all([account.call(), later()]));
        expect(sent).to.have.length(3);
        expect(Math.min(...sent.slice(1)) - (sent[0] ?? 0)).to.be.at.least(7_000);
    });

    it("gives up all calls at the time limit for throttling if the API accepts none, with its own error", async () => {
        const account = new Account({ enter: () => windowMs }, () => 0.5);
        const { clock } = account;
        const start = clock.now();
        const calls = Array.from({ length: 200 }, () => rejectionOf(ApiCallError, account.call()));
        const errors = await clock.during(Promise.all(calls));
        expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(["Throttling.User"]));
        expect(clock.now() - start).to.be.at.most(defaultRetryLimits.laterMs);
    });

    it("shows in the row why a call waits", async () => {
        const account = new Account(new SlidingWindow(2), () => 0.5);
        await account.clock.during(Promise.all(Array.from({ length: 8 }, () => account.call())));
        expect(account.log.of("status")).to.include("waiting: the API throttles DescribeDisks calls");
    });

    it("ends the wait of a call at its deadline, with the API's own error", async () => {
        const account = new Account(new SlidingWindow(2), () => 0.5);
        const { clock } = account;
        const limited = async (): Promise<ApiCallError> => {
            await clock.sleep(2_000);
            const deadline = clock.now() + 20_000;
            const error = await rejectionOf(ApiCallError, account.call({ deadline }));
            expect(clock.now() - deadline).to.be.within(-10_000, 100);
            return error;
        };
        const others = Array.from({ length: 6 }, () => account.call());
        const [error] = await clock.during(Promise.all([limited(), ...others]));
        expect(error.code).to.equal("Throttling.User");
    });

    it("ends the wait of a call with its signal", async () => {
        const account = new Account(new SlidingWindow(1), () => 0.5);
        const abort = new AbortController();
        const waits = async (): Promise<Error> => {
            await account.clock.sleep(5_000);
            return rejection(account.call({ signal: abort.signal }));
        };
        const stops = async (): Promise<void> => {
            await account.clock.sleep(10_000);
            abort.abort(new Error("enough"));
        };
        const [error] = await account.clock.during(
            Promise.all([waits(), stops(), account.call(), account.call()]),
        );
        expect(error.message).to.equal("enough");
    });
});
