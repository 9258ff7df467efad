import type { EcsApi } from "../../../provider/src/cloud/ecs/api";
import { createEcsApi } from "../../../provider/src/cloud/ecs/sdk-api";
import { Shared } from "../../../provider/src/runtime/shared";
import { type Answer, type Request, sdkOf } from "./fake-sdk";
import { QuickClock } from "./quick-clock";
import { RecordingLogger } from "./recording-logger";

/** The differences of a caller. */
export interface CallerOptions {
    readonly signal?: AbortSignal;
    readonly log?: RecordingLogger;
    readonly deadline?: number;
    readonly beforeChange?: () => Promise<void>;
}

/** A region whose requests several callers share. */
export interface SharedRegion {
    readonly clock: QuickClock;
    readonly requests: readonly Request[];
    readonly callerOf: (options?: CallerOptions) => EcsApi;
    /** Makes calls at once, and lets time pass until all have ended. */
    readonly atOnce: <T>(...calls: readonly Promise<T>[]) => Promise<PromiseSettledResult<T>[]>;
}

export function sharedRegion(answer: Answer = () => ({})): SharedRegion {
    const clock = new QuickClock();
    const requests: Request[] = [];
    const shared = new Shared();
    const sdk = sdkOf(requests, answer);
    const always = new AbortController().signal;
    return {
        clock,
        requests,
        callerOf: ({ signal = always, log = new RecordingLogger(), deadline, beforeChange } = {}) =>
            createEcsApi({
                connect: () => Promise.resolve(sdk),
                regionId: "cn-hangzhou",
                shared,
                retry: {
                    clock,
                    random: () => 0.5,
                    signal,
                    log,
                    ...(deadline === undefined ? {} : { deadline }),
                },
                ...(beforeChange === undefined ? {} : { beforeChange }),
            }),
        atOnce: (...calls) => clock.during(Promise.allSettled(calls)),
    };
}

/** Returns the values of calls, all of which must have succeeded. */
export function valuesOf<T>(results: readonly PromiseSettledResult<T>[]): T[] {
    return results.map((result) => {
        if (result.status === "rejected") {
            throw result.reason;
        }
        return result.value;
    });
}

/** Returns an error as the SDK throws it. */
export function coded(code: string): Error {
    return Object.assign(new Error(code), { code, statusCode: 400 });
}

/** Returns a number of ids, such as i-1. */
export function ids(prefix: string, count: number): string[] {
    return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
