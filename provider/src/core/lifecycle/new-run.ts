import type { Context } from "../../cloud/context";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { waitSeconds } from "../inputs/deadline";
import type { Readiness } from "../instance/preflight";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { scriptFiles } from "../plugin/scripts/script-file";
import { runTag, type SnapshotRun } from "../run/run";
import { startRun } from "../run/run-start";
import { deliverScripts } from "../run/script-delivery";
import { diskSetDigestOf } from "../snapshot-group/disk-set-digest";
import type { CreateRequest } from "./create-request";

/** Instances that are ready for the same command. */
export interface ReadyInstances {
    /** The request for any of them. */
    readonly request: CreateRequest;
    /** At least one. */
    readonly ready: ReadonlyMap<string, Readiness>;
    /** The role to detach after the run. */
    readonly detachRole: string | undefined;
}

/** A run that was started, or only the reasons why it was not. */
export interface NewRun {
    /** Undefined if the scripts reached no instance. */
    readonly run: SnapshotRun | undefined;
    /** The errors of the instances that are not part of it, because the scripts did not reach them. */
    readonly errors: ReadonlyMap<string, AppSnapshotError>;
}

/**
 * Delivers the scripts to instances, and starts the plugin on those that they reached.
 *
 * @throws ApiCallError if the API refuses a request, so that nothing runs.
 * @throws AppSnapshotError StartUnknown if no response tells whether it was started.
 */
export async function startNewRun(
    context: Context,
    { request, ready, detachRole }: ReadyInstances,
): Promise<NewRun> {
    const { specification, stack, resource, fingerprint, ownerToken, inputs } = request;
    const [{ osType, managerHasTimeout }] = [...ready.values()] as [Readiness];
    const runId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), runId);
    const scripts = osType === "linux" ? scriptFiles(specification.linux, runId) : undefined;
    const errors = new Map<string, AppSnapshotError>();
    if (scripts !== undefined) {
        const options = { instanceIds: [...ready.keys()], runId, tags: [runTag(runId)] };
        for (const [instanceId, outcome] of await deliverScripts(context, scripts, options)) {
            if (!outcome.ok) {
                errors.set(instanceId, outcome.error);
            }
        }
    }
    const reached = [...ready].filter(([instanceId]) => !errors.has(instanceId));
    if (reached.length === 0) {
        return { run: undefined, errors };
    }
    const command = pluginCommand({
        osType,
        specification,
        scripts,
        snapshotGroupName: groupName,
        managerHasTimeout,
    });
    const instanceIds = reached.map(([instanceId]) => instanceId);
    const run = await startRun(context, instanceIds, command, {
        ...{ runId, stack, resource, fingerprint, ownerToken, groupName, osType, detachRole },
        diskSetDigest: diskSetDigestOf(reached.flatMap(([, { diskIds }]) => diskIds)),
        waitSeconds: waitSeconds(specification),
    });
    return { run, errors };
}
