import { expect } from "chai";

import type { EcsApi, Instance } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { gatheringMs } from "../../../../provider/src/cloud/ecs/gathering";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import type { Request } from "../../support/fake-sdk";
import { RecordingLogger } from "../../support/recording-logger";
import { coded, ids, sharedRegion, valuesOf } from "../../support/shared-region";

/** Returns the instances that a request asks for. */
function idsIn({ fields }: Request): string[] {
    const list =
        fields["instanceIds"] ?? fields["instanceId"] ?? fields["snapshotGroupId"] ?? fields["resourceId"];
    return typeof list === "string" ? (JSON.parse(list) as string[]) : ((list ?? []) as string[]);
}

/** Answers DescribeInstances with all that are asked for, except some. */
function instancesBut(...missing: readonly string[]): (request: Request) => unknown {
    return (request) => ({
        instances: {
            instance: idsIn(request)
                .filter((id) => !missing.includes(id))
                .map((instanceId) => ({ instanceId })),
        },
    });
}

function namesOf(instances: readonly Instance[]): string[] {
    return instances.map(({ instanceId }) => instanceId);
}

describe("look-ups by ids that are made at once", () => {
    it("share requests of as many ids as the API takes, and each has its own answer", async () => {
        const region = sharedRegion(instancesBut("i-7"));
        const found = valuesOf(
            await region.atOnce(...ids("i", 120).map((id) => region.callerOf().describeInstances([id]))),
        );
        expect(region.requests.map((request) => idsIn(request).length)).to.deep.equal([100, 20]);
        expect(found.map(namesOf)).to.deep.equal(ids("i", 120).map((id) => (id === "i-7" ? [] : [id])));
    });

    it("ask once for what several ask for", async () => {
        const region = sharedRegion(instancesBut());
        const api = region.callerOf();
        const found = valuesOf(
            await region.atOnce(api.describeInstances(["i-1", "i-2"]), api.describeInstances(["i-2", "i-3"])),
        );
        expect(region.requests.map(idsIn)).to.deep.equal([["i-1", "i-2", "i-3"]]);
        expect(found.map(namesOf)).to.deep.equal([
            ["i-1", "i-2"],
            ["i-2", "i-3"],
        ]);
    });

    it("share for each operation that takes ids", async () => {
        const looks: Readonly<
            Record<string, readonly [(api: EcsApi, id: string) => Promise<unknown>, number]>
        > = {
            describeCloudAssistantStatus: [(api, id) => api.describeCloudAssistantStatus([id]), 1],
            describeInstanceRamRole: [(api, id) => api.describeInstanceRamRole([id]), 1],
            describeSnapshotGroups: [(api, id) => api.describeSnapshotGroups({ snapshotGroupIds: [id] }), 4],
            describeSnapshots: [(api, id) => api.describeSnapshotIds([id]), 1],
            attachInstanceRamRole: [(api, id) => api.attachInstanceRamRole([id], "Role"), 1],
            detachInstanceRamRole: [(api, id) => api.detachInstanceRamRole([id], "Role"), 1],
            tagResources: [(api, id) => api.tagResources("snapshot", [id], [{ key: "k", value: "v" }]), 1],
            untagResources: [(api, id) => api.untagResources("snapshot", [id], ["k"]), 1],
        };
        for (const [operation, [look, requests]] of Object.entries(looks)) {
            const region = sharedRegion();
            valuesOf(await region.atOnce(...ids("x", 40).map((id) => look(region.callerOf(), id))));
            expect(
                region.requests.map((request) => request.operation),
                operation,
            ).to.deep.equal(Array.from({ length: requests }, () => operation));
        }
    });

    it("are delayed by a few milliseconds, also alone", async () => {
        const region = sharedRegion(instancesBut());
        const start = region.clock.now();
        await region.atOnce(region.callerOf().describeInstances(["i-1"]));
        expect(region.clock.now() - start).to.equal(gatheringMs);
    });

    it("do not wait for the requests of others", async () => {
        const region = sharedRegion(async (request) => {
            await region.clock.sleep(idsIn(request).includes("i-101") ? 60_000 : 10);
            return instancesBut()(request);
        });
        const start = region.clock.now();
        const times: number[] = [];
        await region.atOnce(
            ...ids("i", 101).map(async (id) => {
                await region.callerOf().describeInstances([id]);
                times.push(region.clock.now() - start);
            }),
        );
        expect([times[99], times[100]]).to.deep.equal([gatheringMs + 10, gatheringMs + 60_000]);
    });

    it("never get an answer to a request that was sent before them", async () => {
        const region = sharedRegion(async (request) => {
            await region.clock.sleep(1_000);
            return instancesBut()(request);
        });
        const api = region.callerOf();
        const later = async (): Promise<Instance[]> => {
            await region.clock.sleep(gatheringMs + 1);
            return api.describeInstances(["i-1"]);
        };
        await region.atOnce(api.describeInstances(["i-1"]), later());
        expect(region.requests).to.have.length(2);
    });
});

