import { DescribeInstancesRequest, RunCommandRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { type Emulator, manyInstances, parseFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, goodParams, ManualClock, pluginLine, region, role, sdk, start, until } from "./support";

/** Has the plugin run on all instances, a hundred with each call. */
async function runEverywhere(emulator: Emulator, params = goodParams): Promise<string[]> {
    const ids = emulator.state.instances.map((instance) => instance.instanceId);
    const client = sdk(emulator);
    const invokeIds = [];
    for (let n = 0; n < ids.length; n += 100) {
        const request = new RunCommandRequest({
            regionId: region,
            type: "RunShellScript",
            instanceId: ids.slice(n, n + 100),
            commandContent: pluginLine(params),
            // However long the processes take to start, while a clock goes on.
            timeout: 86_400,
        });
        invokeIds.push((await client.runCommand(request)).body?.invokeId ?? "");
    }
    return invokeIds;
}

function statusesOf(emulator: Emulator): string[] {
    return emulator.state.invocations.flatMap((each) => each.results.map((result) => result.status));
}

/** A clock that stands still, and notes for how long somebody waits. */
class NotingClock extends ManualClock {
    readonly waits: number[] = [];

    override after(ms: number, action: () => void): () => void {
        this.waits.push(ms);
        return super.after(ms, action);
    }

    override advance(): void {
        super.advance(1000);
    }
}

describe("emulator: many instances", () => {
    afterEach(closeAll);

    it("are made by number: of one system or of both, with a role and scripts if wanted", () => {
        const plain = manyInstances(2).instances;
        expect(plain.map((each) => each.instanceId)).to.deep.equal(["i-bench0000001", "i-bench0000002"]);
        for (const { osType, ramRoleName, files, pluginMs, disks } of plain) {
            expect([osType, ramRoleName, files, pluginMs]).to.deep.equal([
                "linux",
                null,
                undefined,
                undefined,
            ]);
            expect(disks.map((disk) => [disk.type, disk.category])).to.deep.equal([
                ["system", "cloud_essd"],
                ["data", "cloud_essd"],
            ]);
        }
        const all = manyInstances(4, { osType: "mixed", role: true, scripts: true, pluginMs: (n) => n * 10 });
        expect(all.instances.map((each) => each.osType)).to.deep.equal([
            "linux",
            "windows",
            "linux",
            "windows",
        ]);
        expect(all.instances.map((each) => each.files?.length)).to.deep.equal([2, undefined, 2, undefined]);
        expect(all.instances.map((each) => each.pluginMs)).to.deep.equal([0, 10, 20, 30]);
        expect(new Set(all.instances.map((each) => each.ramRoleName))).to.deep.equal(
            new Set(["AppSnapshotRoleName"]),
        );
        expect(() => parseFixture(all)).not.to.throw();
    });

    it("are there, two thousand of them, page by page", async () => {
        const client = sdk(await start({ fixture: manyInstances(2000, { scripts: true }) }));
        const seen = new Set<string>();
        let nextToken = "";
        do {
            const { body } = await client.describeInstances(
                new DescribeInstancesRequest({ regionId: region, maxResults: 100, nextToken }),
            );
            for (const { instanceId = "" } of body?.instances?.instance ?? []) {
                seen.add(instanceId);
            }
            nextToken = body?.nextToken ?? "";
        } while (nextToken !== "");
        expect(seen.size).to.equal(2000);
    });

    it("run the plugin at the same time", async () => {
        const emulator = await start({ fixture: manyInstances(150, { role: true, scripts: true }) });
        for (const { instanceId } of emulator.state.instances) {
            emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
        }
        await runEverywhere(emulator);
        await until(() => emulator.state.instances.every((instance) => instance.pluginWaits));
        for (const { instanceId } of emulator.state.instances) {
            emulator.controls.releasePlugin(instanceId);
        }
        await until(() => statusesOf(emulator).every((status) => status === "Success"));
        expect(emulator.state.snapshotGroups).to.have.length(150);
    });

    it("do not hold up other requests when all of them start at once", async () => {
        const emulator = await start({ fixture: manyInstances(100), timing: { deliveryMs: 0 } });
        const client = sdk(emulator);
        const running: number[] = [];
        const watch = async () => {
            while (running.at(-1) !== 100) {
                await client.describeInstances(new DescribeInstancesRequest({ regionId: region }));
                running.push(statusesOf(emulator).filter((status) => status !== "Pending").length);
            }
        };
        await Promise.all([watch(), runEverywhere(emulator)]);
        expect(running.filter((count) => count > 0 && count < 100)).not.to.deep.equal([]);
    });

    it("take each its own time for the plugin, unless a run is scripted", async () => {
        const clock = new NotingClock();
        const fixture = manyInstances(3, { role: true, pluginMs: (index) => (index + 1) * 10_000 });
        const emulator = await start({ fixture, clock });
        emulator.controls.addOutcomes("i-bench0000003", { durationMs: 50_000 });
        await runEverywhere(emulator, `-RamRoleName=${role},-Name=nightly`);
        await clock.until(() =>
            statusesOf(emulator).some((status) => ["Pending", "Running"].includes(status)) ? undefined : true,
        );
        expect(statusesOf(emulator)).to.deep.equal(["Success", "Success", "Success"]);
        // A run waits three times: before the group, for it, and before the end.
        const parts = [10_000, 20_000, 50_000].flatMap((ms) => [0.4 * ms, 0.4 * ms, 0.2 * ms]);
        expect(clock.waits.filter((ms) => parts.includes(ms)).sort()).to.deep.equal(parts.sort());
        expect(clock.waits).not.to.include(0.4 * 30_000);
    });
});
