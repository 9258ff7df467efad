import { expect } from "chai";

import type { Tag } from "../../../../provider/src/cloud/ecs/api";
import { cohortMs, cohortWindow, gatheringMs } from "../../../../provider/src/cloud/ecs/gathering";
import { mostTagged } from "../../../../provider/src/cloud/ecs/tagged-look-up";
import type { Answer, Request } from "../../support/fake-sdk";
import { coded, ids, type SharedRegion, sharedRegion, valuesOf } from "../../support/shared-region";

interface Run {
    readonly invokeId: string;
    readonly resource: string;
    /** The state by which the API filters. */
    readonly state: string;
    /** The state that it shows. Default: the same. */
    readonly shownState?: string;
}

const stack: Tag = { key: "stack", value: "s" };

function state(value: string): Tag {
    return { key: "state", value };
}

function resource(value: string): Tag {
    return { key: "resource", value };
}

/** Returns the values of the tags that a request filters by, and its page. */
function target({ fields }: Request): string {
    const tags = (fields["tag"] ?? []) as readonly Tag[];
    const page = fields["nextToken"] as string | undefined;
    return [...tags.map(({ value }) => value), ...(page === undefined ? [] : [page])].join(" ");
}

/** Answers DescribeInvocations, a page of runs at a time, for those runs that exist at the time of the request. */
function lists(runs: () => readonly Run[], pageSize = 50): Answer {
    return (request) => {
        const wanted = (request.fields["tag"] ?? []) as readonly Tag[];
        const found = runs().filter((run) =>
            wanted.every(({ key, value }) =>
                key === "stack" ? true : (key === "state" ? run.state : run.resource) === value,
            ),
        );
        const start = Number(request.fields["nextToken"] ?? 0);
        const end = start + pageSize;
        return {
            invocations: {
                invocation: found
                    .slice(start, end)
                    .map(({ invokeId, resource: owner, state: indexed, shownState = indexed }) => ({
                        invokeId,
                        tags: {
                            tag: [stack, resource(owner), state(shownState)].map(({ key, value }) => ({
                                tagKey: key,
                                tagValue: value,
                            })),
                        },
                    })),
            },
            nextToken: end < found.length ? String(end) : "",
        };
    };
}

async function look(region: SharedRegion, owner: string, inState = "open"): Promise<string[]> {
    const found = await region.callerOf().describeInvocations({
        tags: [resource(owner), state(inState)],
        among: [stack, state(inState)],
    });
    return found.map(({ invokeId }) => invokeId);
}

function lookAll(region: SharedRegion, owners: readonly string[]): Promise<string[][]> {
    return region.atOnce(...owners.map((owner) => look(region, owner))).then(valuesOf);
}

