import type { Settings } from "../../cloud/configuration/settings";
import { connectedContext } from "../../cloud/connected-context";
import type { Context } from "../../cloud/context";
import { createSdk, type Sdk } from "../../cloud/ecs/sdk-client";
import type { Clock } from "../../runtime/clock";
import type { Logger } from "../../runtime/logger";
import { SharedByRegion } from "../../runtime/shared";

export interface CommandContextOptions {
    readonly clock: Clock;
    readonly log: Logger;
    /** Ends all waits. Default: none. */
    readonly signal?: AbortSignal | undefined;
}

/** Returns a context like the provider's for one region, but without an engine. */
export function commandContext(
    settings: Settings,
    regionId: string,
    { clock, log, signal = new AbortController().signal }: CommandContextOptions,
): Context {
    let sdk: Promise<Sdk> | undefined;
    const connect = (): Promise<Sdk> => {
        if (sdk === undefined) {
            sdk = createSdk(settings, regionId);
            // A failure is not cached: a retried call asks for credentials again.
            sdk.catch(() => (sdk = undefined));
        }
        return sdk;
    };
    const shared = new SharedByRegion();
    const { namespace } = settings;
    return connectedContext({ connect, shared, regionId, namespace, clock, signal, log });
}
