import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import type { Request } from "../../support/fake-sdk";
import { coded, ids, sharedRegion, valuesOf } from "../../support/shared-region";

interface DiskFields {
    readonly diskId: string;
    readonly instanceId?: string;
    readonly attachments?: readonly string[];
    readonly status?: string;
}

/** Answers DescribeDisks, a page of disks at a time; with an instance, as the API does. */
function disks(all: readonly DiskFields[], pageSize = 500): (request: Request) => unknown {
    return ({ fields }) => {
        const instanceId = text(fields["instanceId"]);
        const found = all.filter(
            (disk) =>
                instanceId === undefined ||
                disk.instanceId === instanceId ||
                disk.attachments?.includes(instanceId),
        );
        const start = Number(fields["nextToken"] ?? 0);
        const end = start + pageSize;
        return {
            disks: {
                disk: found.slice(start, end).map(({ attachments, ...disk }) => ({
                    status: "In_use",
                    ...disk,
                    attachments: { attachment: attachments?.map((id) => ({ instanceId: id })) },
                })),
            },
            nextToken: end < found.length ? String(end) : "",
        };
    };
}

/** Returns a field of a request; undefined if it is not set. */
function text(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}

function diskOf(instanceId: string): DiskFields {
    return { diskId: `d-of-${instanceId}`, instanceId };
}

function twoDisksOf(instanceId: string): DiskFields[] {
    return ["system", "data"].map((type) => ({ diskId: `d-${type}-of-${instanceId}`, instanceId }));
}

/** Returns what a request asks for: an instance, or the region. */
function target({ fields }: Request): string {
    const parts = [fields["invokeStatus"], fields["instanceId"] ?? "region", fields["nextToken"]].map(text);
    return parts.filter((part) => part !== undefined).join(" ");
}

describe("the disks of many instances", () => {
    async function disksOf(
        answer: (request: Request) => unknown,
        ...instances: readonly (readonly string[])[]
    ): Promise<{ readonly asked: string[][]; readonly found: string[][] }> {
        const region = sharedRegion(answer);
        const asked: string[][] = [];
        let found: string[][] = [];
        for (const together of instances) {
            const before = region.requests.length;
            const results = await region.atOnce(
                ...together.map((instanceId) => region.callerOf().describeDisks({ instanceId })),
            );
            found = valuesOf(results).map((list) => list.map(({ diskId }) => diskId));
            asked.push(region.requests.slice(before).map(target));
        }
        return { asked, found };
    }

    it("are read from a list of the region if that takes fewer requests", async () => {
        const all = [...ids("i", 30).map(diskOf), { diskId: "d-free", status: "Available" }];
        const { asked, found } = await disksOf(disks(all, 10), ids("i", 30));
        const pages = ["region", "region 10", "region 20", "region 30"];
        expect(asked).to.deep.equal([[...pages, ...pages]]);
        expect(found).to.deep.equal(ids("i", 30).map((id) => [`d-of-${id}`]));
    });

    it("are asked for one by one if a disk is deleted while the list is read, which may hide another one", async () => {
        const all = [{ diskId: "d-free", status: "Available" }, ...ids("i", 30).flatMap(twoDisksOf)];
        const answer = (request: Request): unknown => {
            const page = disks(all, 10)(request);
            if (target(request) === "region 10" && all[0]?.diskId === "d-free") {
                all.shift();
            }
            return page;
        };
        const { asked, found } = await disksOf(answer, ids("i", 30));
        expect(asked.flat().slice(-30)).to.deep.equal(ids("i", 30));
        expect(found).to.deep.equal(ids("i", 30).map((id) => twoDisksOf(id).map(({ diskId }) => diskId)));
    });

    it("are the same as one by one for a disk that several instances share", async () => {
        const shared = { diskId: "d-shared", attachments: ["i-1", "i-3"] };
        const all = [...ids("i", 3).map(diskOf), shared];
        const { asked, found } = await disksOf(disks(all), ids("i", 3));
        expect(asked).to.deep.equal([["region"]]);
        expect(found).to.deep.equal([["d-of-i-1", "d-shared"], ["d-of-i-2"], ["d-of-i-3", "d-shared"]]);
        for (const [index, id] of ids("i", 3).entries()) {
            expect((await disksOf(disks(all), [id])).found).to.deep.equal([found[index]]);
        }
    });

    it("are asked for one by one where the list shows none", async () => {
        const { asked, found } = await disksOf(disks([diskOf("i-1"), diskOf("i-2")]), ids("i", 3));
        expect(asked).to.deep.equal([["region", "i-3"]]);
        expect(found).to.deep.equal([["d-of-i-1"], ["d-of-i-2"], []]);
    });

    it("are asked for one by one if it is unclear where a disk is attached, or if the list changes", async () => {
        const one = [diskOf("i-1"), diskOf("i-2")];
        const unclear = disks([...one, { diskId: "d-x" }]);
        const repeated = disks([...one, diskOf("i-1")]);
        for (const answer of [unclear, repeated]) {
            expect((await disksOf(answer, ids("i", 2))).asked).to.deep.equal([["region", "i-1", "i-2"]]);
        }
    });

    it("are asked for one by one if the list is longer, also the next time", async () => {
        const all = ids("i", 60).map(diskOf);
        const pages = ["region", ...[10, 20, 30, 40, 50].map((token) => `region ${token}`)];
        const { asked } = await disksOf(disks(all, 10), ids("i", 3), ids("i", 2), ids("i", 3), ids("i", 60));
        expect(asked).to.deep.equal([
            ["region", "region 10", "i-1", "i-2", "i-3"],
            ["i-1", "i-2"],
            ["i-1", "i-2", "i-3"],
            [...pages, ...pages],
        ]);
    });

    it("are asked for one by one if the list is refused, also the next time", async () => {
        const answer = disks(ids("i", 3).map(diskOf));
        const limited = (request: Request): unknown => {
            if (target(request) === "region") {
                throw coded("Forbidden.RAM");
            }
            return answer(request);
        };
        const { asked, found } = await disksOf(limited, ids("i", 3), ids("i", 3));
        expect(asked).to.deep.equal([["region", ...ids("i", 3)], ids("i", 3)]);
        expect(found).to.deep.equal([["d-of-i-1"], ["d-of-i-2"], ["d-of-i-3"]]);
    });

    it("are refused to those alone who may not see them", async () => {
        const answer = disks([diskOf("i-1"), diskOf("i-2")]);
        const region = sharedRegion((request) => {
            if (["region", "i-2"].includes(target(request))) {
                throw coded("Forbidden.RAM");
            }
            return answer(request);
        });
        const [first, second] = await region.atOnce(
            ...ids("i", 2).map((instanceId) => region.callerOf().describeDisks({ instanceId })),
        );
        expect(first).to.have.property("status", "fulfilled");
        expect(second).to.have.property("reason").that.is.an.instanceOf(ApiCallError);
    });
});

