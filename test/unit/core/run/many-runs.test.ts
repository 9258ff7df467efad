import { expect } from "chai";

import { waitForRun } from "../../../../provider/src/core/run/run-progress";
import { testContext } from "../../support/context";
import { ManualClock } from "../../support/manual-clock";
import { RunCloud } from "../../support/run-cloud";
import { scriptedApi } from "../../support/scripted-api";

/** Waits for runs, each instance by itself; returns the times at which their ends are noticed, by instance. */
async function noticed(
    clock: ManualClock,
    cloud: RunCloud,
    runs: readonly ReturnType<RunCloud["add"]>[],
): Promise<ReadonlyMap<string, number>> {
    const start = clock.now();
    const times = new Map<string, number>();
    // The delays of each waiter vary.
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    const context = { ...testContext(scriptedApi(cloud.api), { random }), clock };
    const waits = runs.flatMap((run) =>
        run.allInstanceIds.map(async (instanceId) => {
            const progress = await waitForRun(context, run, [instanceId], start + 3_600_000);
            expect(progress.get(instanceId)?.state).to.equal("ended");
            times.set(instanceId, clock.now() - start);
        }),
    );
    await clock.advance(120_000);
    await Promise.all(waits);
    return times;
}

function numbers(count: number): number[] {
    return Array.from({ length: count }, (_, index) => index);
}

describe("polling for many runs", () => {
    it("takes at most 120 requests for a thousand instances that end within 20 to 60 s", async () => {
        const clock = new ManualClock();
        const cloud = new RunCloud(clock, 100);
        const ends = new Map(
            numbers(1_000).map((index) => [`i-${index}`, 20_000 + (((index * 7) % 1_000) * 40_000) / 999]),
        );
        const runs = numbers(10).map((invocation) =>
            cloud.add(
                `t-${invocation}`,
                Object.fromEntries(
                    [...ends]
                        .slice(invocation * 100, invocation * 100 + 100)
                        .map(([id, atMs]) => [id, { atMs }]),
                ),
            ),
        );
        const times = await noticed(clock, cloud, runs);
        expect(cloud.requests.lists + cloud.requests.results).to.be.at.most(120);
        expect(Math.max(...times.values())).to.be.within(60_000, 66_000);
    });

    it("takes at most 150 requests for a hundred single instances that end after 20 s", async () => {
        const clock = new ManualClock();
        const cloud = new RunCloud(clock, 100);
        const runs = numbers(100).map((index) =>
            cloud.add(`t-${index}`, { [`i-${index}`]: { atMs: 20_000 } }),
        );
        const times = await noticed(clock, cloud, runs);
        expect(cloud.requests.lists + cloud.requests.results).to.be.at.most(150);
        expect(Math.max(...times.values())).to.be.within(20_000, 22_500);
    });
});
