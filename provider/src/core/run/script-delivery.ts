import type { Context } from "../../cloud/context";
import type { SendFileResult, Tag } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { failure, type Outcome, type Outcomes, success } from "../../errors/outcome";
import { ownErrors } from "../../errors/own-errors";
import { proportionalDelay } from "../../runtime/backoff";
import { chunks } from "../../runtime/chunks";
import { polling, type PollState } from "../../runtime/poll";
import type { SharedKey } from "../../runtime/shared";
import { directoryCommand, scriptDirectory } from "../plugin/scripts/directory";
import { deliveriesOf, type Delivery, type ScriptFiles } from "../plugin/scripts/script-file";
import { createDeliveryPoll, deliveryPollKey } from "./delivery-poll";
import { verdictOf } from "./invocation";
import { type RunProgress, waitForCommand } from "./run-progress";

/** Creating the directory takes no time, but the API needs a minute to notice that the agent does not respond. */
const directorySeconds = 60;

/** The time limit of a delivery: by then the API has reported the end of each step, which takes at most a minute. */
export const deliveryMs = 3 * 60_000;

const resultDelay = proportionalDelay({ share: 0.2, shortestMs: 300, longestMs: 5_000 });

/** The most instances that one SendFile request may name. */
const instancesPerFile = 50;

export interface DeliveryOptions {
    readonly instanceIds: readonly string[];
    /** Distinguishes the requests of one run from those of any other. */
    readonly runId: string;
    /**
     * Tags for people who look at the invocations in the console. They must not be tags by which runs are found,
     * because a filter covers only 1,000 resources.
     */
    readonly tags: readonly Tag[];
}

/** The tag that all deliveries of this process in a region have in common: one list shows them all. */
const commonTagKey: SharedKey<Tag> = { name: "common tag of deliveries" };

interface TaggedDeliveryOptions extends DeliveryOptions {
    readonly commonTag: Tag;
}

/**
 * Delivers scripts to instances, readable by root only. The command that runs them verifies them again.
 *
 * @returns the outcome for each instance: ScriptsNotDelivered, if only the scripts' directory may have been changed.
 * @throws ApiCallError if the API refuses a request, which names several instances.
 */
export async function deliverScripts(
    context: Context,
    files: ScriptFiles,
    options: DeliveryOptions,
): Promise<Outcomes<void>> {
    const deliveries = deliveriesOf(files);
    if (deliveries.length === 0) {
        return new Map(options.instanceIds.map((instanceId) => [instanceId, success(undefined)]));
    }
    context.log.status("delivering the scripts");
    const deadline = context.clock.now() + deliveryMs;
    const { instanceIds } = options;
    const commonTag = context.shared.get(commonTagKey, () => ({
        key: "app-snapshot:delivered-by",
        value: context.newId(),
    }));
    try {
        const problems = await undelivered(context, deliveries, { ...options, commonTag }, deadline);
        return new Map(
            instanceIds.map((instanceId) => {
                const problem = problems.get(instanceId);
                return [
                    instanceId,
                    problem === undefined ? success(undefined) : notDelivered(instanceId, problem),
                ];
            }),
        );
    } catch (thrown) {
        // A refused request has its own remedy; an interruption is passed on.
        if (!(thrown instanceof ApiCallError) || thrown.code !== undefined) {
            throw thrown;
        }
        return new Map(
            instanceIds.map((instanceId) => [instanceId, notDelivered(instanceId, thrown.message, thrown)]),
        );
    }
}

/** Prepares the directory, and then sends the files to the instances on which that succeeded. */
async function undelivered(
    context: Context,
    deliveries: readonly Delivery[],
    options: TaggedDeliveryOptions,
    deadline: number,
): Promise<Problems> {
    const problems = new Map(await directoryProblems(context, options, deadline));
    const prepared = options.instanceIds.filter((instanceId) => !problems.has(instanceId));
    const batches = chunks(prepared, instancesPerFile).map((instanceIds, index) => ({ instanceIds, index }));
    const found = await Promise.all(
        batches.flatMap((batch) =>
            deliveries.map((delivery) =>
                deliveryProblems(context, delivery, { ...options, ...batch }, deadline),
            ),
        ),
    );
    for (const one of found) {
        one.forEach((problem, instanceId) => problems.set(instanceId, problem));
    }
    return problems;
}

/** The reasons why the scripts were not delivered, by instance. */
type Problems = ReadonlyMap<string, string>;

function notDelivered(instanceId: string, detail: string, cause?: ApiCallError): Outcome<void> {
    return failure(new AppSnapshotError(ownErrors.ScriptsNotDelivered, { instanceId, detail, cause }));
}

