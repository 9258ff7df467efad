import { expect } from "chai";

import { poll, type PollOptions, type PollState } from "../../../provider/src/runtime/poll";
import { FakeClock } from "../support/fake-clock";
import { rejection } from "../support/rejection";

function notYet(lastSeen = "waiting"): PollState<string> {
    return { done: false, lastSeen };
}
const done: PollState<string> = { done: true, value: "value" };

function pollOf(
    looks: readonly PollState<string>[],
    more: Partial<PollOptions<string>> = {},
): {
    readonly clock: FakeClock;
    readonly result: () => ReturnType<typeof poll<string>>;
    readonly looked: () => number;
} {
    const clock = new FakeClock();
    let looked = 0;
    return {
        clock,
        looked: () => looked,
        result: () =>
            poll({
                look: () => {
                    looked += 1;
                    return Promise.resolve(looks[Math.min(looked, looks.length) - 1] ?? done);
                },
                delay: () => 1_000,
                deadline: clock.now() + 10_000,
                clock,
                random: () => 0.5,
                signal: new AbortController().signal,
                ...more,
            }),
    };
}

describe("polling", () => {
    it("ends with the first poll that is done, without waiting", async () => {
        const { clock, result } = pollOf([done]);
        expect(await result()).to.deep.equal(done);
        expect(clock.sleeps).to.deep.equal([]);
    });

    it("polls at least once, also after the deadline", async () => {
        const { result } = pollOf([done], { deadline: 0 });
        expect(await result()).to.deep.equal(done);
        const late = pollOf([notYet()], { deadline: 0 });
        expect((await late.result()).done).to.equal(false);
        expect(late.looked()).to.equal(1);
    });

    it("counts what it saw until the deadline, in the order of first sight", async () => {
        const { result } = pollOf([notYet("a"), notYet("b"), notYet("a"), notYet("b")]);
        expect(await result()).to.deep.equal({
            done: false,
            lastSeen: "a (2×), b (9×)",
            elapsedMs: 10_000,
        });
    });

    it("polls last at the deadline, never later", async () => {
        const { clock, result, looked } = pollOf([notYet()], { delay: () => 7_000 });
        const start = clock.now();
        await result();
        expect(clock.now() - start).to.equal(10_000);
        expect(clock.sleeps).to.deep.equal([7_000, 3_000]);
        expect(looked()).to.equal(3);
    });

    it("varies its delays by a tenth either way", async () => {
        const first = async (chance: number): Promise<number | undefined> => {
            const { clock, result } = pollOf([notYet(), done], { random: () => chance });
            await result();
            return clock.sleeps[0];
        };
        expect(await first(0)).to.equal(900);
        expect(await first(0.5)).to.equal(1_000);
        expect(await first(1)).to.equal(1_100);
    });

    it("asks for each delay with the time already spent, and reports each wait", async () => {
        const asked: number[] = [];
        const told: [string, number][] = [];
        const { result } = pollOf([notYet("a"), notYet("b"), done], {
            delay: (elapsed) => {
                asked.push(elapsed);
                return 2_000;
            },
            onWait: (lastSeen, elapsed) => told.push([lastSeen, elapsed]),
        });
        await result();
        expect(asked).to.deep.equal([0, 2_000]);
        expect(told).to.deep.equal([
            ["a", 0],
            ["b", 2_000],
        ]);
    });

    it("reports the same state less and less often, and a change at once", async () => {
        const looks = [...Array<PollState<string>>(600).fill(notYet("a")), notYet("b"), done];
        const told: [string, number][] = [];
        const { result } = pollOf(looks, {
            deadline: Infinity,
            onWait: (lastSeen, elapsed) => told.push([lastSeen, elapsed / 1_000]),
        });
        await result();
        expect(told.slice(0, 4)).to.deep.equal([
            ["a", 0],
            ["a", 1],
            ["a", 2],
            ["a", 3],
        ]);
        expect(told.at(-1)).to.deep.equal(["b", 600]);
        expect(told).to.have.length.below(25);
    });

    it("stops when it is cancelled", async () => {
        const controller = new AbortController();
        const { result, looked } = pollOf([notYet()], {
            signal: controller.signal,
            onWait: () => {
                controller.abort(new Error("cancelled"));
            },
        });
        expect((await rejection(result())).message).to.equal("cancelled");
        expect(looked()).to.equal(1);
    });
});
