import { expect } from "chai";

function load() {
    return Promise.all([
        import("../../../tools/bench/distribution.mjs"),
        import("../../../tools/bench/own-time.mjs"),
    ]).then(([distribution, ownTime]) => ({ ...distribution, ...ownTime }));
}

describe("the times of the plugin in the bench", () => {
    it("are always the same for a seed", async () => {
        const { durations, LONG } = await load();
        expect(durations(5, LONG)).to.deep.equal([41_915, 20_000, 37_687, 28_985, 35_965]);
        expect(durations(5, LONG, 1)).not.to.deep.equal(durations(5, LONG, 2));
    });

    it("begin with the same ones, however many they are", async () => {
        const { durations, LONG } = await load();
        expect(durations(1_000, LONG).slice(0, 10)).to.deep.equal(durations(10, LONG));
    });

    it("are as many below the median as above, and within the bounds", async () => {
        const { durations, LONG } = await load();
        const times = durations(1_000, LONG);
        expect(Math.min(...times)).to.equal(20_000);
        expect(Math.max(...times)).to.equal(60_000);
        expect(times.filter((time) => time < 30_000).length).to.be.within(450, 550);
    });
});

describe("the cloud's own time", () => {
    it("lasts until the plugin has ended and the snapshots are available", async () => {
        const { ownMs } = await load();
        expect(ownMs(10_000, { availableMs: 800 })).to.equal(10_000);
        expect(ownMs(1_000, { availableMs: 800 })).to.equal(1_200);
    });
});

describe("the computed time of a script", () => {
    const options = { pool: 2, pollMs: 5_000, deliveryMs: 0 };

    it("takes the next instance as soon as a place is free, which it sees at a poll", async () => {
        const { pooledMs } = await load();
        expect(pooledMs([3_000], options)).to.equal(5_000);
        // One place: 5 s and 10 s; the other one: 10 s and 5 s.
        expect(pooledMs([3_000, 8_000, 9_000, 1_000], options)).to.equal(15_000);
    });

    it("is that of the slowest one if all have a place", async () => {
        const { pooledMs } = await load();
        expect(pooledMs([3_000, 8_000, 9_000], { ...options, pool: 16, pollMs: 1_000 })).to.equal(9_000);
    });
});
