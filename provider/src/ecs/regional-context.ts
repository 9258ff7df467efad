import { randomUUID } from "node:crypto";
import type { Clock } from "../runtime/clock";
import type { Context } from "../runtime/context";
import type { Logger } from "../runtime/logger";
import { createEcsApi, type EcsApiOptions } from "./sdk-api";

/** What differs from one region, and one process, to another. */
export interface RegionOptions extends Pick<EcsApiOptions, "connect" | "regionId" | "beforeChange"> {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly log: Logger;
}

/** What the core works with in one region of the real cloud. */
export function regionalContext({ clock, signal, log, ...place }: RegionOptions): Context {
    const random = Math.random;
    return {
        api: createEcsApi({ ...place, retry: { clock, random, signal, log } }),
        regionId: place.regionId,
        clock,
        random,
        signal,
        log,
        newId: randomUUID,
    };
}
