import { expect } from "chai";
import { defaultFixture, type Emulator, fastTiming, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { connectedContext } from "../../provider/src/cloud/connected-context";
import type { Context } from "../../provider/src/cloud/context";
import { createSdk } from "../../provider/src/cloud/ecs/sdk-client";
import { createFleet } from "../../provider/src/core/fleet/create";
import { removeFleet } from "../../provider/src/core/fleet/delete";
import { readFleet } from "../../provider/src/core/fleet/read";
import { updateFleet } from "../../provider/src/core/fleet/update";
import { systemClock } from "../../provider/src/runtime/clock";
import { SharedByRegion } from "../../provider/src/runtime/shared";
import { RecordingLogger } from "../unit/support/recording-logger";

const scripts = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};

function contextOf(emulator: Emulator): Context & { log: RecordingLogger } {
    const { host } = new URL(emulator.url);
    const settings = {
        credentials: { source: { kind: "static", accessKeyId: "emulator", accessKeySecret: "emulator" } },
        endpoint: { host, protocol: "http" },
        regionId: undefined,
        namespace: undefined,
    } as const;
    const log = new RecordingLogger();
    return {
        ...connectedContext({
            connect: (regionId) => createSdk(settings, regionId),
            shared: new SharedByRegion(),
            regionId: "cn-hangzhou",
            namespace: undefined,
            clock: systemClock,
            signal: new AbortController().signal,
            log,
        }),
        log,
    };
}

describe("a fleet, in the core", () => {
    it("lives", async () => {
        const emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
        try {
            const context = contextOf(emulator);
            const ids = ["i-bp1linuxdb0000000001", "i-bp1linuxdb0000000002", "i-bp1windows0000000001"];
            const inputs = { instanceIds: ids, linux: scripts, windows: {}, resourceUrn: "urn:a", retainOnDelete: false };
            const outputs = await createFleet(context, inputs);
            console.log(JSON.stringify(outputs, undefined, 1));
            console.log(context.log.lines);
            console.log(emulator.state.invocations.length);
            const read = await readFleet(context, outputs.fleetId, outputs);
            expect(read).to.deep.equal(outputs);
            const fewer = await updateFleet(context, outputs.fleetId, outputs, {
                ...inputs,
                instanceIds: ids.slice(0, 2),
                description: "changed",
            });
            console.log(JSON.stringify(fewer.snapshotGroupIdByInstanceId));
            await removeFleet(context, outputs.fleetId, fewer);
            expect(emulator.state.snapshotGroups.length).to.equal(0);
        } finally {
            await emulator.close();
        }
    });
});
