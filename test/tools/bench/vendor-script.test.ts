import { expect } from "chai";
import { defaultFixture, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { calls, groupIds, instances } from "../../support/stack/program";

/** Returns the default fixture, with the role on all instances: else it would have to reach one in time. */
function fixtureWithRole() {
    const fixture = defaultFixture();
    for (const instance of fixture.instances) {
        instance.ramRoleName = "AppSnapshotRoleName";
    }
    return fixture;
}

/** Runs the script against an emulator. */
async function run(instanceIds: string[]) {
    const { takeSnapshots } = await import("../../../tools/bench/vendor-script.mjs");
    const emulator = await startEmulator({ fixture: fixtureWithRole() });
    try {
        const result = await takeSnapshots(
            { instanceIds, pool: 1, pollMs: 20 },
            {
                ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
                ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
                ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
            },
        );
        return {
            ...result,
            groups: groupIds(emulator).length,
            calls: (action: string) => calls(emulator, action).length,
        };
    } finally {
        await emulator.close();
    }
}

describe("the vendor's steps as a script", () => {
    it("take a snapshot of each instance, with a poll at least", async () => {
        const result = await run([instances.linux, instances.withRole]);
        expect(result).to.deep.include({ failures: [], groups: 2 });
        expect(result.calls("AttachInstanceRamRole")).to.equal(2);
        expect(result.calls("RunCommand")).to.equal(2);
        expect(result.calls("DescribeInvocationResults")).to.be.at.least(2);
    });

    it("fail for one instance and go on with the next", async () => {
        const result = await run([instances.stopped, instances.withRole]);
        expect(result.groups).to.equal(1);
        expect(result.failures).to.have.length(1);
        expect(result.failures[0]).to.include(instances.stopped);
    });

    it("are measured in a process of their own, with a cloud in another one that has quotas", async () => {
        const { measure } = await import("../../../tools/bench/measure.mjs");
        const distribution = { medianMs: 20, sigma: 0, leastMs: 20, mostMs: 20 };
        const setting = { form: "vendor", count: 2, distribution, pollMs: 50 } as const;
        const measured = await measure(setting, "");
        expect(measured).to.deep.include({ failures: 0, throttled: 0 });
        expect(measured.calls).to.include({ RunCommand: 2 });
        const refused = await measure({ ...setting, callsPerMinute: 0 }, "");
        expect(refused).to.deep.include({ failures: 2, throttled: 2 });
        expect(refused.calls).to.deep.equal({ AttachInstanceRamRole: 2 });
    });
});