describe("the invocations at work on many instances", () => {
    interface InvocationFields {
        readonly invokeId: string;
        readonly status: "Pending" | "Running";
        /** The status on each instance. */
        readonly on: Readonly<Record<string, string>>;
    }

    function invocations(all: readonly InvocationFields[], pageSize = 50): (request: Request) => unknown {
        return ({ fields }) => {
            const instanceId = text(fields["instanceId"]);
            const found = all.filter(
                ({ status, on }) =>
                    status === fields["invokeStatus"] && (instanceId === undefined || instanceId in on),
            );
            const start = Number(fields["nextToken"] ?? 0);
            const end = start + pageSize;
            return {
                invocations: {
                    invocation: found.slice(start, end).map(({ invokeId, on }) => ({
                        invokeId,
                        invokeInstances: {
                            invokeInstance: Object.entries(on)
                                .filter(([id]) => instanceId === undefined || id === instanceId)
                                .map(([id, invocationStatus]) => ({ instanceId: id, invocationStatus })),
                        },
                    })),
                },
                nextToken: end < found.length ? String(end) : "",
            };
        };
    }

    const all: readonly InvocationFields[] = [
        { invokeId: "t-1", status: "Running", on: { "i-1": "Running", "i-2": "Success", "i-3": "Pending" } },
        { invokeId: "t-2", status: "Pending", on: { "i-2": "Pending" } },
        { invokeId: "t-3", status: "Running", on: { "i-1": "Running" } },
        { invokeId: "t-4", status: "Running", on: { "i-9": "Running" } },
    ];
    const expected = [["t-1", "t-3"], ["t-2"], ["t-1"], []];

    it("are read from two lists of the region, and count until they have finished on the instance", async () => {
        const region = sharedRegion(invocations(all));
        const found = valuesOf(
            await region.atOnce(
                ...ids("i", 4).map((runningOn) => region.callerOf().describeInvocations({ runningOn })),
            ),
        );
        expect(region.requests.map(target)).to.deep.equal(["Pending region", "Running region"]);
        expect(found.map((list) => list.map(({ invokeId }) => invokeId))).to.deep.equal(expected);
    });

    it("are the same one by one", async () => {
        const region = sharedRegion(invocations(all));
        for (const [index, runningOn] of ids("i", 4).entries()) {
            const [found = []] = valuesOf(
                await region.atOnce(region.callerOf().describeInvocations({ runningOn })),
            );
            expect(found.map(({ invokeId }) => invokeId)).to.deep.equal(expected[index]);
        }
        expect(region.requests.slice(0, 2).map(target)).to.deep.equal(["Pending i-1", "Running i-1"]);
    });

    it("are asked for one by one if the lists are longer, or leave a doubt", async () => {
        const long = invocations(
            ids("t", 4).map((invokeId) => ({ invokeId, status: "Running", on: { "i-1": "Running" } })),
            1,
        );
        const nameless = invocations([{ invokeId: "t-1", status: "Running", on: {} }]);
        const alone = ["Pending i-1", "Pending i-2", "Running i-1"];
        for (const [answer, lists] of [
            [long, ["Pending region", "Running region", "Running region 1"]],
            [nameless, ["Pending region", "Running region"]],
        ] as const) {
            const region = sharedRegion(answer);
            await region.atOnce(
                ...ids("i", 2).map((runningOn) => region.callerOf().describeInvocations({ runningOn })),
            );
            const asked = region.requests.map(target);
            expect(asked.slice(0, lists.length)).to.deep.equal(lists);
            expect(asked.slice(lists.length)).to.include.members(alone);
        }
    });
});
