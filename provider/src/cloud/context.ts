import type { EcsApi } from "./ecs/api";
import type { Clock } from "../runtime/clock";
import type { Logger } from "../runtime/logger";

/** Everything that varies between a real run and a test; each step of the core receives it. */
export interface Context {
    readonly api: EcsApi;
    /** The region that `api` talks to. */
    readonly regionId: string;
    /** What the configuration tells this stack from others of its name by. */
    readonly namespace: string | undefined;
    /** The same in another region. */
    readonly inRegion: (regionId: string) => Context;
    /** The same, whose calls are not made again after a time of its clock, in milliseconds since the epoch. */
    readonly until: (deadline: number) => Context;
    readonly clock: Clock;
    readonly log: Logger;
    readonly signal: AbortSignal;
    /** A number in [0, 1), for jitter. */
    readonly random: () => number;
    /** A new unique id of at most 64 ASCII characters. */
    readonly newId: () => string;
}

/** The same context where it is that region's already. */
export function contextIn(context: Context, regionId: string): Context {
    return regionId === context.regionId ? context : context.inRegion(regionId);
}