describe("calls that differ", () => {
    it("in their tags, their role or their type share nothing", async () => {
        const region = sharedRegion();
        const api = region.callerOf();
        await region.atOnce<unknown>(
            api.tagResources("snapshot", ["s-1"], [{ key: "k", value: "1" }]),
            api.tagResources("snapshot", ["s-2"], [{ key: "k", value: "2" }]),
            api.tagResources("instance", ["i-2"], [{ key: "k", value: "2" }]),
            api.attachInstanceRamRole(["i-1"], "One"),
            api.attachInstanceRamRole(["i-2"], "Another"),
        );
        expect(region.requests.map((request) => idsIn(request).length)).to.deep.equal([1, 1, 1, 1, 1]);
    });

    it("in their signals or their checks share nothing, and those with a deadline nothing with others", async () => {
        const region = sharedRegion();
        const check = (): Promise<void> => Promise.resolve();
        const callers = [
            region.callerOf(),
            region.callerOf({ signal: new AbortController().signal }),
            region.callerOf({ beforeChange: check }),
            region.callerOf({ deadline: region.clock.now() + 1_000 }),
            region.callerOf({ deadline: region.clock.now() + 2_000 }),
        ];
        await region.atOnce(...callers.map((api) => api.untagResources("snapshot", ["s-1"], ["k"])));
        expect(region.requests).to.have.length(4);
    });

    it("are made alone if they start, rename or delete something, or only ask for a permission", async () => {
        const changes: readonly ((api: EcsApi) => Promise<unknown>)[] = [
            (api) => api.deleteSnapshot("s-1"),
            (api) => api.deleteSnapshotGroup("ssg-1"),
            (api) => api.modifySnapshotGroup("ssg-1", { name: "name" }),
            (api) => api.groupExistence("ssg-1"),
            (api) =>
                api.runCommand({
                    instanceIds: ["i-1"],
                    type: "RunShellScript",
                    commandContent: "x",
                    name: "n",
                    timeoutSeconds: 60,
                    tags: [],
                    clientToken: "token",
                }),
            (api) =>
                api.sendFile({
                    instanceIds: ["i-1"],
                    targetDirectory: "/d",
                    name: "n",
                    content: "x",
                    tags: [],
                    clientToken: "token",
                }),
            (api) => api.mayDescribeSnapshots(["s-1"]),
        ];
        for (const change of changes) {
            const region = sharedRegion(({ fields }) => {
                if (fields["dryRun"] === true) {
                    throw coded("DryRunOperation");
                }
                return {};
            });
            valuesOf(await region.atOnce(change(region.callerOf()), change(region.callerOf())));
            expect(region.requests, change.toString()).to.have.length(2);
        }
    });
});

describe("lists that are asked for at once", () => {
    it("are one request if they are equal", async () => {
        const region = sharedRegion(() => ({ images: { image: [{ imageId: "m-1" }] } }));
        const api = region.callerOf();
        const [one, two, three] = valuesOf(
            await region.atOnce(
                api.describeImageIds("s-1"),
                region.callerOf().describeImageIds("s-1"),
                api.describeImageIds("s-2"),
            ),
        );
        expect(region.requests.map(({ fields }) => fields["snapshotId"])).to.deep.equal(["s-1", "s-2"]);
        expect([one, two, three]).to.deep.equal([["m-1"], ["m-1"], ["m-1"]]);
        expect(one, "a list of its own").not.to.equal(two);
    });

    it("are refused together", async () => {
        const region = sharedRegion(() => {
            throw coded("Forbidden.RAM");
        });
        const results = await region.atOnce(
            region.callerOf().describeInvocationResults("t-1"),
            region.callerOf().describeInvocationResults("t-1"),
        );
        expect(region.requests).to.have.length(1);
        expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    });
});

