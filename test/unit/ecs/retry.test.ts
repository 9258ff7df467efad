import { expect } from "chai";

import { ApiCallError } from "../../../provider/src/ecs/api-error";
import { defaultRetryLimits, withRetry, type RetryOptions } from "../../../provider/src/ecs/retry";
import { FakeClock } from "../support/fake-clock";
import { RecordingLogger } from "../support/recording-logger";
import { rejection, rejectionOf } from "../support/rejection";

interface TestOptions extends RetryOptions {
    readonly clock: FakeClock;
    readonly log: RecordingLogger;
}

const optionsOf = (more: Partial<RetryOptions> = {}): TestOptions => ({
    random: () => 0.5,
    signal: new AbortController().signal,
    ...more,
    clock: new FakeClock(),
    log: new RecordingLogger(),
});

/** Fails a number of times with an error, then succeeds; counts the requests. */
function failing(times: number, error: unknown): { send: () => Promise<string>; requests: () => number } {
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

const throttled = (retryAfter?: number): Error =>
    Object.assign(new Error("Throttling"), { code: "Throttling.User", statusCode: 400, retryAfter });
const coded = (code: string): Error => Object.assign(new Error(code), { code, statusCode: 500 });

describe("one API call", () => {
    it("is one request when it succeeds", async () => {
        const { send, requests } = failing(0, undefined);
        const options = optionsOf();
        expect(await withRetry("RunCommand", send, options)).to.equal("answer");
        expect(requests()).to.equal(1);
        expect(options.clock.sleeps).to.deep.equal([]);
    });

    it("is repeated after a passing fault, with growing delays", async () => {
        const { send, requests } = failing(5, coded("ServiceUnavailable"));
        const options = optionsOf();
        expect(await withRetry("RunCommand", send, options)).to.equal("answer");
        expect(requests()).to.equal(6);
        expect(options.clock.sleeps.map(Math.round)).to.deep.equal([165, 330, 660, 1320, 2640]);
    });

    it("is never repeated when the answer would be the same", async () => {
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

    it("is given up after a number of requests", async () => {
        const { send, requests } = failing(99, coded("InternalError"));
        const options = optionsOf({ limits: { attempts: 4, milliseconds: 1e9 } });
        const error = await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(error.code).to.equal("InternalError");
        expect(requests()).to.equal(4);
    });

    it("is given up after a time, and never sleeps beyond it", async () => {
        const { send } = failing(999, throttled());
        const options = optionsOf({ random: () => 1, limits: { attempts: 999, milliseconds: 100_000 } });
        const start = options.clock.now();
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(options.clock.now() - start).to.be.within(60_000, 100_000);
    });

    it("outlasts by default a window of throttling, which is a minute, also on an average day", async () => {
        for (const chance of [0.5, 1]) {
            const { send, requests } = failing(999, throttled());
            const options = optionsOf({ random: () => chance });
            const start = options.clock.now();
            await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
            expect(options.clock.now() - start).to.be.within(60_000, defaultRetryLimits.milliseconds);
            expect(requests()).to.be.at.most(defaultRetryLimits.attempts);
        }
    });

    it("counts the time that its requests take", async () => {
        const options = optionsOf({ limits: { attempts: 99, milliseconds: 100_000 } });
        let requests = 0;
        const send = (): Promise<never> => {
            requests += 1;
            options.clock.pass(40_000);
            return Promise.reject(coded("InternalError"));
        };
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(requests).to.equal(3);
    });

    it("waits as long as the API asks", async () => {
        const { send } = failing(1, throttled(7_000));
        const options = optionsOf();
        await withRetry("RunCommand", send, options);
        expect(options.clock.sleeps).to.deep.equal([7_000]);
    });

    it("is given up at once when the API asks for longer than there is time", async () => {
        const { send, requests } = failing(1, throttled(3_600_000));
        const options = optionsOf();
        await rejectionOf(ApiCallError, withRetry("RunCommand", send, options));
        expect(requests()).to.equal(1);
        expect(options.clock.sleeps).to.deep.equal([]);
    });

    it("spreads its delays by chance, and never asks again at once", async () => {
        const delays: number[] = [];
        for (const chance of [0, 0.25, 0.999]) {
            const options = optionsOf({ random: () => chance });
            await withRetry("RunCommand", failing(1, throttled()).send, options);
            delays.push(...options.clock.sleeps);
        }
        expect(delays).to.deep.equal([...new Set(delays)].sort((a, b) => a - b));
        expect(Math.min(...delays)).to.be.at.least(100);
    });

    it("makes no request once it is cancelled, and none after the wait in which it is", async () => {
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

    it("logs each repetition, and nothing secret with it", async () => {
        const timeout = Object.assign(new Error("POST https://x/?Signature=hunter2 failed."), {
            name: "RequestTimeoutError",
        });
        const options = optionsOf();
        await withRetry("RunCommand", failing(2, timeout).send, options);
        expect(options.log.of("debug")).to.have.length(2);
        expect(options.log.of("debug")[0]).to.match(
            /^RunCommand: no answer: the request timed out; asking again in \d+ ms$/,
        );
    });
});
