import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { defaultRetryLimits, type RetryOptions, withRetry } from "../../../../provider/src/cloud/ecs/retry";
import { chanceOf } from "../../support/chance";
import { FakeClock } from "../../support/fake-clock";
import { ManualClock } from "../../support/manual-clock";
import { RecordingLogger } from "../../support/recording-logger";
import { rejection, rejectionOf } from "../../support/rejection";
import { spinUntil } from "../../support/spin-until";

interface TestOptions extends RetryOptions {
    readonly clock: FakeClock;
    readonly log: RecordingLogger;
}

function optionsOf(more: Partial<RetryOptions> = {}): TestOptions {
    return {
        random: () => 0.5,
        signal: new AbortController().signal,
        ...more,
        clock: new FakeClock(),
        log: new RecordingLogger(),
    };
}

/** Fails a number of times with an error, then succeeds; counts the requests. */
function failing(
    times: number,
    error: unknown,
): { readonly send: () => Promise<string>; readonly requests: () => number } {
    let requests = 0;
    return {
        send: () => {
            requests += 1;
            // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the SDK might
            return requests <= times ? Promise.reject(error) : Promise.resolve("answer");
        },
        requests: () => requests,
    };
}

function throttled(retryAfter?: number): Error {
    return Object.assign(new Error("Throttling"), { code: "Throttling.User", statusCode: 400, retryAfter });
}
function coded(code: string): Error {
    return Object.assign(new Error(code), { code, statusCode: 500 });
}

