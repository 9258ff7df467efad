import { getEventListeners } from "node:events";

import { expect } from "chai";

import type { PollResult } from "../../../provider/src/runtime/poll";
import { SharedPoll, type SharedWait } from "../../../provider/src/runtime/shared-poll";
import { ManualClock } from "../support/manual-clock";
import { rejection } from "../support/rejection";

interface Looked {
    readonly atMs: number;
    readonly questions: readonly string[];
}

type State = { readonly lookedAtMs: number } & ({ readonly done: boolean } | { readonly thrown: Error });

/** A shared poll of questions that are done from some time on, and what it did. */
class Watched {
    readonly clock = new ManualClock();
    readonly looks: Looked[] = [];
    /** The time from which a question is done. Default: never. */
    readonly doneAtMs = new Map<string, number>();
    /** The questions that have no answer. */
    readonly failing = new Set<string>();
    /** Thrown by looks. */
    failure: Error | undefined;
    requestsPerLook = 1;
    /** The time that each look takes. */
    latencyMs = 0;
    private readonly start = this.clock.now();
    readonly poll = new SharedPoll<string, State>({
        clock: this.clock,
        look: async (questions) => {
            const lookedAtMs = this.ms;
            this.looks.push({ atMs: lookedAtMs, questions });
            if (this.latencyMs > 0) {
                await this.clock.sleep(this.latencyMs);
            }
            if (this.failure !== undefined) {
                throw this.failure;
            }
            return {
                stateOf: (question) => {
                    if (this.failing.has(question)) {
                        throw new Error(`no answer about ${question}`);
                    }
                    return { lookedAtMs, done: lookedAtMs >= (this.doneAtMs.get(question) ?? Infinity) };
                },
                requests: this.requestsPerLook,
            };
        },
    });

    /** The time since the start. */
    get ms(): number {
        return this.clock.now() - this.start;
    }

    /** Waits with a look each second, for up to ten seconds. */
    wait(
        question: string,
        { forMs = 10_000, ...more }: Partial<SharedWait<State, number>> & { readonly forMs?: number } = {},
    ): Promise<PollResult<number>> {
        return this.poll.wait(question, {
            judge: (state) =>
                "done" in state && state.done
                    ? { done: true, value: state.lookedAtMs }
                    : { done: false, lastSeen: "waiting" },
            delay: () => 1_000,
            deadline: this.clock.now() + forMs,
            clock: this.clock,
            random: () => 0.5,
            signal: new AbortController().signal,
            ...more,
        });
    }
}

