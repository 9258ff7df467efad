import { expect } from "chai";

import type { EcsApi, Tag } from "../../../../provider/src/cloud/ecs/api";
import { type RunProgress, waitForRun } from "../../../../provider/src/core/run/run-progress";
import { testContext } from "../../support/context";
import { ManualClock } from "../../support/manual-clock";
import { rejection } from "../../support/rejection";
import { type PolledRun, RunCloud } from "../../support/run-cloud";
import { resultOf } from "../../support/samples";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

interface Waits {
    readonly clock: ManualClock;
    readonly cloud: RunCloud;
    readonly api: ScriptedApi;
    /** Waits for a run on some of its instances, or all; returns the progress and the time at which it ended. */
    readonly wait: (
        run: PolledRun,
        instanceIds?: readonly string[],
        forMs?: number,
    ) => Promise<{ readonly progress: ReadonlyMap<string, RunProgress>; readonly atMs: number }>;
}

function waits(answers: (cloud: RunCloud) => Partial<EcsApi> = () => ({})): Waits {
    const clock = new ManualClock();
    const cloud = new RunCloud(clock);
    const api = scriptedApi({ ...cloud.api, ...answers(cloud) });
    const context = { ...testContext(api), clock };
    const start = clock.now();
    return {
        clock,
        cloud,
        api,
        wait: async (run, instanceIds = run.allInstanceIds, forMs = 3_600_000) => ({
            progress: await waitForRun(context, run, instanceIds, start + forMs),
            atMs: clock.now() - start,
        }),
    };
}

/** Returns the ends of a hundred instances, all at the same time but for some. */
function hundred(atMs: number, others: Parameters<RunCloud["add"]>[1] = {}): Parameters<RunCloud["add"]>[1] {
    const all = Array.from({ length: 100 }, (_, index) => [`i-${index}`, { atMs }] as const);
    return { ...Object.fromEntries(all), ...others };
}

/** Returns runs of one instance each, that end at these times. */
function singles(cloud: RunCloud, ...atMs: readonly number[]): PolledRun[] {
    return atMs.map((at, index) => cloud.add(`t-${index}`, { [`i-${index}`]: { atMs: at } }));
}

function expectEnded(all: readonly { readonly progress: ReadonlyMap<string, RunProgress> }[]): void {
    for (const [index, { progress }] of all.entries()) {
        expect(progress.get(`i-${index}`)).to.have.property("state", "ended");
        expect(progress.get(`i-${index}`)).to.have.nested.property("result.instanceId", `i-${index}`);
    }
}