describe("one API call", () => {
    it("is one request when it succeeds", async () => {
        const { send, requests } = failing(0, undefined);
        const options = optionsOf();
        expect(await withRetry("RunCommand", send, options)).to.equal("answer");
        expect(requests()).to.equal(1);
        expect(options.clock.sleeps).to.deep.equal([]);
    });

    it("is retried after a passing fault, with growing delays", async () => {
        const { send, requests } = failing(5, coded("ServiceUnavailable"));
        const options = optionsOf();
        expect(await withRetry("RunCommand", send, options)).to.equal("answer");
        expect(requests()).to.equal(6);
        expect(options.clock.sleeps.map(Math.round)).to.deep.equal([165, 330, 660, 1320, 2640]);
    });

    it("shows in the resource's row that it is retried, once that takes a while", async () => {
        const options = optionsOf();
        await withRetry("RunCommand", failing(3, coded("ServiceUnavailable")).send, options);
        expect(options.log.of("status"), "a brief one").to.deep.equal([]);
        await rejectionOf(
            ApiCallError,
            withRetry("RunCommand", failing(99, coded("ServiceUnavailable")).send, options),
        );
        const says = options.log.of("status");
        expect(says.length).to.be.within(3, 20);
        expect(says.at(-1)).to.match(/^still trying after 1\d\ds: RunCommand: ServiceUnavailable/);
    });

    it("is never retried if the answer would be the same", async () => {
        for (const thrown of [
            coded("InvalidInstance.NotFound"),
            coded("Forbidden.RAM"),
            coded("InvalidParameter.Name"),
            new TypeError("x is not a function"),
        ]) {
            const { send, requests } = failing(9, thrown);
            await rejectionOf(ApiCallError, withRetry("RunCommand", send, optionsOf()));
            expect(requests(), thrown.message).to.equal(1);
        }
    });

    it("that may have taken effect is not called undone by a later answer", async () => {
        const answers = [coded("InternalError"), throttled(), coded("Forbidden.RAM")];
        const error = await rejectionOf(
            ApiCallError,
            withRetry("RunCommand", () => Promise.reject(answers.shift() ?? new Error()), optionsOf()),
        );
        expect(error).to.include({ code: "Forbidden.RAM", retryClass: "never", mayBeDone: true });
        for (const first of [
            throttled(),
            coded("OperationConflict"),
            // A call that was needed first.
            new ApiCallError("AssumeRole", undefined, "the request timed out", "again"),
        ]) {
            const others = [first, coded("Forbidden.RAM")];
            const refusal = await rejectionOf(
                ApiCallError,
                withRetry("RunCommand", () => Promise.reject(others.shift() ?? new Error()), optionsOf()),
            );
            expect(refusal, first.message).to.include({ code: "Forbidden.RAM", mayBeDone: false });
        }
    });

    it("is given up after a time, and never sleeps beyond it", async () => {
        for (const [error, limits] of [
            [coded("InternalError"), { againMs: 100_000, laterMs: 0 }],
            [throttled(), { againMs: 0, laterMs: 100_000 }],
        ] as const) {
            const options = optionsOf({ random: () => 1, limits });
            const start = options.clock.now();
            const given = await rejectionOf(
                ApiCallError,
                withRetry("RunCommand", failing(Infinity, error).send, options),
            );
            expect(given.code).to.equal(error.message === "Throttling" ? "Throttling.User" : "InternalError");
            expect(options.clock.now() - start).to.be.within(60_000, 100_000);
        }
    });

    it("is not given up because of the number of its requests, however fast they fail", async () => {
        const { send, requests } = failing(60, coded("InternalError"));
        await withRetry("RunCommand", send, optionsOf({ random: () => 0 }));
        expect(requests()).to.equal(61);
    });

    it("outlasts several windows of throttling of a minute each by default, whatever the jitter", async () => {
        for (const chance of [0, 0.5, 1]) {
            const options = optionsOf({ random: () => chance });
            const start = options.clock.now();
            await rejectionOf(
                ApiCallError,
                withRetry("RunCommand", failing(Infinity, throttled()).send, options),
            );
            expect(options.clock.now() - start).to.be.within(240_000, defaultRetryLimits.laterMs);
        }
    });

    it("gets the time limit of a throttled call once it was throttled, whatever happens afterwards", async () => {
        const options = optionsOf({ limits: { againMs: 10_000, laterMs: 100_000 } });
        const start = options.clock.now();
        let requests = 0;
        const send = (): Promise<never> => {
            requests += 1;
            return Promise.reject(requests === 1 ? throttled() : coded("InternalError"));
        };
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(options.clock.now() - start).to.be.within(60_000, 100_000);
    });

    it("does not count the time in the limiter's queue", async () => {
        const options = optionsOf({ limits: { againMs: 10_000, laterMs: 0 } });
        const start = options.clock.now();
        let queuedMs = 0;
        const send = (): Promise<never> => {
            // It has waited for its turn until now.
            options.clock.pass(60_000);
            queuedMs += 60_000;
            return Promise.reject(coded("InternalError"));
        };
        await rejectionOf(
            ApiCallError,
            withRetry("RunCommand", send, { ...options, queuedMs: () => queuedMs }),
        );
        expect(options.clock.now() - start - queuedMs).to.be.within(3_000, 10_000);
        expect(queuedMs).to.be.above(120_000);
    });

    it("is not given up for throttling as long as the API accepts other requests of the operation", async () => {
        const limits = { againMs: 0, laterMs: 100_000 };
        const options = optionsOf({ limits });
        const start = options.clock.now();
        const lastAccepted = start + 400_000;
        await rejectionOf(
            ApiCallError,
            withRetry("RunCommand", failing(Infinity, throttled()).send, {
                ...options,
                acceptedAt: () => Math.min(options.clock.now(), lastAccepted),
            }),
        );
        expect(options.clock.now() - lastAccepted).to.be.within(60_000, 100_000);
    });

    it("outlasts a minute of throttling, however short a wait the API asks for", async () => {
        for (const hint of [undefined, 500, 3_000]) {
            for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
                const options = optionsOf({ random: chanceOf(seed) });
                const until = options.clock.now() + 62_000;
                const send = (): Promise<string> =>
                    options.clock.now() < until ? Promise.reject(throttled(hint)) : Promise.resolve("answer");
                expect(await withRetry("RunCommand", send, options)).to.equal("answer");
                expect(Math.min(...options.clock.sleeps), "the shortest wait").to.be.at.least(hint ?? 500);
            }
        }
    });

    it("counts the time that its requests take", async () => {
        const options = optionsOf({ limits: { againMs: 100_000, laterMs: 0 } });
        let requests = 0;
        const send = (): Promise<never> => {
            requests += 1;
            options.clock.pass(40_000);
            return Promise.reject(coded("InternalError"));
        };
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(requests).to.equal(3);
    });

    it("waits longer than the API asks, by a different time for each client", async () => {
        const waits: number[] = [];
        for (const chance of [0, 0.5, 0.999]) {
            const options = optionsOf({ random: () => chance });
            await withRetry("RunCommand", failing(1, throttled(7_000)).send, options);
            waits.push(...options.clock.sleeps);
        }
        expect(waits.map(Math.round)).to.deep.equal([7_500, 7_750, 8_000]);
    });

    it("waits for its own delay if that is longer than the API asks", async () => {
        const hinted = optionsOf();
        const alone = optionsOf();
        await withRetry("RunCommand", failing(8, throttled(500)).send, hinted);
        await withRetry("RunCommand", failing(8, throttled()).send, alone);
        expect(hinted.clock.sleeps).to.deep.equal(alone.clock.sleeps);
    });

    it("is given up at once if the API asks for more time than is left", async () => {
        const { send, requests } = failing(1, throttled(3_600_000));
        const options = optionsOf();
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(requests()).to.equal(1);
        expect(options.clock.sleeps).to.deep.equal([]);
    });

    it("spreads its delays randomly, and never retries at once", async () => {
        const delays: number[] = [];
        for (const chance of [0, 0.25, 0.999]) {
            const options = optionsOf({ random: () => chance });
            await withRetry("RunCommand", failing(1, throttled()).send, options);
            delays.push(...options.clock.sleeps);
        }
        expect(delays).to.deep.equal([...new Set(delays)].sort((a, b) => a - b));
        expect(Math.min(...delays)).to.be.at.least(100);
    });

    it("makes no request once it is cancelled, also during a wait", async () => {
        const cancelled = AbortSignal.abort(new Error("cancelled"));
        const none = failing(0, undefined);
        expect(
            (await rejection(withRetry("RunCommand", none.send, optionsOf({ signal: cancelled })))).message,
        ).to.equal("cancelled");
        expect(none.requests()).to.equal(0);

        const controller = new AbortController();
        const options = optionsOf({ signal: controller.signal });
        let requests = 0;
        const send = (): Promise<never> => {
            requests += 1;
            controller.abort(new Error("cancelled"));
            return Promise.reject(throttled());
        };
        expect((await rejection(withRetry("RunCommand", send, options))).message).to.equal("cancelled");
        expect(requests).to.equal(1);
    });

    it("ends its wait at once when it is cancelled", async () => {
        const controller = new AbortController();
        const clock = new ManualClock();
        const { send, requests } = failing(9, throttled(60_000));
        const call = rejection(
            withRetry("RunCommand", send, { ...optionsOf({ signal: controller.signal }), clock }),
        );
        await spinUntil(() => clock.sleeping > 0);
        controller.abort(new Error("cancelled"));
        expect((await call).message).to.equal("cancelled");
        expect(requests()).to.equal(1);
    });

    it("logs each retry, without secrets", async () => {
        const timeout = Object.assign(new Error("POST https://x/?Signature=hunter2 failed."), {
            name: "RequestTimeoutError",
        });
        const options = optionsOf();
        await withRetry("RunCommand", failing(2, timeout).send, options);
        expect(options.log.of("debug")).to.have.length(2);
        expect(options.log.of("debug")[0]).to.match(
            /^RunCommand: no answer: the request timed out; retrying in \d+ ms$/,
        );
    });
});

