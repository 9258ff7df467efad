import { expect } from "chai";
import { defaultFixture, type Emulator, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import type { EcsApi } from "../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../provider/src/cloud/ecs/api-error";
import { until } from "../support/until";
import { rejectionOf } from "../unit/support/rejection";
import { processOf } from "./support/connection";

const instanceId = "i-bp1linuxdb0000000002";
const secret = "emulator";

/** An hour, so that files that are sent to an instance never arrive. */
const deliveryMs = 3_600_000;

function apiFor(emulator: Emulator, accessKeyId: string): EcsApi {
    return processOf(emulator, { id: accessKeyId, secret })().api;
}

describe("the ECS API through the SDK", () => {
    let emulator: Emulator;
    let api: EcsApi;
    /** The API for somebody without any rights. */
    let refused: EcsApi;

    beforeEach(async () => {
        const fixture = defaultFixture();
        fixture.credentials = [
            { accessKeyId: "allowed", accessKeySecret: secret },
            { accessKeyId: "refused", accessKeySecret: secret, allow: [] },
        ];
        emulator = await startEmulator({
            fixture,
            behaviour: { unknownInvocation: "not-found" },
            timing: { deliveryMs, visibilityMs: 0 },
        });
        [api, refused] = [apiFor(emulator, "allowed"), apiFor(emulator, "refused")];
    });
    afterEach(() => emulator.close());

    const snapshotIds = (): string[] => emulator.state.snapshots.map(({ snapshotId }) => snapshotId);

    it("finds nothing for unknown invocations and deliveries", async () => {
        expect(await api.describeInvocations({ invokeId: "t-unknown" })).to.deep.equal([]);
        expect(await api.describeInvocationResults("t-unknown")).to.deep.equal([]);
        expect(await api.describeSendFileResults("f-unknown")).to.deep.equal([]);
        const codes = emulator.ledger.map(({ code }) => code);
        expect(codes).to.deep.equal(Array.from({ length: 3 }, () => "InvalidInvokeId.NotFound"));
    });

    for (const passedDryRun of ["ids", "error"] as const) {
        it(`tries a command without running it, whatever the API answers: ${passedDryRun}`, async () => {
            emulator.controls.behaviour({ passedDryRun });
            await api.dryRunCommand("RunShellScript", [instanceId]);
            for (const [who, type, code] of [
                [refused, "RunShellScript", "Forbidden.RAM"],
                [api, "RunBatScript", "InvalidInstance.NotMatch"],
            ] as const) {
                const error = await rejectionOf(ApiCallError, who.dryRunCommand(type, [instanceId]));
                expect(error.code).to.equal(code);
            }
            expect(emulator.state.invocations).to.deep.equal([]);
        });
    }

    it("lists an invocation on its way to an instance once, even if the list of running ones has it as well", async () => {
        const { invokeId } = await api.runCommand({
            instanceIds: [instanceId],
            type: "RunShellScript",
            commandContent: "true",
            name: "waits",
            timeoutSeconds: 60,
            tags: [],
            clientToken: "token",
        });
        const found = await api.describeInvocations({ runningOn: instanceId });
        expect(found.map((invocation) => invocation.invokeId)).to.deep.equal([invokeId]);
        expect(await api.describeInvocations({ runningOn: "i-bp1linuxdb0000000003" })).to.deep.equal([]);
    });

    it("lists the end of an invocation on each instance, with its time", async () => {
        await emulator.close();
        emulator = await startEmulator({ timing: { visibilityMs: 0 } });
        api = apiFor(emulator, defaultFixture().credentials[0]?.accessKeyId ?? "");
        const tag = { key: "app-snapshot:run", value: "1" };
        const instanceIds = [instanceId, "i-bp1linuxdb0000000003"];
        const { invokeId } = await api.runCommand({
            instanceIds,
            type: "RunShellScript",
            commandContent: "exit 3",
            name: "fails",
            timeoutSeconds: 60,
            tags: [tag],
            clientToken: "token",
        });
        await until(async () => {
            const results = await api.describeInvocationResults(invokeId);
            return results.length === 2 && results.every((result) => result.invocationStatus === "Failed");
        });
        const [found] = await api.describeInvocations({ tags: [tag] });
        const results = await api.describeInvocationResults(invokeId);
        expect(results).to.have.length(2);
        expect(found?.instances).to.have.deep.members(
            results.map(({ finishedTime, ...result }) => ({
                instanceId: result.instanceId,
                invocationStatus: "Failed",
                exitCode: 3,
                finishTime: finishedTime,
            })),
        );
        expect(found?.instances.every(({ finishTime }) => Date.parse(finishTime) > 0)).to.equal(true);
    });

    it("finds the snapshots with all of the tags, whatever their number", async () => {
        const pairs = { "app-snapshot:resource": "r", "app-snapshot:run": "1" };
        for (let group = 0; group < 102; group++) {
            emulator.controls.createSnapshotGroup(instanceId);
        }
        const [first = "", ...others] = snapshotIds();
        emulator.controls.setTags(first, { "app-snapshot:run": "1" });
        for (const id of others) {
            emulator.controls.setTags(id, pairs);
        }
        const tags = Object.entries(pairs).map(([key, value]) => ({ key, value }));
        expect(others.length, "more than a page").to.be.above(100);
        expect(await api.describeSnapshotIds({ tags })).to.have.members(others);
    });

    it("tells whether the caller may see snapshots, which an empty list does not show", async () => {
        emulator.controls.createSnapshotGroup(instanceId);
        expect(await api.mayDescribeSnapshots(snapshotIds())).to.equal(true);
        expect(await refused.mayDescribeSnapshots(snapshotIds())).to.equal(false);
        expect(await api.mayDescribeSnapshots(["s-gone"])).to.equal(true);
        expect(await api.mayDescribeSnapshots([])).to.equal(true);
        expect(await refused.mayDescribeSnapshots([])).to.equal(false);
        emulator.faults.add({ action: "DescribeSnapshots", kind: "error", status: 400, code: "Strange" });
        expect(await rejectionOf(ApiCallError, api.mayDescribeSnapshots(["s-gone"]))).to.include({
            code: "Strange",
        });
    });

    it("tells whether a group exists, and changes nothing by that", async () => {
        const id = emulator.controls.createSnapshotGroup(instanceId, { name: "name", description: "text" });
        expect(await api.groupExistence(id)).to.equal("exists");
        expect(await api.groupExistence("ssg-gone")).to.equal("absent");
        expect(await refused.groupExistence(id)).to.equal("forbidden");
        expect(await refused.groupExistence("ssg-gone")).to.equal("forbidden");
        emulator.controls.behaviour({ emptyModification: "refused" });
        expect(await api.groupExistence(id)).to.equal("unknown");
        emulator.controls.behaviour({ emptyModification: "accepted" });
        expect(emulator.state.snapshotGroups[0]).to.include({ name: "name", description: "text" });
    });
});
