import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { connectedContext } from "../../../provider/src/cloud/connected-context";
import type { Context } from "../../../provider/src/cloud/context";
import { createSdk, type Sdk } from "../../../provider/src/cloud/ecs/sdk-client";
import { systemClock } from "../../../provider/src/runtime/clock";
import { SharedByRegion } from "../../../provider/src/runtime/shared";
import { RecordingLogger } from "../../unit/support/recording-logger";

export interface EmulatorContext extends Context {
    readonly log: RecordingLogger;
}

/** The key of the emulator's own fixture. */
const ownKey = { id: "emulator", secret: "emulator" };

/**
 * Returns a function that makes a context for each caller of one process, which is connected to the emulator by the
 * SDK and real HTTP.
 */
export function processOf(emulator: Emulator, { id, secret } = ownKey): () => EmulatorContext {
    const settings = {
        credentials: { source: { kind: "static", accessKeyId: id, accessKeySecret: secret } },
        endpoint: { host: new URL(emulator.url).host, protocol: "http" },
        regionId: undefined,
        namespace: undefined,
        defaultTags: {},
    } as const;
    const { signal } = new AbortController();
    const shared = new SharedByRegion();
    let sdk: Promise<Sdk> | undefined;
    return () => {
        const log = new RecordingLogger();
        const context = connectedContext({
            connect: (regionId) => (sdk ??= createSdk(settings, regionId)),
            ...{ shared, signal, log },
            regionId: "cn-hangzhou",
            namespace: undefined,
            clock: systemClock,
        });
        return { ...context, log };
    };
}
