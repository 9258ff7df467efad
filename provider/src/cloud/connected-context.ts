import { randomUUID } from "node:crypto";

import type { Clock } from "../runtime/clock";
import type { Logger } from "../runtime/logger";
import type { SharedByRegion } from "../runtime/shared";
import type { Context } from "./context";
import { type CallOptions, createEcsApi } from "./ecs/sdk-api";

/** The options that differ between processes. */
export interface ConnectionOptions extends Pick<CallOptions, "beforeChange"> {
    readonly connect: (regionId: string) => ReturnType<CallOptions["connect"]>;
    /** The values that the contexts of the process share. */
    readonly shared: SharedByRegion;
    readonly regionId: string;
    readonly namespace: string | undefined;
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly log: Logger;
    /** The time after which calls are not retried, see `RetryOptions`. Default: none. */
    readonly deadline?: number;
    /** See `Context`. */
    readonly instancesPerRun?: number;
}

/** Creates the core's context for one region of the real cloud. */
export function connectedContext(options: ConnectionOptions): Context {
    const {
        connect,
        shared,
        regionId,
        namespace,
        clock,
        signal,
        log,
        beforeChange,
        deadline = Infinity,
        instancesPerRun,
    } = options;
    const random = Math.random;
    return {
        api: createEcsApi({
            connect: () => connect(regionId),
            regionId,
            shared: shared.in(regionId),
            retry: { clock, random, signal, log, deadline },
            ...(beforeChange === undefined ? {} : { beforeChange }),
        }),
        regionId,
        namespace,
        shared: shared.in(regionId),
        inRegion: (other) => connectedContext({ ...options, regionId: other }),
        until: (time) => connectedContext({ ...options, deadline: Math.min(deadline, time) }),
        clock,
        random,
        signal,
        log,
        newId: randomUUID,
        ...(instancesPerRun === undefined ? {} : { instancesPerRun }),
    };
}
