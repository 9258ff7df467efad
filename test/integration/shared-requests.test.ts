import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    type FixtureInstance,
    startEmulator,
} from "pulumi-alicloud-app-snapshot-emulator";

import type { EcsApi, Tag } from "../../provider/src/cloud/ecs/api";
import { processOf } from "./support/connection";

const instanceIds = Array.from({ length: 20 }, (_, index) => `i-bp1shared${index + 1}`);
const role = "AppSnapshotRoleName";

describe("twenty callers at once", () => {
    let emulator: Emulator;
    let newApi: () => EcsApi;

    beforeEach(async () => {
        const fixture = defaultFixture();
        const [instance] = fixture.instances.filter(({ osType }) => osType === "linux");
        if (instance === undefined) {
            throw new Error("there is no Linux instance");
        }
        const disk = (instanceId: string, type: "system" | "data"): FixtureInstance["disks"][number] => ({
            diskId: `d-${type}-${instanceId}`,
            type,
            category: "cloud_essd",
            // Some are disks that several instances may share, which the API lists differently.
            multiAttach: type === "data" && instanceId.endsWith("1") ? "Enabled" : "Disabled",
        });
        fixture.instances = instanceIds.map((instanceId) => ({
            ...instance,
            instanceId,
            disks: [disk(instanceId, "system"), disk(instanceId, "data")],
        }));
        emulator = await startEmulator({ fixture, timing: { visibilityMs: 0 } });
        const newContext = processOf(emulator);
        newApi = () => newContext().api;
        // The callers of a process that has just loaded the SDK would begin together anyway.
        await newApi().describeImageIds("s-1");
    });
    afterEach(() => emulator.close());

    /** Makes a call for each instance at once; returns the results and the number of requests by operation. */
    async function atOnce<T>(
        call: (api: EcsApi, instanceId: string) => Promise<T>,
    ): Promise<{ readonly results: T[]; readonly requests: Record<string, number> }> {
        const before = emulator.ledger.length;
        const results = await Promise.all(instanceIds.map((id) => call(newApi(), id)));
        const requests: Record<string, number> = {};
        for (const { action } of emulator.ledger.slice(before)) {
            requests[action] = (requests[action] ?? 0) + 1;
        }
        return { results, requests };
    }

    it("look up their instances, agents and roles with one request each", async () => {
        const instances = await atOnce((api, id) => api.describeInstances([id]));
        expect(instances.requests).to.deep.equal({ DescribeInstances: 1 });
        expect(instances.results.map((found) => found.map(({ instanceId }) => instanceId))).to.deep.equal(
            instanceIds.map((id) => [id]),
        );
        const agents = await atOnce((api, id) => api.describeCloudAssistantStatus([id]));
        expect(agents.requests).to.deep.equal({ DescribeCloudAssistantStatus: 1 });
        expect(agents.results.flat().map(({ instanceId }) => instanceId)).to.deep.equal(instanceIds);
        const roles = await atOnce((api, id) => api.describeInstanceRamRole([id]));
        expect(roles.requests).to.deep.equal({ DescribeInstanceRamRole: 1 });
    });

    it("look up their disks with one list, and find what they find one by one", async () => {
        const { results, requests } = await atOnce((api, instanceId) => api.describeDisks({ instanceId }));
        expect(requests).to.deep.equal({ DescribeDisks: 1 });
        for (const [index, instanceId] of instanceIds.entries()) {
            expect(results[index]).to.have.length(2);
            expect(await newApi().describeDisks({ instanceId })).to.have.deep.members(results[index] ?? []);
        }
    });

    it("look up what runs on their instances with two lists, and find what they find one by one", async () => {
        const { invokeId } = await newApi().runCommand({
            instanceIds: instanceIds.slice(0, 3),
            type: "RunShellScript",
            commandContent: "sleep 60",
            name: "waits",
            timeoutSeconds: 60,
            tags: [],
            clientToken: "token",
        });
        const { results, requests } = await atOnce((api, runningOn) =>
            api.describeInvocations({ runningOn }),
        );
        expect(requests).to.deep.equal({ DescribeInvocations: 2 });
        const found = results.map((invocations) => invocations.map((invocation) => invocation.invokeId));
        expect(found).to.deep.equal(instanceIds.map((_, index) => (index < 3 ? [invokeId] : [])));
        for (const [index, runningOn] of instanceIds.slice(0, 4).entries()) {
            const alone = await newApi().describeInvocations({ runningOn });
            expect(alone.map((invocation) => invocation.invokeId)).to.deep.equal(found[index]);
        }
    });

    it("look for their invocations with one list of their stack, and find what they find one by one", async () => {
        const stack = { key: "stack", value: "s" };
        const tagsOf = (instanceId: string): Tag[] => [{ key: "resource", value: instanceId }];
        for (const instanceId of instanceIds.slice(0, 3)) {
            await newApi().runCommand({
                instanceIds: [instanceId],
                type: "RunShellScript",
                commandContent: "true",
                name: instanceId,
                timeoutSeconds: 60,
                tags: [stack, ...tagsOf(instanceId)],
                clientToken: instanceId,
            });
        }
        const { results, requests } = await atOnce((api, instanceId) =>
            api.describeInvocations({ tags: tagsOf(instanceId), among: [stack] }),
        );
        expect(requests).to.deep.equal({ DescribeInvocations: 1 });
        const found = results.map((invocations) => invocations.map(({ invokeId }) => invokeId));
        expect(found.map((invokeIds) => invokeIds.length)).to.deep.equal(
            instanceIds.map((_, index) => (index < 3 ? 1 : 0)),
        );
        for (const [index, instanceId] of instanceIds.slice(0, 4).entries()) {
            const alone = await newApi().describeInvocations({ tags: tagsOf(instanceId) });
            expect(alone.map(({ invokeId }) => invokeId)).to.deep.equal(found[index]);
        }
    });

    it("know the cloud's time from each other's answers", async () => {
        emulator.controls.timing({ clockOffsetMs: 86_400_000 });
        await newApi().describeImageIds("s-1");
        expect((newApi().answeredAt() ?? 0) - Date.now()).to.be.within(86_300_000, 86_500_000);
    });

    it("attach their role and tag their instances with one request each", async () => {
        const attached = await atOnce((api, id) => api.attachInstanceRamRole([id], role));
        expect(attached.requests).to.deep.equal({ AttachInstanceRamRole: 1 });
        const items = attached.results.map((result) =>
            result.map(({ instanceId, success }) => ({ instanceId, success })),
        );
        expect(items).to.deep.equal(instanceIds.map((instanceId) => [{ instanceId, success: true }]));
        const tagged = await atOnce((api, id) =>
            api.tagResources("instance", [id], [{ key: "k", value: "v" }]),
        );
        expect(tagged.requests).to.deep.equal({ TagResources: 1 });
    });

    it("fail only where their own call fails", async () => {
        emulator.controls.removeInstance(instanceIds[4] ?? "");
        const before = emulator.ledger.length;
        const results = await Promise.allSettled(
            instanceIds.map((id) => newApi().describeCloudAssistantStatus([id])),
        );
        const refused = results.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
        expect(refused).to.deep.equal([4]);
        expect(emulator.ledger.slice(before).length).to.be.at.most(11);
    });

    it("succeed in the end if the API throttles them", async () => {
        emulator.faults.add({ action: "DeleteSnapshot", kind: "throttled", times: 15, retryAfterMs: 10 });
        await atOnce((api, id) => api.deleteSnapshot(`s-${id}`));
        const codes = emulator.ledger
            .filter(({ action }) => action === "DeleteSnapshot")
            .map(({ code }) => code);
        expect(codes.filter((code) => code === undefined)).to.have.length(instanceIds.length);
    });
});
