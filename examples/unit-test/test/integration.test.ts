import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

// Runs the whole program with the real engine, against an emulator instead of the cloud. An instance of the emulator:
const instanceId = "i-bp1linuxdb0000000001";

let emulator: Emulator;
let folder: string;
let stack: Stack;

before(async () => {
    emulator = await startEmulator();
    folder = await mkdtemp(join(tmpdir(), "integration-"));
    stack = await LocalWorkspace.createOrSelectStack(
        { stackName: "integration", workDir: join(__dirname, "..") },
        {
            envVars: {
                ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
                ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
                ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
                PULUMI_BACKEND_URL: `file://${folder}`,
                PULUMI_CONFIG_PASSPHRASE: "integration",
            },
        },
    );
    await stack.setConfig("alicloud:region", { value: "cn-hangzhou" });
    await stack.setConfig("instanceId", { value: instanceId });
});

after(async () => {
    await stack.workspace.removeStack("integration", { force: true });
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
});

describe("the program", () => {
    it("fails if the pre-script fails, and nothing is left in the cloud", async () => {
        emulator.controls.addOutcomes(instanceId, { exitCode: 9 });
        await stack.setConfig("release", { value: "1.4.0" });
        await assert.rejects(stack.up(), /PluginPreScriptFailed/);
        assert.deepEqual(emulator.state.snapshotGroups, []);
    });

    it("takes a snapshot that is application-consistent", async () => {
        const { outputs } = await stack.up();
        assert.equal(outputs["consistency"]?.value, "application");
        assert.equal(emulator.state.snapshotGroups[0]?.name, "before-1.4.0");
    });

    it("takes another one for the next release, and keeps the first one", async () => {
        await stack.setConfig("release", { value: "1.5.0" });
        await stack.up();
        assert.deepEqual(emulator.state.snapshotGroups.map(({ name }) => name).sort(), [
            "before-1.4.0",
            "before-1.5.0",
        ]);
    });
});
