import { verdictOf, waitForInvocation } from "./invocation";
import { ApiCallError } from "../../cloud/ecs/api-error";
import type { SendFileResult, Tag } from "../../cloud/ecs/api";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { proportionalDelay } from "../../runtime/backoff";
import { poll, polling, type PollState } from "../../runtime/poll";
import type { Context } from "../../cloud/context";
import { directoryCommand, scriptDirectory } from "../plugin/scripts/directory";
import { deliveriesOf, type Delivery, type ScriptFiles } from "../plugin/scripts/script-file";

/** Making the directory takes no time; finding out that the agent does not answer takes the API a minute. */
const directorySeconds = 60;

/** How long a delivery may take: by then the API has told the end of each step, whose own limit is a minute. */
export const deliveryMs = 3 * 60_000;

const resultDelay = proportionalDelay({ share: 0.2, shortestMs: 300, longestMs: 5_000 });

export interface DeliveryOptions {
    readonly instanceId: string;
    /** Distinguishes the requests of one run from those of any other. */
    readonly runId: string;
    /**
     * For whoever looks at the invocations in the console. Not those that runs are looked for by: a filter covers a
     * thousand, of which none is to be a delivery.
     */
    readonly tags: readonly Tag[];
}

/**
 * Brings scripts to an instance, for root alone. Whether they are as they have to be is looked at once more by the
 * command that runs them.
 *
 * @throws AppSnapshotError ScriptsNotDelivered. Nothing has been touched then but the directory of the scripts.
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
            exitCode === undefined ? `${entry.cause}: ${details.detail ?? ""}` : lines(result.output),
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
    if (invocationStatus !== "Success" && errorCode !== alreadyThere) {
        const why = [invocationStatus, errorCode, errorInfo].filter((part) => part !== "");
        throw new NotDelivered(`${name}: ${why.join(", ")}`);
    }
}

/**
 * The name of a file holds its run and a digest of its text, so what bears it is what an earlier request of this very
 * delivery brought: its answer was lost, and the API did not know it again by its ClientToken.
 */
const alreadyThere = "FileAlreadyExists";

const goingOn: ReadonlySet<string> = new Set(["", "Pending", "Running"]);

function deliveryState(results: readonly SendFileResult[], instanceId: string): PollState<SendFileResult> {
    const result = results.find((candidate) => candidate.instanceId === instanceId);
    return result === undefined || goingOn.has(result.invocationStatus)
        ? { done: false, lastSeen: result?.invocationStatus ?? "Pending" }
        : { done: true, value: result };
}

/** Why scripts are not where they should be, before it is an error for the user. */
class NotDelivered extends Error {}

async function orNotDelivered(instanceId: string, task: () => Promise<void>): Promise<void> {
    try {
        await task();
    } catch (thrown) {
        // A missing permission has its own remedy, an interruption its own meaning.
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

function lines(output: string): string {
    return output.trim().replace(/\s*[\r\n]+\s*/g, " ");
}
