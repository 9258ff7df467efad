import type { Context } from "../../cloud/context";
import type { SendFileResult, Tag } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling, type PollState } from "../../runtime/poll";
import { directoryCommand, scriptDirectory } from "../plugin/scripts/directory";
import { deliveriesOf, type Delivery, type ScriptFiles } from "../plugin/scripts/script-file";
import { verdictOf, waitForInvocation } from "./invocation";

/** Creating the directory takes no time, but the API needs a minute to notice that the agent does not respond. */
const directorySeconds = 60;

/** The time limit of a delivery: by then the API has reported the end of each step, which takes at most a minute. */
export const deliveryMs = 3 * 60_000;

const resultDelay = proportionalDelay({ share: 0.2, shortestMs: 300, longestMs: 5_000 });

export interface DeliveryOptions {
    readonly instanceId: string;
    /** Distinguishes the requests of one run from those of any other. */
    readonly runId: string;
    /**
     * Tags for people who look at the invocations in the console. They must not be tags by which runs are found,
     * because a filter covers only 1,000 resources.
     */
    readonly tags: readonly Tag[];
}

/**
 * Delivers scripts to an instance, readable by root only. The command that runs them verifies them again.
 *
 * @throws AppSnapshotError ScriptsNotDelivered. Then only the scripts' directory may have been changed.
 */
export async function deliverScripts(
    context: Context,
    files: ScriptFiles,
    options: DeliveryOptions,
): Promise<void> {
    const deliveries = deliveriesOf(files);
    if (deliveries.length === 0) {
        return;
    }
    context.log.status("delivering the scripts");
    const deadline = context.clock.now() + deliveryMs;
    await orNotDelivered(options.instanceId, async () => {
        await prepareDirectory(context, options, deadline);
        await Promise.all(deliveries.map((delivery) => deliver(context, delivery, options, deadline)));
    });
}

async function prepareDirectory(
    context: Context,
    { instanceId, runId, tags }: DeliveryOptions,
    deadline: number,
): Promise<void> {
    const { invokeId } = await context.api.runCommand({
        instanceIds: [instanceId],
        type: "RunShellScript",
        commandContent: directoryCommand(),
        name: "app-snapshot-scripts",
        timeoutSeconds: directorySeconds,
        tags,
        clientToken: `${runId}-directory`,
    });
    const waited = await waitForInvocation(
        context,
        invokeId,
        [instanceId],
        deadline,
        "the command that prepares the directory for the scripts",
    );
    const result = waited.done ? waited.value.get(instanceId) : undefined;
    if (result === undefined) {
        throw new NotDelivered(`${scriptDirectory}: ${waited.done ? "no result" : waited.lastSeen}`);
    }
    const verdict = verdictOf(result);
    if (verdict.state === "failed") {
        const { entry, exitCode, details } = verdict.error;
        throw new NotDelivered(
            exitCode === undefined ? `${entry.cause}: ${details.detail ?? ""}` : asOneLine(result.output),
        );
    }
}

async function deliver(
    context: Context,
    { what, name, content }: Delivery,
    { instanceId, runId, tags }: DeliveryOptions,
    deadline: number,
): Promise<void> {
    const invokeId = await context.api.sendFile({
        instanceIds: [instanceId],
        targetDirectory: scriptDirectory,
        name,
        content,
        tags,
        clientToken: `${runId}-${what}`,
    });
    const waited = await poll({
        look: async () => deliveryState(await context.api.describeSendFileResults(invokeId), instanceId),
        delay: resultDelay,
        deadline,
        ...polling(context),
    });
    if (!waited.done) {
        throw new NotDelivered(`${name} did not arrive in time; last seen: ${waited.lastSeen}`);
    }
    const { invocationStatus, errorCode, errorInfo } = waited.value;
    if (invocationStatus !== "Success" && errorCode !== fileExistsCode) {
        const reason = [invocationStatus, errorCode, errorInfo].filter((part) => part !== "");
        throw new NotDelivered(`${name}: ${reason.join(", ")}`);
    }
}

/**
 * A file's name contains its run and a digest of its text, so an existing file comes from an earlier request of the
 * same delivery, whose response was lost and whose ClientToken the API did not recognize.
 */
const fileExistsCode = "FileAlreadyExists";

const pendingStatuses: ReadonlySet<string> = new Set(["", "Pending", "Running"]);

function deliveryState(results: readonly SendFileResult[], instanceId: string): PollState<SendFileResult> {
    const result = results.find((candidate) => candidate.instanceId === instanceId);
    return result === undefined || pendingStatuses.has(result.invocationStatus)
        ? { done: false, lastSeen: result?.invocationStatus ?? "Pending" }
        : { done: true, value: result };
}

/** The reason why a delivery failed, which `orNotDelivered` turns into an error for the user. */
class NotDelivered extends Error {}

async function orNotDelivered(instanceId: string, task: () => Promise<void>): Promise<void> {
    try {
        await task();
    } catch (thrown) {
        // A missing permission has its own remedy; an interruption is passed on.
        if (thrown instanceof ApiCallError && thrown.code !== undefined) {
            throw thrown.toAppSnapshotError(instanceId);
        }
        if (thrown instanceof ApiCallError || thrown instanceof NotDelivered) {
            throw new AppSnapshotError(ownErrors.ScriptsNotDelivered, {
                instanceId,
                detail: thrown.message,
                cause: thrown,
            });
        }
        throw thrown;
    }
}

function asOneLine(output: string): string {
    return output.trim().replace(/\s*[\r\n]+\s*/g, " ");
}
