import { startEmulator, type Emulator, type EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";
import {
    appConsistentSnapshotProvider,
    type DynamicResourceProvider,
} from "../../provider/src/engine/app-consistent-snapshot";
import { Session } from "../../provider/src/engine/session";

export interface World {
    readonly emulator: Emulator;
    /** What the engine would call, with the SDK and real HTTP behind it. */
    readonly provider: DynamicResourceProvider;
}

/** An emulator and a provider for it, without an engine. */
export async function world(options: EmulatorOptions, test: (world: World) => Promise<void>): Promise<void> {
    const emulator = await startEmulator(options);
    try {
        const session = new Session(
            {
                ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
                ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
                ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
                ALIBABA_CLOUD_REGION: "cn-hangzhou",
            },
            [],
        );
        await test({ emulator, provider: appConsistentSnapshotProvider(session) });
    } finally {
        await emulator.close();
    }
}

export const resourceUrn =
    "urn:pulumi:test::integration::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshot::a";

export const scripts = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};

/** Linux without a role, two disks, so that every operation is needed. */
export const linuxInputs = {
    resourceUrn,
    instanceId: "i-bp1linuxdb0000000001",
    linux: scripts,
    description: "integration",
    roleAttachment: "temporary",
};