describe("the calls of many clients at once", () => {
    const clients = 20;
    const callsEach = 12;
    const perWindow = 60;
    const windowMs = 60_000;

    /** The account's limit, which counts admitted calls in windows of a minute. */
    class Gate {
        private window = -1;
        private admitted = 0;

        constructor(
            private readonly clock: ManualClock,
            private readonly hint: ((leftMs: number) => number) | undefined,
        ) {}

        async call(): Promise<void> {
            const now = this.clock.now();
            const window = Math.floor(now / windowMs);
            if (window !== this.window) {
                [this.window, this.admitted] = [window, 0];
            }
            if (this.admitted >= perWindow) {
                throw throttled(this.hint?.((window + 1) * windowMs - now));
            }
            this.admitted += 1;
            await this.clock.sleep(100);
        }
    }

    for (const [name, hint] of [
        ["no hint", undefined],
        ["a short hint", () => 500],
        ["a hint of some seconds", () => 3_000],
        ["the rest of the window for a hint", (left: number) => left],
    ] as const) {
        it(`all succeed within a few windows of their account's limit, with ${name}`, async () => {
            for (const seed of [1, 2, 3]) {
                const clock = new ManualClock();
                const gate = new Gate(clock, hint);
                const random = chanceOf(seed);
                const failures: Error[] = [];
                let through = 0;
                const oneAfterTheOther = async (): Promise<void> => {
                    const options = { ...optionsOf({ random }), clock };
                    for (let call = 0; call < callsEach; call++) {
                        await withRetry("RunCommand", () => gate.call(), options);
                        through += 1;
                    }
                };
                const all = Array.from({ length: clients }, () =>
                    oneAfterTheOther().catch((thrown: unknown) => {
                        failures.push(thrown as Error);
                    }),
                );
                // As many windows as they need, and some more.
                await clock.advance(2 * ((clients * callsEach) / perWindow) * windowMs);
                await Promise.all(all);
                expect(failures).to.deep.equal([]);
                expect(through).to.equal(clients * callsEach);
            }
        });
    }
});
