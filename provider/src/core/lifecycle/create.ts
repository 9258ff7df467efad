import { diskSetDigestOf } from "../snapshot-group/disk-set-digest";
import { runTag, stateTag, type SnapshotRun } from "../run/run";
import { closeRuns } from "../run/run-state";
import type { Readiness } from "../instance/preflight";
import type { SnapshotInputs } from "../inputs/inputs";
import { pluginCommand } from "../plugin/command";
import { generatedGroupName } from "../plugin/group-name";
import { commandTimeoutSeconds } from "../inputs/timeouts";
import { attachRole } from "../role/role";
import { StateMemory } from "./state-memory";
import type { Context } from "../../cloud/context";
import { deliverScripts, deliveryMs } from "../run/script-delivery";
import { scriptFiles } from "../plugin/scripts/script-file";
import { warnAll, withStatus } from "../../runtime/logger";
import { only } from "../../errors/outcome";
import { afterFailure } from "./failed-run";
import { endOf, startRun } from "./plugin-run";
import { createTimeoutSeconds, waitSeconds } from "../inputs/deadline";
import { handOver, type Settled } from "./hand-over";
import { withInstance } from "./instance-lock";
import { createRequest, runningOf, settleEnd, type CreateRequest } from "./create-request";
import type { SnapshotOutputs } from "./outputs";
import { readyInstance } from "./ready-instance";
import { historyFor, keepLast } from "./retention";
import { retries, rolePropagationMs } from "./retries";
import { adopt } from "./adopt";
import { sayTaken } from "./success";
import { announceTemporaryRole, withTemporaryRole } from "../role/temporary-role";
import { UnfinishedSnapshot } from "./unfinished";

/**
 * Takes the snapshot, or adopts one that an earlier run began for the same resource and the same inputs.
 *
 * @param memory what is known of the stack's state. What that is known to hold is never adopted.
 * @returns the outputs of a finished snapshot. Its run is handed over: it is to be committed once the engine has
 * recorded the outputs.
 * @throws AppSnapshotError when there is no snapshot, and nothing is left of a run.
 * @throws UnfinishedSnapshot when something exists that the state has to remember.
 */
export async function create(
    context: Context,
    inputs: SnapshotInputs,
    memory: StateMemory = new StateMemory(),
): Promise<SnapshotOutputs> {
    const request = createRequest(context, inputs);
    const history = historyFor(inputs, memory.predecessorOf(inputs.resourceUrn));
    try {
        return await withInstance(context, inputs.instanceId, async () => {
            const { outputs: adopted, warnings } = await adopt(context, request, memory);
            const taken = adopted ?? (await takeNew(context, request, warnings));
            const outputs = await keepLast(context, request, taken, history);
            sayTaken(context.log, outputs);
            return outputs;
        });
    } catch (thrown) {
        throw thrown instanceof UnfinishedSnapshot && history.earlier.length > 0
            ? thrown.after(history.earlier)
            : thrown;
    }
}

/** @param warnings what is to be known besides what the instance gives reason for. */
async function takeNew(
    context: Context,
    request: CreateRequest,
    warnings: readonly string[],
): Promise<SnapshotOutputs> {
    const tags = [stateTag("handed")];
    const handing = { tags, previousOwner: request.ownerToken, isHeld: false };
    return handOver(context, handing, () => takeSettled(context, request, warnings));
}

async function takeSettled(
    context: Context,
    request: CreateRequest,
    warnings: readonly string[],
): Promise<Settled> {
    const { specification, stack } = request;
    const { instanceId, ramRoleName, roleAttachment } = specification;
    // Until its system is known, the longer of both time limits counts: that of Linux, with its scripts.
    const timeoutMs = createTimeoutSeconds(specification, "linux") * 1000;
    const deadline = context.clock.now() + timeoutMs;
    const found = await readyInstance(context, request, deadline);
    warnAll(context.log, found.warnings);
    const readiness = { ...found, warnings: [...warnings, ...found.warnings] };
    const attaches = readiness.attachedRole === undefined;
    const detach = attaches && roleAttachment === "temporary" ? ramRoleName : undefined;
    const temporary = detach === undefined ? undefined : { instanceId, ramRoleName, stack };
    return withTemporaryRole(context, temporary, async () => {
        if (temporary !== undefined) {
            const longest = commandTimeoutSeconds(readiness.osType, specification.linux) * 1000;
            const before = rolePropagationMs + deliveryMs;
            // Whoever finds it compares it with the cloud's clock.
            const now = context.api.answeredAt() ?? context.clock.now();
            const expires = now + before + longest + timeoutMs;
            await announceTemporaryRole(context, instanceId, { ramRoleName, stack, expires });
        }
        if (attaches) {
            only(await attachRole(context, [instanceId], ramRoleName), instanceId);
        }
        return runUntilSettled(context, request, readiness, { detach, deadline });
    });
}

/** Runs the plugin, again where that is known to help, until there is a group or an error. */
async function runUntilSettled(
    context: Context,
    request: CreateRequest,
    readiness: Readiness,
    { detach, deadline }: { readonly detach: string | undefined; readonly deadline: number },
): Promise<Settled> {
    const { specification } = request;
    const roleIsNew = readiness.attachedRole === undefined;
    const sequelOf = retries(context, { specification, roleIsNew, deadline });
    let trying = context;
    for (;;) {
        const run = await startNew(trying, request, readiness, detach);
        const running = runningOf(context, request, run, readiness.diskIds);
        const end = await endOf(trying, running);
        if (end.ok) {
            return settleEnd(context, running, end, {
                warnings: readiness.warnings,
                onShortfall: "delete",
            });
        }
        const sequel = sequelOf(end);
        if (!sequel.again) {
            const failed = { ...end, error: sequel.error };
            throw (await afterFailure(context, running, failed, specification.onDegraded)).error;
        }
        await closeRuns(context.api, [run.invokeId]);
        context.log.status(sequel.waiting);
        await context.clock.sleep(sequel.afterMs, context.signal);
        trying = { ...context, log: withStatus(context.log, sequel.since) };
    }
}

async function startNew(
    context: Context,
    request: CreateRequest,
    readiness: Readiness,
    detachRole: string | undefined,
): Promise<SnapshotRun> {
    const { specification, stack, resource, fingerprint, ownerToken, inputs } = request;
    const { osType, managerHasTimeout, diskIds } = readiness;
    const runId = context.newId();
    const groupName = generatedGroupName(inputs.resourceUrn, context.clock.now(), runId);
    const { instanceId, linux } = specification;
    const scripts = osType === "linux" ? scriptFiles(linux, runId) : undefined;
    if (scripts !== undefined) {
        await deliverScripts(context, scripts, { instanceId, runId, tags: [runTag(runId)] });
    }
    const command = pluginCommand({
        osType,
        specification,
        scripts,
        snapshotGroupName: groupName,
        managerHasTimeout,
    });
    const diskSetDigest = diskSetDigestOf(diskIds);
    const run = {
        ...{ runId, stack, resource, fingerprint, ownerToken, groupName, diskSetDigest, osType, detachRole },
        waitSeconds: waitSeconds(specification),
    };
    return startRun(context, instanceId, command, run);
}