describe("the results of several runs that have ended", () => {
    it("are fetched with one list if that takes fewer requests than their ids", async () => {
        const { clock, cloud, api, wait } = waits();
        const all = singles(cloud, 5_000, 5_000, 5_000, 50_000).map((run) => wait(run));
        await clock.advance(10_000);
        expect(api.argumentsOf("describeInvocationResults")[0]).to.deep.equal([
            {
                tags: [
                    { key: "app-snapshot:stack", value: "5ac5" },
                    { key: "app-snapshot:state", value: "open" },
                ],
            },
        ]);
        expect(cloud.fetched.filter((id) => id !== "t-3")).to.deep.equal([]);
        await clock.advance(60_000);
        expectEnded(await Promise.all(all));
        expect(cloud.fetchedTogether, "the last one is alone").to.equal(1);
        expect(cloud.fetched).to.include("t-3");
    });

    it("are fetched by their ids if the list has as many pages", async () => {
        const { clock, cloud, wait } = waits();
        for (let index = 0; index < 48; index++) {
            cloud.add(`t-left-${index}`, { "i-1": { atMs: 0 }, "i-2": { atMs: 0 } });
        }
        const all = singles(cloud, 5_000, 5_000).map((run) => wait(run));
        await clock.advance(10_000);
        expectEnded(await Promise.all(all));
        expect(cloud).to.deep.include({ fetchedTogether: 0, fetched: ["t-0", "t-1"] });
    });

    it("are fetched by the id of a run of which the list lacks any", async () => {
        for (const lacking of ["i-1", "i-1b"]) {
            const { clock, cloud, wait } = waits(({ api }) => ({
                describeInvocationResults: async (filter) => {
                    const found = await api.describeInvocationResults(filter);
                    return typeof filter === "string"
                        ? found
                        : found.filter(({ instanceId }) => instanceId !== lacking);
                },
            }));
            const ends = { "i-1": { atMs: 5_000 }, "i-1b": { atMs: 5_000 } };
            const runs = [
                cloud.add("t-0", { "i-0": { atMs: 5_000 } }),
                cloud.add("t-1", ends),
                cloud.add("t-2", { "i-2": { atMs: 5_000 } }),
            ];
            const all = runs.map((run) => wait(run));
            await clock.advance(10_000);
            const ended = await Promise.all(all);
            expectEnded(ended);
            expect(new Set(ended.map(({ atMs }) => atMs)), "all at the same look").to.have.property(
                "size",
                1,
            );
            expect(cloud).to.deep.include({ fetchedTogether: 1, fetched: ["t-1"] });
        }
    });

    it("are fetched by their ids if the list is refused, which is not tried again", async () => {
        const { clock, cloud, api, wait } = waits((original) => ({
            describeInvocationResults: (filter) =>
                typeof filter === "string"
                    ? original.api.describeInvocationResults(filter)
                    : Promise.reject(apiError("Forbidden.RAM")),
        }));
        const all = singles(cloud, 5_000, 5_000, 15_000, 15_000).map((run) => wait(run));
        await clock.advance(30_000);
        expectEnded(await Promise.all(all));
        expect(cloud.fetched).to.have.members(["t-0", "t-1", "t-2", "t-3"]);
        const lists = api
            .argumentsOf("describeInvocationResults")
            .filter(([filter]) => typeof filter !== "string");
        expect(lists).to.have.length(1);
    });

    it("are believed, also if the list of invocations says otherwise", async () => {
        let isLate = true;
        const { clock, cloud, wait } = waits((original) => ({
            describeInvocationResults: async (filter) =>
                (await original.api.describeInvocationResults(filter)).map((result) =>
                    isLate ? { ...result, invocationStatus: "Running" } : result,
                ),
        }));
        const all = singles(cloud, 5_000, 5_000, 5_000).map((run) => wait(run));
        await clock.advance(10_000);
        isLate = false;
        await clock.advance(10_000);
        for (const { atMs } of await Promise.all(all)) {
            expect(atMs).to.be.within(10_000, 11_100);
        }
        expect(cloud.fetched).to.deep.equal([]);
    });
});

