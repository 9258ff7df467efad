import type { Clock } from "../runtime/clock";
import type { Logger } from "../runtime/logger";
import type { Shared } from "../runtime/shared";
import type { EcsApi } from "./ecs/api";

/** The services that each step of the core receives, and a test replaces. */
export interface Context {
    readonly api: EcsApi;
    /** The region that `api` talks to. */
    readonly regionId: string;
    /** The setting that distinguishes this stack from others of its name. */
    readonly namespace: string | undefined;
    /** The values that all contexts of this process and region share. */
    readonly shared: Shared;
    /** Returns the context of another region. */
    readonly inRegion: (regionId: string) => Context;
    /** Returns a context whose calls are not retried after a time of its clock, in milliseconds since the epoch. */
    readonly until: (deadline: number) => Context;
    readonly clock: Clock;
    readonly log: Logger;
    readonly signal: AbortSignal;
    /** A number in [0, 1), for jitter. */
    readonly random: () => number;
    /** A new unique id of at most 64 ASCII characters. */
    readonly newId: () => string;
    /** The most instances of one run. Default: as many as the API accepts. */
    readonly instancesPerRun?: number;
}

/** Returns the context with another logger, which its derived contexts have too. */
export function withLog(context: Context, log: Logger): Context {
    return {
        ...context,
        log,
        inRegion: (regionId) => withLog(context.inRegion(regionId), log),
        until: (deadline) => withLog(context.until(deadline), log),
    };
}

/** Returns the context of a region, which may be the given one. */
export function contextIn(context: Context, regionId: string): Context {
    return regionId === context.regionId ? context : context.inRegion(regionId);
}
