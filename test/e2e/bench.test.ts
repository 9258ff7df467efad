import { expect } from "chai";

import type { Setting } from "../../tools/bench/setting.mjs";
import { ensuredEngineFolder } from "./support/engine-folder";

const distribution = { medianMs: 50, sigma: 0.3, leastMs: 20, mostMs: 100 };

async function measure(setting: Omit<Setting, "distribution">) {
    const tool = await import("../../tools/bench/measure.mjs");
    return tool.measure({ ...setting, distribution }, await ensuredEngineFolder());
}

describe("a measurement of the bench", () => {
    it("follows single resources through their life", async function () {
        this.timeout(240_000);
        const { calls, refreshCalls, destroyCalls, unchanged, provider, ...rest } = await measure({
            ...{ form: "singles", count: 2, parallel: 2, watched: true },
            then: ["unchanged", "refresh", "destroy"],
        });
        expect(rest).to.deep.include({ count: 2, failures: 0, throttled: 0 });
        expect(rest.wallMs).to.be.above(rest.slowestMs);
        expect(rest.overheadMs).to.be.above(0);
        expect(rest.emulator?.requests).to.be.above(2);
        expect(rest.emulator?.processes).to.be.at.least(1);
        expect(rest.stateBytes).to.be.above(1_000);
        expect(calls["RunCommand"]).to.be.at.least(1);
        expect(refreshCalls).not.to.have.property("RunCommand");
        expect(destroyCalls).to.include({ DeleteSnapshotGroup: 2 });
        // Of the provider's process, not of the engine's.
        expect(unchanged?.tookMs).to.be.above(0);
        expect(unchanged?.peakMb).to.be.within(30, 1_000);
        expect(provider?.cpuMs).to.be.above(0);
    });

    it("follows a fleet through its life", async function () {
        this.timeout(240_000);
        const measured = await measure({ form: "fleet", count: 2, then: ["refresh", "destroy"] });
        expect(measured).to.deep.include({ count: 2, failures: 0 });
        expect(measured.createMs).to.be.above(measured.slowestMs);
        // The shell runs the command of both instances once.
        expect(measured.emulator?.processes).to.equal(1);
        expect(measured.refreshCalls).to.include.keys("DescribeSnapshotGroups");
        expect(measured.destroyCalls).to.include({ DeleteSnapshotGroup: 2 });
    });

    it("has resources that do nothing to compare with", async function () {
        this.timeout(240_000);
        const empty = await measure({ form: "empty-singles", count: 2, then: ["unchanged"] });
        expect(empty).to.deep.include({ count: 2, failures: 0, calls: {} });
        expect(empty.wallMs).to.be.above(empty.slowestMs);
        expect(empty.unchanged?.tookMs).to.be.above(0);
        expect(empty).not.to.have.property("emulator");
    });
});
