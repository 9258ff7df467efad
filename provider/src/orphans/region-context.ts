import { randomUUID } from "node:crypto";
import type { Settings } from "../configuration/settings";
import { createEcsApi } from "../ecs/sdk-api";
import { createSdk, type Sdk } from "../ecs/sdk-client";
import type { Clock } from "../runtime/clock";
import type { Context } from "../runtime/context";
import type { Logger } from "../runtime/logger";

/** Works in one region as the provider does, but for nobody's engine. */
export function regionContext(settings: Settings, regionId: string, clock: Clock, log: Logger): Context {
    const { signal } = new AbortController();
    const random = Math.random;
    let sdk: Promise<Sdk> | undefined;
    return {
        api: createEcsApi({
            connect: () => (sdk ??= createSdk(settings, regionId)),
            regionId,
            retry: { clock, random, signal, log },
            beforeChange: () => Promise.resolve(),
        }),
        regionId,
        clock,
        random,
        signal,
        log,
        newId: randomUUID,
    };
}
