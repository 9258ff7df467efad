import type { Context } from "../../cloud/context";
import { ApiCallError, isRefusal } from "../../cloud/ecs/api-error";
import type { OperatingSystem } from "../../core/inputs/specification";
import type { Observation } from "../../core/instance/observation";
import { chunks } from "../../runtime/chunks";
import { groupBy } from "../../runtime/group-by";
import type { Answer, Answers } from "./permissions";

/* Learns from calls that change nothing which permissions the caller has. */

/** The invocations that take a snapshot of an instance, or the error of that look-up. */
export type RunningSnapshots = readonly string[] | ApiCallError;

/** An instance that commands reach, if it has a system. */
interface Target {
    readonly instanceId: string;
    readonly reachable: OperatingSystem | undefined;
}

export function observedAnswers(observations: readonly Observation[]): Answers {
    const [first] = observations;
    if (first === undefined) {
        const why = "no instance was found, which is also the answer to a caller without it";
        return { "ecs:DescribeInstances": { kind: "unknown", why } };
    }
    const { agent, disks, attachedRole } = first.refusals ?? {};
    const answer = (refusal: ApiCallError | undefined): Answer =>
        refusal === undefined ? { kind: "granted" } : refused(refusal);
    return {
        "ecs:DescribeInstances": { kind: "granted" },
        "ecs:DescribeCloudAssistantStatus": answer(agent),
        "ecs:DescribeDisks": answer(disks),
        "ecs:DescribeInstanceRamRole": answer(attachedRole),
    };
}

export function invocationAnswer(found: readonly RunningSnapshots[]): Answers {
    const failure = found.find((one) => one instanceof ApiCallError);
    if (found.length === 0) {
        return {};
    }
    return { "ecs:DescribeInvocations": failure === undefined ? { kind: "granted" } : answerTo(failure) };
}

/** A tag that nothing has. */
const noTag = [{ key: "app-snapshot:doctor", value: "no such resource" }];

/** Makes calls that name no instance. */
export async function regionAnswers({ api }: Context): Promise<Answers> {
    const [results, files, snapshots] = await Promise.all([
        orApiError(() => api.describeInvocationResults({ tags: noTag })),
        orApiError(() => api.describeSendFileResults({ tags: noTag })),
        orApiError(() => api.mayDescribeSnapshots([])),
    ]);
    return {
        "ecs:DescribeInvocationResults": regionAnswer(results),
        "ecs:DescribeSendFileResults": regionAnswer(files),
        "ecs:DescribeSnapshots":
            snapshots === false
                ? { kind: "unknown", why: "a dry run for the region as a whole was refused" }
                : regionAnswer(snapshots),
    };
}

function regionAnswer(answer: unknown): Answer {
    if (!(answer instanceof ApiCallError)) {
        return { kind: "granted" };
    }
    const found = answerTo(answer);
    return found.kind === "refused" ? { ...found, kind: "refused for the region" } : found;
}

/** Asks with the id of one instance. A list that is empty does not show that the caller may see what there is. */
export async function groupAnswers({ api }: Context, [instanceId]: readonly string[]): Promise<Answers> {
    if (instanceId === undefined) {
        return {};
    }
    const groups = await orApiError(() => api.describeSnapshotGroups({ instanceId }));
    if (groups instanceof ApiCallError) {
        return { "ecs:DescribeSnapshotGroups": answerTo(groups), "ecs:DescribeImages": noSnapshot };
    }
    const [snapshot] = groups.flatMap(({ snapshots }) => snapshots);
    if (snapshot === undefined) {
        const why = `${instanceId} has no snapshot groups, which is also the answer to a caller without it`;
        return { "ecs:DescribeSnapshotGroups": { kind: "unknown", why }, "ecs:DescribeImages": noSnapshot };
    }
    const images = await orApiError(() => api.describeImageIds(snapshot.snapshotId));
    return {
        "ecs:DescribeSnapshotGroups": { kind: "granted" },
        "ecs:DescribeImages": images instanceof ApiCallError ? answerTo(images) : { kind: "granted" },
    };
}

const noSnapshot: Answer = { kind: "unknown", why: "there is no snapshot to ask about" };

const commandTypes = { linux: "RunShellScript", windows: "RunBatScript" } as const;

/** The most instances of one command. */
export const instancesPerCommand = 100;

/** Asks by dry runs, which run nothing. */
export async function runCommandAnswer({ api }: Context, instances: readonly Target[]): Promise<Answers> {
    const bySystem = groupBy(
        instances.filter(({ reachable }) => reachable !== undefined),
        ({ reachable }) => reachable,
    );
    let answered = false;
    for (const [system, some] of bySystem) {
        for (const chunk of chunks(some, instancesPerCommand)) {
            const type = commandTypes[system ?? "linux"];
            const ids = chunk.map(({ instanceId }) => instanceId);
            const error = await orApiError(() => api.dryRunCommand(type, ids));
            if (error instanceof ApiCallError) {
                return { "ecs:RunCommand": answerTo(error) };
            }
            answered = true;
        }
    }
    return answered
        ? { "ecs:RunCommand": { kind: "granted" } }
        : { "ecs:RunCommand": { kind: "unknown", why: "a command would reach none of the instances" } };
}

export function isRefused(thrown: unknown): thrown is ApiCallError {
    return thrown instanceof ApiCallError && isRefusal(thrown.code ?? "");
}

function refused(error: ApiCallError): Answer {
    return { kind: "refused", error };
}

export function answerTo(error: ApiCallError): Answer {
    return isRefusal(error.code ?? "")
        ? refused(error)
        : { kind: "unknown", why: error.message, isFault: error.retryClass !== "never" };
}

export async function orApiError<T>(call: () => Promise<T>): Promise<T | ApiCallError> {
    try {
        return await call();
    } catch (thrown) {
        if (thrown instanceof ApiCallError) {
            return thrown;
        }
        throw thrown;
    }
}