describe("looking for the runs of many resources", () => {
    const runs: readonly Run[] = [
        { invokeId: "t-1", resource: "r-1", state: "open" },
        { invokeId: "t-2", resource: "r-2", state: "open" },
        { invokeId: "t-2b", resource: "r-2", state: "open" },
        { invokeId: "t-3", resource: "r-3", state: "handed" },
        { invokeId: "t-other", resource: "r-other", state: "open" },
    ];

    it("takes one list of their stack, and finds what each finds alone", async () => {
        const region = sharedRegion(lists(() => runs));
        const found = await lookAll(region, ids("r", 3));
        expect(region.requests.map(target)).to.deep.equal(["s open"]);
        expect(found).to.deep.equal([["t-1"], ["t-2", "t-2b"], []]);
        for (const [index, owner] of ids("r", 3).entries()) {
            const alone = sharedRegion(lists(() => runs));
            expect(await lookAll(alone, [owner])).to.deep.equal([found[index]]);
            expect(alone.requests.map(target)).to.deep.equal([`${owner} open`]);
        }
    });

    it("takes a list for each state", async () => {
        const region = sharedRegion(lists(() => runs));
        const found = await region.atOnce(
            ...["open", "handed"].flatMap((inState) =>
                ids("r", 3).map((owner) => look(region, owner, inState)),
            ),
        );
        expect(region.requests.map(target)).to.have.members(["s open", "s handed"]);
        expect(valuesOf(found)).to.deep.equal([["t-1"], ["t-2", "t-2b"], [], [], [], ["t-3"]]);
    });

    it("finds a run whose state is shown later or earlier than the API filters by it", async () => {
        const late = [{ invokeId: "t-1", resource: "r-1", state: "open", shownState: "handed" }];
        const region = sharedRegion(lists(() => late));
        expect(await lookAll(region, ids("r", 2))).to.deep.equal([["t-1"], []]);
        expect(region.requests).to.have.length(1);
    });

    it("reads a list of several pages twice", async () => {
        const many = ids("r", 30).map((owner) => ({
            invokeId: `t-${owner}`,
            resource: owner,
            state: "open",
        }));
        const region = sharedRegion(lists(() => many, 20));
        const found = await lookAll(region, ids("r", 30));
        expect(region.requests.map(target)).to.deep.equal(["s open", "s open 20", "s open", "s open 20"]);
        expect(found).to.deep.equal(ids("r", 30).map((owner) => [`t-${owner}`]));
    });

    it("asks for each if a run leaves the list while it is read, which may hide another one", async () => {
        let left = ids("r", 30).map((owner) => ({ invokeId: `t-${owner}`, resource: owner, state: "open" }));
        const answer = lists(() => left, 20);
        const region = sharedRegion((request) => {
            const page = answer(request);
            if (target(request) === "s open" && left.length === 30) {
                left = left.slice(1);
            }
            return page;
        });
        const found = await lookAll(region, ids("r", 30));
        expect(region.requests.map(target).slice(-30)).to.deep.equal(
            ids("r", 30).map((owner) => `${owner} open`),
        );
        expect(found).to.deep.equal(ids("r", 30).map((owner) => (owner === "r-1" ? [] : [`t-${owner}`])));
    });

    it("reads a list to the end to which runs are added meanwhile", async () => {
        const newest = { invokeId: "t-new", resource: "r-2", state: "open" };
        let all = ids("r", 30).map((owner) => ({ invokeId: `t-${owner}`, resource: owner, state: "open" }));
        const answer = lists(() => all, 20);
        const region = sharedRegion((request) => {
            const page = answer(request);
            if (target(request) === "s open" && all.length === 30) {
                all = [newest, ...all];
            }
            return page;
        });
        const found = await lookAll(region, ids("r", 30));
        expect(region.requests).to.have.length(4);
        expect(found).to.deep.equal(
            ids("r", 30).map((owner) => [...(owner === "r-2" ? ["t-new"] : []), `t-${owner}`]),
        );
    });

    it("asks for each if the list is about as long as the API's limit", async () => {
        for (const count of [mostTagged - 1, mostTagged]) {
            const many = ids("r", count).map((owner) => ({
                invokeId: `t-${owner}`,
                resource: owner,
                state: "open",
            }));
            const region = sharedRegion(lists(() => many));
            const found = await lookAll(region, ids("r", 50));
            expect(found).to.deep.equal(ids("r", 50).map((owner) => [`t-${owner}`]));
            expect(region.requests, String(count)).to.have.length(count < mostTagged ? 36 : 36 + 50);
        }
    });

    it("asks for each if the list is refused, and then at once", async () => {
        const answer = lists(() => runs);
        const region = sharedRegion((request) => {
            if (target(request) === "s open") {
                throw coded("Forbidden.RAM");
            }
            return answer(request);
        });
        for (const requests of [
            ["s open", "r-1 open", "r-2 open"],
            ["r-1 open", "r-2 open"],
        ]) {
            const before = region.requests.length;
            expect(await lookAll(region, ids("r", 2))).to.deep.equal([["t-1"], ["t-2", "t-2b"]]);
            expect(region.requests.slice(before).map(target)).to.deep.equal(requests);
        }
    });
});

describe("the entrance of many resources", () => {
    it("is passed at once by the first one and by one that comes alone", () => {
        expect(cohortWindow(Infinity)).to.equal(gatheringMs);
        expect(cohortWindow(500)).to.equal(gatheringMs);
        expect(cohortWindow(499)).to.equal(cohortMs);
    });

    it("gathers those who come one soon after the other", async () => {
        const region = sharedRegion(lists(() => []));
        const start = region.clock.now();
        const passedAt: number[] = [];
        await region.atOnce(
            ...ids("r", 20).map(async (owner, index) => {
                await region.clock.sleep(index * 20 + 1);
                await look(region, owner);
                passedAt.push(region.clock.now() - start - 1);
            }),
        );
        const second = 20 + cohortMs;
        const third = second + 20 + cohortMs;
        expect(new Set(passedAt)).to.deep.equal(new Set([gatheringMs, second, third]));
        expect(region.requests.map(target)).to.deep.equal(["r-1 open", "s open", "s open"]);
    });
});
