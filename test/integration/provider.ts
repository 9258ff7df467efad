import { type Emulator, type EmulatorOptions, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { appConsistentSnapshotFleetProvider } from "../../provider/src/pulumi/engine/fleet-provider";
import type { DynamicResourceProvider } from "../../provider/src/pulumi/engine/provider";
import { Session, type SessionOptions } from "../../provider/src/pulumi/engine/session";
import { appConsistentSnapshotProvider } from "../../provider/src/pulumi/engine/snapshot-provider";

export interface World {
    readonly emulator: Emulator;
    /** The provider that the engine would call, with the SDK and real HTTP behind it. */
    readonly provider: DynamicResourceProvider;
    /** Returns the provider of another process, as each command of the engine starts one. */
    readonly anotherProcess: () => DynamicResourceProvider;
}

/** The differences between the provider of a world and that of a real process. */
export interface ProviderOptions extends SessionOptions {
    /** The arguments of the process. Default: none, so that there is no engine. */
    readonly argv?: readonly string[];
    /** Default: the key of the emulator's own fixture. */
    readonly accessKey?: { readonly id: string; readonly secret: string };
    /** True for the provider of fleets. Default: that of single snapshots. */
    readonly isOfFleets?: boolean;
}

/** Runs a test with an emulator and a provider for it, without an engine. */
export async function world<T>(
    options: EmulatorOptions,
    test: (world: World) => Promise<T>,
    {
        argv = [],
        accessKey = { id: "emulator", secret: "emulator" },
        isOfFleets = false,
        ...session
    }: ProviderOptions = {},
): Promise<T> {
    const emulator = await startEmulator(options);
    try {
        const environment = {
            ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: accessKey.id,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: accessKey.secret,
            ALIBABA_CLOUD_REGION: "cn-hangzhou",
        };
        const providerFor = isOfFleets ? appConsistentSnapshotFleetProvider : appConsistentSnapshotProvider;
        const anotherProcess = (): DynamicResourceProvider =>
            providerFor(new Session(environment, argv, session));
        return await test({ emulator, provider: anotherProcess(), anotherProcess });
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

/** Scripts to deliver. */
export const scriptTexts = {
    preScript: "#!/bin/sh\nexit 0\n",
    postScript: "#!/bin/sh\nexit 0 # again\n",
};

/** Linux without a role, two disks, and scripts to deliver, so that every operation is needed. */
export const linuxInputs = {
    resourceUrn,
    instanceId: "i-bp1linuxdb0000000001",
    linux: scriptTexts,
    snapshotGroupName: "integration",
    description: "integration",
    roleAttachment: "temporary",
};
