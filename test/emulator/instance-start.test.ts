import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, region, startStill, stopped } from "./support";

const minute = 60_000;
function iso(ms: number): string {
    return new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, "Z");
}

interface Dates {
    readonly Status?: unknown;
    readonly CreationTime?: unknown;
    readonly StartTime?: unknown;
}

async function described(emulator: Emulator, instanceId: string): Promise<Dates> {
    const { body } = await rawCall(emulator, {
        action: "DescribeInstances",
        params: { RegionId: region, InstanceIds: JSON.stringify([instanceId]) },
    });
    const { Status, CreationTime, StartTime } =
        (body["Instances"] as { readonly Instance: Dates[] }).Instance[0] ?? {};
    return { Status, CreationTime, StartTime };
}

describe("emulator: the start of an instance", () => {
    afterEach(closeAll);

    it("was a day before the emulator's own for what is in its fixture", async () => {
        const { emulator, clock } = await startStill();
        const before = iso(clock.now() - 24 * 60 * minute);
        expect(await described(emulator, linux1)).to.deep.equal({
            Status: "Running",
            CreationTime: before,
            StartTime: before,
        });
    });

    it("is dated anew when it is begun, and not when it is finished", async () => {
        const { emulator, clock } = await startStill();
        const created = iso(clock.now() - 24 * 60 * minute);
        clock.advance(5 * minute);
        const began = iso(clock.now());
        emulator.controls.setInstanceStatus(stopped, "Starting");
        clock.advance(5 * minute);
        emulator.controls.setInstanceStatus(stopped, "Running");
        expect(await described(emulator, stopped)).to.deep.equal({
            Status: "Running",
            CreationTime: created,
            StartTime: began,
        });
        emulator.controls.setInstanceStatus(stopped, "Running");
        expect(await described(emulator, stopped), "no start").to.include({ StartTime: began });
    });

    it("may be in one step", async () => {
        const { emulator, clock } = await startStill();
        clock.advance(5 * minute);
        emulator.controls.setInstanceStatus(stopped, "Running");
        expect(await described(emulator, stopped)).to.include({ StartTime: iso(clock.now()) });
    });

    it("has not been where the instance is still being created", async () => {
        const { emulator, clock } = await startStill();
        clock.advance(5 * minute);
        const created = iso(clock.now());
        emulator.controls.addInstance({
            instanceId: "i-new",
            status: "Pending",
            osType: "linux",
            osName: "Ubuntu  22.04 64 bit",
            disks: [{ diskId: "d-new", type: "system", category: "cloud_essd" }],
        });
        expect(await described(emulator, "i-new")).to.deep.equal({
            Status: "Pending",
            CreationTime: created,
            StartTime: "",
        });
        clock.advance(minute);
        emulator.controls.setInstanceStatus("i-new", "Starting");
        expect(await described(emulator, "i-new")).to.deep.equal({
            Status: "Starting",
            CreationTime: created,
            StartTime: iso(clock.now()),
        });
    });
});
