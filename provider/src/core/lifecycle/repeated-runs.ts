import type { Context } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { withStatus } from "../../runtime/logger";
import { waitSeconds } from "../inputs/deadline";
import type { Readiness } from "../instance/preflight";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { scriptFiles } from "../plugin/scripts/script-file";
import { runTag } from "../run/run";
import { startRun } from "../run/run-start";
import { closeRuns } from "../run/run-state";
import { deliverScripts } from "../run/script-delivery";
import { failed, type RunResults, type SnapshotResult } from "../run/snapshot-result";
import type { TrackedRun } from "../run/tracked-run";
import { diskSetDigestOf } from "../snapshot-group/disk-set-digest";
import { closeIfNothingRemains, conclude } from "./conclude";
import { type CreateRequest, trackedRun } from "./create-request";
import { retries, type RetryDecision } from "./retries";
import { awaitEnds, type RunEnd } from "./run-end";

export interface RepeatOptions {
    /** The role to detach after the run. */
    readonly detach: string | undefined;
    /** The time after which no run is repeated, in milliseconds since the epoch. */
    readonly deadline: number;
}

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
        const tracked = await startOrFail(runContext, request, waiting, options.detach);
        if (!("run" in tracked)) {
            return new Map([...results, ...tracked]);
        }
        const { run, instances } = tracked;
        const ends = await awaitEnds(runContext, tracked);
        const retrying = new Map<string, Extract<RetryDecision, { readonly again: true }>>();
        const runResults = new Map<string, SnapshotResult>();
        for (const instance of instances) {
            const { instanceId } = instance.specification;
            const end = required(ends, instanceId);
            const decision = end.state === "failed" ? required(retryDecider, instanceId)(end) : undefined;
            if (decision?.again === true) {
                retrying.set(instanceId, decision);
            } else {
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
        if (next === undefined) {
            await closeIfNothingRemains(context, run, runResults);
            return results;
        }
        if (runResults.size === 0) {
            await closeRuns(context.api, [run.invokeId]);
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
    detach: string | undefined,
): Promise<TrackedRun | RunResults> {
    try {
        return await startNew(context, request, ready, detach);
    } catch (thrown) {
        return new Map(
            [...ready.keys()].map((instanceId) => [
                instanceId,
                failed(asAppSnapshotError(thrown, instanceId)),
            ]),
        );
    }
}

async function startNew(
    context: Context,
    request: CreateRequest,
    ready: ReadonlyMap<string, Readiness>,
    detachRole: string | undefined,
): Promise<TrackedRun> {
    const { specification, stack, resource, fingerprint, ownerToken, inputs } = request;
    const instanceIds = [...ready.keys()];
    const [{ osType, managerHasTimeout }] = [...ready.values()] as [Readiness];
    const diskIds = new Map([...ready].map(([instanceId, one]) => [instanceId, one.diskIds]));
    const runId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), runId);
    const scripts = osType === "linux" ? scriptFiles(specification.linux, runId) : undefined;
    if (scripts !== undefined) {
        for (const instanceId of instanceIds) {
            await deliverScripts(context, scripts, { instanceId, runId, tags: [runTag(runId)] });
        }
    }
    const command = pluginCommand({
        osType,
        specification,
        scripts,
        snapshotGroupName: groupName,
        managerHasTimeout,
    });
    const run = await startRun(context, instanceIds, command, {
        ...{ runId, stack, resource, fingerprint, ownerToken, groupName, osType, detachRole },
        diskSetDigest: diskSetDigestOf([...diskIds.values()].flat()),
        waitSeconds: waitSeconds(specification),
    });
    return trackedRun(context, request, run, diskIds);
}