describe("a request that is refused because of some of its callers", () => {
    /** Refuses requests with certain ids, as Cloud Assistant does. */
    function refusing(...bad: readonly string[]): (request: Request) => unknown {
        return (request) => {
            const wrong = idsIn(request).find((id) => bad.includes(id));
            if (wrong !== undefined) {
                throw Object.assign(coded("InvalidInstance.NotFound"), { data: { Message: wrong } });
            }
            return {
                instanceCloudAssistantStatusSet: {
                    instanceCloudAssistantStatus: idsIn(request).map((instanceId) => ({ instanceId })),
                },
            };
        };
    }

    it("is split, so that nobody else fails, and each has its own error", async () => {
        const region = sharedRegion(refusing("i-3", "i-31"));
        const results = await region.atOnce(
            ...ids("i", 40).map((id) => region.callerOf().describeCloudAssistantStatus([id])),
        );
        const outcomes = results.map((result) =>
            result.status === "fulfilled"
                ? result.value.map(({ instanceId }) => instanceId).join()
                : (result.reason as ApiCallError).description,
        );
        expect(outcomes).to.deep.equal(ids("i", 40));
        expect(
            results.flatMap(({ status }, index) => (status === "rejected" ? [index + 1] : [])),
        ).to.deep.equal([3, 31]);
        expect(region.requests.length).to.be.at.most(25);
    });

    it("is not split if it can succeed later, and is then repeated for all", async () => {
        let failures = 2;
        const region = sharedRegion((request) => {
            failures -= 1;
            if (failures >= 0) {
                throw coded("ServiceUnavailable");
            }
            return instancesBut()(request);
        });
        valuesOf(await region.atOnce(...ids("i", 20).map((id) => region.callerOf().describeInstances([id]))));
        expect(region.requests.map((request) => idsIn(request).length)).to.deep.equal([20, 20, 20]);
    });

    it("is split too if the answer hides all instances because of one", async () => {
        const region = sharedRegion((request) =>
            idsIn(request).includes("i-2") ? {} : instancesBut()(request),
        );
        const found = valuesOf(
            await region.atOnce(...ids("i", 4).map((id) => region.callerOf().describeInstances([id]))),
        );
        expect(found.map(namesOf)).to.deep.equal([["i-1"], [], ["i-3"], ["i-4"]]);
    });
});

describe("the callers of a shared request", () => {
    it("all learn why it is repeated, and each logger once", async () => {
        let failures = 1;
        const region = sharedRegion(() => {
            failures -= 1;
            if (failures >= 0) {
                throw coded("ServiceUnavailable");
            }
            return {};
        });
        const logs = [new RecordingLogger(), new RecordingLogger()] as const;
        await region.atOnce(
            ...[logs[0], logs[0], logs[1]].map((log) => region.callerOf({ log }).describeInstances(["i-1"])),
        );
        expect(logs.map((log) => log.of("debug").length)).to.deep.equal([1, 1]);
    });

    it("have it repeated until the latest of their deadlines", async () => {
        const region = sharedRegion(() => {
            throw coded("ServiceUnavailable");
        });
        const start = region.clock.now();
        await region.atOnce(
            ...[10_000, 60_000].map((ms) =>
                region.callerOf({ deadline: start + ms }).describeInstances(["i-1"]),
            ),
        );
        expect(region.clock.now() - start).to.be.within(30_000, 60_000);
    });

    it("end with their signal, and nobody else does", async () => {
        const region = sharedRegion(instancesBut());
        const abort = new AbortController();
        const aborted = region.callerOf({ signal: abort.signal }).describeInstances(["i-1"]);
        const other = region.callerOf().describeInstances(["i-2"]);
        abort.abort(new Error("enough"));
        const [first, second] = await region.atOnce(aborted, other);
        expect(first).to.have.nested.property("reason.message", "enough");
        expect(second).to.have.property("status", "fulfilled");
        expect(region.requests.map(idsIn)).to.deep.equal([["i-2"]]);
    });

    it("are asked before each request that changes something", async () => {
        let asked = 0;
        const region = sharedRegion();
        const beforeChange = (): Promise<void> => {
            asked += 1;
            return asked <= 2
                ? Promise.resolve()
                : Promise.reject(new AppSnapshotError(ownErrors.Interrupted));
        };
        const results = await region.atOnce(
            ...ids("s", 120).map((id) =>
                region.callerOf({ beforeChange }).untagResources("snapshot", [id], ["k"]),
            ),
        );
        expect(region.requests.map((request) => idsIn(request).length)).to.deep.equal([50, 50]);
        expect(results.filter(({ status }) => status === "rejected")).to.have.length(20);
    });
});
