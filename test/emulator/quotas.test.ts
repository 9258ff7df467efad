import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, region, startStill } from "./support";

const minuteMs = 60_000;

describe("emulator: quotas of calls per minute", () => {
    afterEach(closeAll);

    const call = (emulator: Emulator, action: string, regionId = region) =>
        rawCall(emulator, {
            action,
            params: { RegionId: regionId },
        });
    const statuses = async (emulator: Emulator, action: string, count: number) => {
        const answers = [];
        for (let n = 0; n < count; n++) {
            answers.push((await call(emulator, action)).status);
        }
        return answers;
    };

    it("refuse what is too much until the cloud's next minute, and tell when that is", async () => {
        const { emulator, clock } = await startStill();
        // Ten seconds before the next minute.
        clock.advance(minuteMs - (clock.now() % minuteMs) + 50_000);
        emulator.quotas.set({ action: "DescribeInstances", callsPerMinute: 2 });
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([200, 200]);
        const refused = await call(emulator, "DescribeInstances");
        expect([refused.status, refused.body.Code]).to.deep.equal([400, "Throttling.User"]);
        expect(refused.headers.get("x-acs-retry-after")).to.equal("10000");
        clock.advance(9_999);
        expect(await statuses(emulator, "DescribeInstances", 1)).to.deep.equal([400]);
        clock.advance(1);
        expect(await statuses(emulator, "DescribeInstances", 3)).to.deep.equal([200, 200, 400]);
    });

    it("begin their minutes by the cloud's clock", async () => {
        const { emulator, clock } = await startStill({ timing: { clockOffsetMs: 20_000 } });
        clock.advance(minuteMs - (clock.now() % minuteMs) + 30_000);
        emulator.quotas.set({ action: "DescribeInstances", callsPerMinute: 1 });
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([200, 400]);
        clock.advance(10_000);
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([200, 400]);
    });

    it("are per operation and region, and may be without a hint", async () => {
        const { emulator } = await startStill();
        emulator.quotas.set(
            { action: "*", callsPerMinute: 1, retryAfter: false },
            { action: "DescribeDisks", callsPerMinute: 2 },
        );
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([200, 400]);
        expect(await statuses(emulator, "DescribeSnapshots", 2)).to.deep.equal([200, 400]);
        expect(await statuses(emulator, "DescribeDisks", 3)).to.deep.equal([200, 200, 400]);
        expect((await call(emulator, "DescribeInstances", "cn-beijing")).status).to.equal(200);
        const refused = await call(emulator, "DescribeInstances");
        expect(refused.headers.has("x-acs-retry-after")).to.equal(false);
    });

    it("keep a refused call from taking effect, and note it in the ledger and in the cost", async () => {
        const { emulator } = await startStill();
        emulator.quotas.set({ action: "DescribeInstances", callsPerMinute: 1 });
        emulator.faults.add({ action: "DescribeInstances", kind: "http-500", after: 1 });
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([200, 400]);
        expect(emulator.ledger.map((entry) => entry.faulted)).to.deep.equal([undefined, "throttled"]);
        // The fault is for a call that gets through.
        expect(emulator.faults.pending).to.equal(1);
        const { calls, throttled } = emulator.cost.operations.DescribeInstances ?? {};
        expect([calls, throttled]).to.deep.equal([2, 1]);
        emulator.quotas.set();
        expect(await statuses(emulator, "DescribeInstances", 2)).to.deep.equal([500, 200]);
    });

    it("refuse what makes no sense, and then change nothing", async () => {
        const { emulator } = await startStill();
        emulator.quotas.set({ action: "DescribeInstances", callsPerMinute: 0 });
        expect(() => {
            emulator.quotas.set({ action: "DescribeInstance", callsPerMinute: 1 });
        }).to.throw("DescribeInstance");
        expect(() => {
            emulator.quotas.set({ action: "DescribeDisks", callsPerMinute: 1.5 });
        }).to.throw("whole number");
        expect(await statuses(emulator, "DescribeInstances", 1)).to.deep.equal([400]);
    });
});