/** Prepares the directory for the scripts. */
async function directoryProblems(
    context: Context,
    { instanceIds, runId, tags, commonTag }: TaggedDeliveryOptions,
    deadline: number,
): Promise<Problems> {
    const { api, clock } = context;
    const { invokeId } = await api.runCommand({
        instanceIds,
        type: "RunShellScript",
        commandContent: directoryCommand(),
        name: "app-snapshot-scripts",
        timeoutSeconds: directorySeconds,
        tags: [...tags, commonTag],
        clientToken: `${runId}-directory`,
    });
    const progress = await waitForCommand(
        context,
        {
            invokeId,
            allInstanceIds: instanceIds,
            creationTime: new Date(api.answeredAt() ?? clock.now()).toISOString(),
            timeoutSeconds: directorySeconds,
            commonTags: [commonTag],
        },
        instanceIds,
        deadline,
        "the command that prepares the directory for the scripts",
    );
    return problemsOf(instanceIds, (instanceId) => directoryProblem(progress.get(instanceId)));
}

function directoryProblem(progress: RunProgress | undefined): string | undefined {
    if (progress?.state !== "ended") {
        return `${scriptDirectory}: ${progress?.state === "running" ? progress.lastSeen : "no result"}`;
    }
    const verdict = verdictOf(progress.result);
    if (verdict.state !== "failed") {
        return undefined;
    }
    const { entry, exitCode, details } = verdict.error;
    return exitCode === undefined
        ? `${entry.cause}: ${details.detail ?? ""}`
        : asOneLine(progress.result.output);
}

function problemsOf(
    instanceIds: readonly string[],
    problemOf: (instanceId: string) => string | undefined,
): Problems {
    return new Map(
        instanceIds.flatMap((instanceId) => {
            const problem = problemOf(instanceId);
            return problem === undefined ? [] : [[instanceId, problem]];
        }),
    );
}

/** Sends one file. */
async function deliveryProblems(
    context: Context,
    { what, name, content }: Delivery,
    { instanceIds, runId, tags, commonTag, index }: TaggedDeliveryOptions & { readonly index: number },
    deadline: number,
): Promise<Problems> {
    const invokeId = await context.api.sendFile({
        instanceIds,
        targetDirectory: scriptDirectory,
        name,
        content,
        tags: [...tags, commonTag],
        clientToken: `${runId}-${what}${index === 0 ? "" : `-${index}`}`,
    });
    let results: ReadonlyMap<string, SendFileResult> = new Map();
    const { api, clock, shared } = context;
    const waited = await shared
        .get(deliveryPollKey, () => createDeliveryPoll(clock))
        .wait<undefined>(
            { api, invokeId, commonTag, sentAt: clock.now(), deadline },
            {
                judge: (sight) => {
                    results = new Map(sight.map((result) => [result.instanceId, result]));
                    return deliveryState(results, instanceIds);
                },
                delay: resultDelay,
                // It can't have arrived yet.
                firstMs: resultDelay(0),
                deadline,
                ...polling(context),
            },
        );
    return problemsOf(instanceIds, (instanceId) => {
        const result = results.get(instanceId);
        if (result === undefined || pendingStatuses.has(result.invocationStatus)) {
            return `${name} did not arrive in time; last seen: ${waited.done ? "Pending" : waited.lastSeen}`;
        }
        const { invocationStatus, errorCode, errorInfo } = result;
        if (invocationStatus === "Success" || errorCode === fileExistsCode) {
            return undefined;
        }
        const reason = [invocationStatus, errorCode, errorInfo].filter((part) => part !== "");
        return `${name}: ${reason.join(", ")}`;
    });
}

/**
 * A file's name contains its run and a digest of its text, so an existing file comes from an earlier request of the
 * same delivery, whose response was lost and whose ClientToken the API did not recognize.
 */
const fileExistsCode = "FileAlreadyExists";

const pendingStatuses: ReadonlySet<string> = new Set(["", "Pending", "Running"]);

function deliveryState(
    results: ReadonlyMap<string, SendFileResult>,
    instanceIds: readonly string[],
): PollState<undefined> {
    for (const instanceId of instanceIds) {
        const status = results.get(instanceId)?.invocationStatus ?? "";
        if (pendingStatuses.has(status)) {
            return { done: false, lastSeen: status === "" ? "Pending" : status };
        }
    }
    return { done: true, value: undefined };
}

function asOneLine(output: string): string {
    return output.trim().replace(/\s*[\r\n]+\s*/g, " ");
}
