import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { withStatus } from "../../runtime/logger";
import type { Readiness } from "../instance/preflight";
import { failed, type RunResults, type SnapshotResult } from "../run/snapshot-result";
import { conclude, isGone } from "./conclude";
import { type CreateRequest, trackedRun } from "./create-request";
import type { NewRun, ReadyInstances } from "./new-run";
import { retries, type RetryDecision } from "./retries";
import type { RunClosing } from "./run-closing";
import { awaitEnds, type RunEnd } from "./run-end";

export interface RepeatOptions {
    /** The role to detach after the run. */
    readonly detach: string | undefined;
    /** The time after which no run is repeated, in milliseconds since the epoch. */
    readonly deadline: number;
    readonly start: StartRun;
    readonly closing: RunClosing;
    /** Called when an instance has failed for good, before anything is cleaned up. Default: nothing. */
    readonly noteFailure?: (() => void) | undefined;
}

/** Starts a run on instances, which may be part of a run with further ones. */
export type StartRun = (context: Context, instances: ReadyInstances) => Promise<NewRun>;

/**
 * Runs the plugin on instances of the same operating system, and repeats runs if that is known to help, until each
 * instance has a group or an error.
 *
 * @returns the results, which may be of several runs.
 */
export async function runUntilConcluded(
    context: Context,
    request: CreateRequest,
    ready: ReadonlyMap<string, Readiness>,
    options: RepeatOptions,
): Promise<RunResults> {
    const retryDecider = new Map(
        [...ready].map(([instanceId, { attachedRole }]) => {
            const specification = { ...request.specification, instanceId };
            const roleIsNew = attachedRole === undefined;
            return [instanceId, retries(context, { specification, roleIsNew, deadline: options.deadline })];
        }),
    );
    const results = new Map<string, SnapshotResult>();
    let [waiting, runContext] = [ready, context];
    for (;;) {
        const { run, errors } = await startOrFail(runContext, request, waiting, options);
        errors.forEach((error, instanceId) => results.set(instanceId, failed(error)));
        if (run === undefined) {
            return results;
        }
        const diskIds = new Map([...waiting].map(([instanceId, one]) => [instanceId, one.diskIds]));
        const tracked = trackedRun(runContext, request, run, diskIds);
        const ends = await awaitEnds(runContext, tracked);
        const retrying = new Map<string, Extract<RetryDecision, { readonly again: true }>>();
        const runResults = new Map<string, SnapshotResult>();
        for (const instance of tracked.instances) {
            const { instanceId } = instance.specification;
            const end = required(ends, instanceId);
            const decision = end.state === "failed" ? required(retryDecider, instanceId)(end) : undefined;
            if (decision?.again === true) {
                retrying.set(instanceId, decision);
            } else {
                if (end.state === "failed") {
                    options.noteFailure?.();
                }
                runResults.set(
                    instanceId,
                    await conclude(context, tracked, instance, withLastError(end, decision), {
                        warnings: required(ready, instanceId).warnings,
                    }),
                );
            }
        }
        const [next] = retrying.values();
        runResults.forEach((result, instanceId) => results.set(instanceId, result));
        if (isGone(runResults)) {
            await options.closing.noteGone(context, run);
        }
        if (next === undefined) {
            return results;
        }
        context.log.status(next.waiting);
        await context.clock.sleep(next.afterMs, context.signal);
        waiting = new Map([...waiting].filter(([instanceId]) => retrying.has(instanceId)));
        runContext = { ...context, log: withStatus(context.log, next.since) };
    }
}

function withLastError(
    end: RunEnd,
    decision: Extract<RetryDecision, { readonly again: false }> | undefined,
): RunEnd {
    return end.state === "failed" && decision !== undefined ? { ...end, error: decision.error } : end;
}

function required<T>(values: ReadonlyMap<string, T>, instanceId: string): T {
    const value = values.get(instanceId);
    if (value === undefined) {
        throw new Error(`Nothing is known of instance ${instanceId}.`);
    }
    return value;
}

/** Starts a run; if it is not started, or that is unknown, returns the error for each instance. */
async function startOrFail(
    context: Context,
    request: CreateRequest,
    ready: ReadonlyMap<string, Readiness>,
    { detach, start }: RepeatOptions,
): Promise<NewRun> {
    try {
        return await start(context, { request, ready, detachRole: detach });
    } catch (thrown) {
        return {
            run: undefined,
            errors: new Map(
                [...ready.keys()].map((instanceId) => [instanceId, asAppSnapshotError(thrown, instanceId)]),
            ),
        };
    }
}