describe("a shared poll", () => {
    it("is like a poll of its own for a single waiter", async () => {
        const watched = new Watched();
        watched.doneAtMs.set("a", 2_500);
        const waited = watched.wait("a");
        await watched.clock.advance(20_000);
        expect(await waited).to.deep.equal({ done: true, value: 3_000 });
        expect(watched.looks.map(({ atMs }) => atMs)).to.deep.equal([0, 1_000, 2_000, 3_000]);
    });

    it("answers all waiters that begin together with the same looks", async () => {
        const watched = new Watched();
        const names = Array.from({ length: 1_000 }, (_, index) => `q-${index}`);
        const waits = names.map((name) => watched.wait(name));
        await watched.clock.advance(20_000);
        await Promise.all(waits);
        expect(watched.looks.map(({ atMs }) => atMs / 1_000)).to.deep.equal([
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        ]);
        expect(watched.looks.every(({ questions }) => questions.length === names.length)).to.equal(true);
    });

    it("lets the looks of waiters that begin at different times fall together", async () => {
        const watched = new Watched();
        const first = watched.wait("a");
        await watched.clock.advance(700);
        const second = watched.wait("b");
        await watched.clock.advance(20_000);
        await Promise.all([first, second]);
        expect(watched.looks.slice(0, 4)).to.deep.equal([
            { atMs: 0, questions: ["a"] },
            { atMs: 700, questions: ["a", "b"] },
            { atMs: 1_700, questions: ["a", "b"] },
            { atMs: 2_700, questions: ["a", "b"] },
        ]);
    });

    it("does not look at what is not due soon", async () => {
        const watched = new Watched();
        const waits = [
            watched.wait("slow", { delay: () => 8_000, forMs: 30_000 }),
            watched.wait("quick", { forMs: 13_000 }),
        ];
        await watched.clock.advance(60_000);
        await Promise.all(waits);
        const slowLooks = watched.looks.filter(({ questions }) => questions.includes("slow"));
        // By itself after the end of the other.
        expect(slowLooks.map(({ atMs }) => atMs)).to.deep.equal([
            0, 4_000, 8_000, 12_000, 20_000, 28_000, 30_000,
        ]);
    });

    it("never gives a waiter a state older than its question", async () => {
        const watched = new Watched();
        watched.latencyMs = 400;
        const first = watched.wait("a");
        await watched.clock.advance(100);
        watched.doneAtMs.set("a", 0);
        const second = watched.wait("a");
        await watched.clock.advance(20_000);
        expect(await first).to.deep.equal({ done: true, value: 0 });
        expect(await second).to.deep.equal({ done: true, value: 400 });
    });

    it("looks at once for a new waiter, while the others wait", async () => {
        const watched = new Watched();
        const slow = watched.wait("slow", { delay: () => 8_000 });
        await watched.clock.advance(500);
        watched.doneAtMs.set("new", 0);
        expect(await watched.wait("new")).to.deep.equal({ done: true, value: 500 });
        await watched.clock.advance(20_000);
        await slow;
    });

    it("looks at least once, and the last time at each waiter's deadline", async () => {
        const watched = new Watched();
        const late = watched.wait("late", { forMs: -1 });
        const short = watched.wait("short", { forMs: 2_600 });
        const long = watched.wait("long", { forMs: 4_200 });
        await watched.clock.advance(20_000);
        expect(await late).to.deep.equal({ done: false, lastSeen: "waiting (1×)", elapsedMs: 0 });
        expect(await short).to.deep.include({ done: false, elapsedMs: 2_600 });
        expect(await long).to.deep.include({ done: false, elapsedMs: 4_200 });
    });

    it("makes two requests a second on average, however many waiters there are", async () => {
        const watched = new Watched();
        watched.requestsPerLook = 10;
        const waits = Array.from({ length: 100 }, (_, index) =>
            watched.wait(`q-${index}`, { forMs: 60_000 }),
        );
        await watched.clock.advance(80_000);
        await Promise.all(waits);
        expect(10 * watched.looks.length).to.be.within(100, 140);
        // The last look may be late by the longest pause.
        expect(watched.looks.at(-1)?.atMs).to.be.within(60_000, 70_000);
    });

    it("does not pause for those whose wait a look has ended", async () => {
        const watched = new Watched();
        watched.requestsPerLook = 100;
        const waits = Array.from({ length: 99 }, (_, index) => {
            watched.doneAtMs.set(`q-${index}`, 0);
            return watched.wait(`q-${index}`);
        });
        watched.doneAtMs.set("last", 1_000);
        const last = watched.wait("last");
        await watched.clock.advance(20_000);
        await Promise.all(waits);
        expect(await last).to.deep.equal({ done: true, value: 1_000 });
    });

    it("ends the wait of a waiter that is cancelled at once, and no other's", async () => {
        const watched = new Watched();
        const controller = new AbortController();
        const cancelled = rejection(watched.wait("a", { signal: controller.signal }));
        const other = watched.wait("b", { forMs: 3_000 });
        await watched.clock.advance(1_500);
        controller.abort(new Error("the engine is gone"));
        expect((await cancelled).message).to.equal("the engine is gone");
        await watched.clock.advance(20_000);
        expect((await other).done).to.equal(false);
        expect(watched.looks.at(-1)).to.deep.equal({ atMs: 3_000, questions: ["b"] });
        const late = rejection(watched.wait("a", { signal: controller.signal }));
        expect((await late).message).to.equal("the engine is gone");
    });

    it("passes the error of a look to the waiters it was for; the others go on", async () => {
        const watched = new Watched();
        const failed = ["a", "b"].map((question) => rejection(watched.wait(question)));
        await watched.clock.advance(0);
        const slow = watched.wait("slow", { delay: () => 8_000 });
        await watched.clock.advance(500);
        watched.failure = new Error("Forbidden.RAM");
        await watched.clock.advance(1_000);
        watched.failure = undefined;
        expect((await Promise.all(failed)).map(({ message }) => message)).to.deep.equal([
            "Forbidden.RAM",
            "Forbidden.RAM",
        ]);
        await watched.clock.advance(20_000);
        expect((await slow).done).to.equal(false);
    });

    it("passes the error of one answer only to the waiter that asked", async () => {
        const watched = new Watched();
        watched.failing.add("a");
        watched.doneAtMs.set("b", 0);
        const waits = [watched.wait("a"), watched.wait("b")];
        const [failed, answered] = await Promise.allSettled(waits);
        expect(failed?.status).to.equal("rejected");
        expect(answered?.status).to.equal("fulfilled");
    });

    it("runs nothing while nobody waits, and needs one listener for any number of waiters", async () => {
        const watched = new Watched();
        const controller = new AbortController();
        const { signal } = controller;
        const cancelled = Array.from({ length: 20 }, (_, index) =>
            rejection(watched.wait(`q-${index}`, { signal })),
        );
        await watched.clock.advance(1_500);
        expect(watched.clock.sleeping).to.equal(1);
        expect(getEventListeners(signal, "abort")).to.have.length(1);
        controller.abort(new Error("cancelled"));
        await Promise.all(cancelled);
        await watched.clock.advance(0);
        expect(watched.clock.sleeping).to.equal(0);
        const looks = watched.looks.length;
        await watched.clock.advance(60_000);
        expect(watched.looks).to.have.length(looks);
    });
});
