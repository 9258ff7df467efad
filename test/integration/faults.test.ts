import { expect } from "chai";
import type { Fault } from "pulumi-alicloud-app-snapshot-emulator";
import { linuxInputs, world } from "./provider";

const operations = [
    "DescribeInvocations",
    "DescribeInstances",
    "DescribeDisks",
    "DescribeCloudAssistantStatus",
    "DescribeInstanceRamRole",
    "AttachInstanceRamRole",
    "RunCommand",
    "DescribeInvocationResults",
    "DescribeSnapshotGroups",
    "ModifySnapshotGroup",
    "TagResources",
    "DetachInstanceRamRole",
    "DeleteSnapshotGroup",
];

const faults: readonly Omit<Fault, "action">[] = [
    { kind: "reset-before" },
    { kind: "reset-after" },
    { kind: "http-500", processed: true },
    { kind: "bad-gateway" },
    { kind: "empty", status: 502, processed: true },
    { kind: "unavailable" },
    { kind: "throttled", code: "Throttling.User", retryAfterMs: 50 },
];

describe("a call that fails once in a passing way", function () {
    this.timeout(120_000);

    for (const action of operations) {
        it(`${action}: is made again, and there is one snapshot, then none`, async () => {
            for (const fault of faults) {
                await world({}, async ({ emulator, provider }) => {
                    emulator.faults.add({ action, ...fault });
                    const created = await provider.create(linuxInputs);
                    const what = `${action} ${JSON.stringify(fault)}`;
                    expect(emulator.state.snapshotGroups, what).to.have.length(1);
                    const state = created.outs as Record<string, unknown>;
                    expect(state["consistency"], what).to.equal("application");
                    await provider.delete(created.id, state);
                    expect(emulator.state.snapshotGroups, what).to.be.empty;
                    expect(emulator.faults.pending, `faults not met by ${what}`).to.equal(0);
                    const instance = emulator.state.instances.find(
                        ({ instanceId }) => instanceId === linuxInputs.instanceId,
                    );
                    expect(instance?.frozen, what).to.equal(false);
                    expect(instance?.ramRoleName, what).to.equal(undefined);
                });
            }
        });
    }
});