describe("looking at runs", () => {
    it("asks only for the results of a single invocation, and lists none", async () => {
        const { clock, cloud, wait } = waits();
        const waited = wait(cloud.add("t-1", { "i-1": { atMs: 5_000 }, "i-2": { atMs: 9_000 } }));
        await clock.advance(20_000);
        const { progress, atMs } = await waited;
        expect([...progress.values()].map(({ state }) => state)).to.deep.equal(["ended", "ended"]);
        expect(atMs).to.be.within(9_000, 10_200);
        expect(cloud.requests.lists).to.equal(0);
    });

    it("does not look at a new run at once, but at an earlier one", async () => {
        const { clock, cloud, wait } = waits();
        const run = cloud.add("t-1", { "i-1": { atMs: 0 } });
        const isNew = wait(run);
        await clock.advance(390);
        expect(cloud.requests.results).to.equal(0);
        await clock.advance(10);
        expect((await isNew).atMs).to.equal(400);
        const isEarlier = wait({ ...run, creationTime: new Date(clock.now() - 400).toISOString() });
        await clock.advance(0);
        expect((await isEarlier).atMs).to.equal(400);
    });

    it("goes by the results alone if the list of invocations fails", async () => {
        const { clock, api, cloud, wait } = waits(() => ({
            describeInvocations: () => Promise.reject(apiError("Forbidden.RAM")),
        }));
        const waited = ["t-1", "t-2", "t-3"].map((invokeId) =>
            wait(cloud.add(invokeId, { "i-1": { atMs: 5_000 } })),
        );
        await clock.advance(20_000);
        for (const { progress } of await Promise.all(waited)) {
            expect([...progress.values()].map(({ state }) => state)).to.deep.equal(["ended"]);
        }
        expect(api.argumentsOf("describeInvocations"), "it is not tried again").to.have.lengthOf(1);
    });

    it("notices the end of a single quick run at once", async () => {
        const { clock, cloud, wait } = waits();
        const waited = wait(cloud.add("t-1", { "i-1": { atMs: 1_000 } }));
        await clock.advance(20_000);
        expect((await waited).atMs).to.be.within(1_000, 1_400);
    });

    it("awaits only the instances that it is asked for", async () => {
        const { clock, cloud, wait } = waits();
        const run = cloud.add("t-1", { "i-1": { atMs: 5_000 }, "i-2": { atMs: 600_000 } });
        const waited = wait(run, ["i-1"]);
        await clock.advance(20_000);
        const { progress, atMs } = await waited;
        expect([...progress].map(([instanceId, { state }]) => [instanceId, state])).to.deep.equal([
            ["i-1", "ended"],
        ]);
        expect(atMs).to.be.within(5_000, 5_700);
    });

    it("lists the invocations of a stack, and fetches each result once", async () => {
        const { clock, cloud, api, wait } = waits();
        const all = ["t-1", "t-2", "t-3"].map((id, index) =>
            wait(cloud.add(id, { [`i-${index}`]: { atMs: (index + 1) * 5_000 } })),
        );
        await clock.advance(30_000);
        await Promise.all(all);
        expect(cloud.fetched.slice(0, 2)).to.deep.equal(["t-1", "t-2"]);
        expect(api.argumentsOf("describeInvocations")[0]).to.deep.equal([
            {
                tags: [
                    { key: "app-snapshot:stack", value: "5ac5" },
                    { key: "app-snapshot:state", value: "open" },
                ],
            },
        ]);
        // The last one is alone.
        expect(new Set(cloud.fetched.slice(2))).to.deep.equal(new Set(["t-3"]));
    });

    it("fetches no results while the instances of a large invocation run, and a failure at once", async () => {
        const { clock, cloud, wait } = waits();
        const ends = hundred(60_000, { "i-7": { atMs: 20_000, invocationStatus: "Failed" } });
        const run = cloud.add("t-1", ends);
        const failed = wait(run, ["i-7"]);
        const others = run.allInstanceIds.filter((id) => id !== "i-7").map((id) => wait(run, [id]));
        await clock.advance(19_000);
        expect(cloud.fetched).to.be.empty;
        await clock.advance(100_000);
        expect((await failed).atMs).to.be.within(20_000, 22_200);
        const atMs = (await Promise.all(others)).map((other) => other.atMs);
        expect(Math.min(...atMs)).to.be.at.least(60_000);
        expect(Math.max(...atMs)).to.be.at.most(67_000);
        expect(cloud.fetched).to.have.length(2);
    });

    it("gives an instance's early end to its waiter while others run on", async () => {
        const { clock, cloud, wait } = waits();
        const run = cloud.add("t-1", hundred(600_000, { "i-7": { atMs: 20_000 } }));
        const early = wait(run, ["i-7"]);
        const late = wait(run, ["i-8"]);
        await clock.advance(700_000);
        expect((await early).atMs).to.be.within(20_000, 41_000);
        expect((await late).atMs).to.be.within(600_000, 610_100);
    });

    it("looks at an invocation that no list shows by its id", async () => {
        const { clock, cloud, wait } = waits();
        const runs = ["t-1", "t-2"].map((id) => cloud.add(id, { [`i-${id}`]: { atMs: 5_000 } }));
        cloud.unlisted.add("t-2");
        const all = runs.map((run) => wait(run));
        await clock.advance(2_900);
        expect(cloud.fetched).to.be.empty;
        await clock.advance(20_000);
        for (const { progress, atMs } of await Promise.all(all)) {
            expect([...progress.values()].map(({ state }) => state)).to.deep.equal(["ended"]);
            expect(atMs).to.be.within(5_000, 5_700);
        }
    });

    it("lists each stack and state by itself", async () => {
        const { clock, cloud, api, wait } = waits();
        const all = [{ stack: "a" }, { stack: "b" }, { stack: "a", state: "handed" }].flatMap((more, group) =>
            ["x", "y"].map((id) =>
                wait(cloud.add(`t-${group}${id}`, { [`i-${group}${id}`]: { atMs: 5_000 } }, more)),
            ),
        );
        await clock.advance(20_000);
        await Promise.all(all);
        const lists = api
            .argumentsOf("describeInvocations")
            .map(([filter]) => (filter as { readonly tags: readonly Tag[] }).tags.map(({ value }) => value));
        expect(new Set(lists.map((values) => values.join(" ")))).to.deep.equal(
            new Set(["a open", "b open", "a handed"]),
        );
        expect(cloud).to.deep.include({ fetchedTogether: 3, fetched: [] });
    });

    it("does not list a stack again whose list is longer than the results", async () => {
        const { clock, cloud, wait } = waits();
        for (let index = 0; index < 200; index++) {
            cloud.add(`t-left-${index}`, { "i-left": { atMs: 0 } });
        }
        const all = ["t-1", "t-2"].map((id) => wait(cloud.add(id, { [`i-${id}`]: { atMs: 5_000 } })));
        await clock.advance(20_000);
        await Promise.all(all);
        // Five pages.
        expect(cloud.requests.lists).to.equal(5);
    });

    it("believes the results, not the list", async () => {
        let isLate = true;
        const { clock, cloud, wait } = waits((original) => ({
            describeInvocationResults: async (invokeId) => {
                const results = await original.api.describeInvocationResults(invokeId);
                return isLate
                    ? results.map((result) => ({ ...result, invocationStatus: "Running" }))
                    : results;
            },
        }));
        const all = ["t-1", "t-2"].map((id) => wait(cloud.add(id, { [`i-${id}`]: { atMs: 5_000 } })));
        await clock.advance(10_000);
        isLate = false;
        await clock.advance(10_000);
        for (const { atMs } of await Promise.all(all)) {
            expect(atMs).to.be.within(10_000, 11_100);
        }
    });

    it("passes on an error of one invocation's results only to those who wait for it", async () => {
        const { clock, cloud, wait } = waits((original) => ({
            describeInvocationResults: (filter) =>
                filter === "t-2"
                    ? original.api.describeInvocationResults(filter)
                    : Promise.reject(apiError("Forbidden.RAM")),
        }));
        const [refused, other] = ["t-1", "t-2"].map((id) =>
            wait(cloud.add(id, { [`i-${id}`]: { atMs: 5_000 } })),
        );
        const error = rejection(refused ?? Promise.resolve());
        await clock.advance(20_000);
        expect((await error).message).to.include("Forbidden.RAM");
        expect((await other)?.progress.get("i-t-2")?.state).to.equal("ended");
    });

    it("treats a run as forgotten only after three responses without its result, also among others", async () => {
        const { clock, cloud, wait } = waits((original) => ({
            describeInvocationResults: async (invokeId) =>
                invokeId === "t-old" ? [] : original.api.describeInvocationResults(invokeId),
        }));
        const old = { ...cloud.add("t-old", { "i-old": { atMs: 0 } }), creationTime: "2024-01-01T00:00:00Z" };
        const all = [wait(old), wait(cloud.add("t-1", { "i-1": { atMs: 5_000 } }))];
        await clock.advance(20_000);
        const [forgotten, ended] = await Promise.all(all);
        expect(forgotten?.progress.get("i-old")).to.deep.equal({ state: "forgotten" });
        expect(forgotten?.atMs).to.be.within(700, 1_000);
        expect(ended?.progress.get("i-1")?.state).to.equal("ended");
    });

    it("reports the state that the list shows until the deadline", async () => {
        const { clock, cloud, wait } = waits();
        const run = cloud.add("t-1", hundred(600_000, { "i-7": { atMs: 5_000 } }));
        const waited = wait(run, ["i-7", "i-8"], 40_000);
        await clock.advance(60_000);
        const { progress, atMs } = await waited;
        expect(atMs).to.equal(40_000);
        expect(progress.get("i-7")).to.deep.include({ state: "ended" });
        expect(progress.get("i-8"))
            .to.have.property("lastSeen")
            .which.matches(/^Running \(\d+×\)$/);
    });

    it("uses the call of the waiter with the latest deadline, because it is retried for the longest time", async () => {
        const clock = new ManualClock();
        const context = { ...testContext(scriptedApi()), clock };
        const calls: string[] = [];
        const waitWith = (name: string, forMs: number): Promise<unknown> => {
            const api = scriptedApi({
                describeInvocationResults: () => {
                    calls.push(name);
                    return Promise.resolve([resultOf({ invokeId: "t-1", instanceId: "i-1" })]);
                },
            });
            const run = {
                invokeId: "t-1",
                allInstanceIds: ["i-1"],
                creationTime: "2025-01-02T03:04:05Z",
                timeoutSeconds: 600,
                stack: "5ac5",
                state: "open",
            };
            return waitForRun({ ...context, api }, run, ["i-1"], clock.now() + forMs);
        };
        await Promise.all([waitWith("short", 1_000), waitWith("long", 2_000), waitWith("middle", 1_500)]);
        expect(calls).to.deep.equal(["long"]);
    });
});
