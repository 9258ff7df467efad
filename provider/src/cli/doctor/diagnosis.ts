import type { Context } from "../../cloud/context";
import { ApiCallError, isRefusal } from "../../cloud/ecs/api-error";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { OperatingSystem, SnapshotSpecification } from "../../core/inputs/specification";
import { type Observation, observe, unknownInstance } from "../../core/instance/observation";
import { concurrentRuns } from "../../core/run/concurrent-runs";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { chunks } from "../../runtime/chunks";
import { groupBy } from "../../runtime/group-by";
import { CommandError } from "../command/command-error";
import { type Check, notChecked, ok, warning } from "./check";
import { instanceChecks } from "./instance-checks";
import type { Answer, Answers } from "./permissions";

/** The check list of one instance. */
export interface InstanceDiagnosis {
    readonly instanceId: string;
    /** The system of an instance that commands reach; undefined for any other. */
    readonly reachable: OperatingSystem | undefined;
    /** The role that is attached, if any. */
    readonly attachedRole: string | undefined;
    readonly checks: readonly Check[];
}

/** The result of all look-ups. */
export interface Diagnosis {
    readonly instances: readonly InstanceDiagnosis[];
    readonly answers: Answers;
    /** The error that prevented the checks of instances, unless it is a missing permission. */
    readonly failed: AppSnapshotError | undefined;
}

/** Looks instances up, and what of the caller's permissions shows without a change. It changes nothing. */
export async function diagnose(
    context: Context,
    specifications: readonly SnapshotSpecification[],
): Promise<Diagnosis> {
    let observations: ReadonlyMap<string, Observation>;
    try {
        observations = await observe(
            context,
            specifications.map(({ instanceId }) => instanceId),
        );
    } catch (thrown) {
        if (context.signal.aborted) {
            throw new CommandError("interrupted");
        }
        return isRefused(thrown)
            ? {
                  instances: specifications.map(({ instanceId }) => ({
                      instanceId,
                      reachable: undefined,
                      attachedRole: undefined,
                      checks: [
                          notChecked(
                              "instance",
                              `the caller may not call ${thrown.operation}, see the permissions`,
                          ),
                      ],
                  })),
                  answers: { "ecs:DescribeInstances": refused(thrown), ...(await regionAnswers(context)) },
                  failed: undefined,
              }
            : { instances: [], answers: {}, failed: asAppSnapshotError(thrown) };
    }
    const runs = await runningSnapshots(context, [...observations.keys()]);
    const instances = specifications.map((specification): InstanceDiagnosis => {
        const { instanceId } = specification;
        const observation = observations.get(instanceId) ?? unknownInstance;
        const run = runs.get(instanceId);
        return {
            instanceId,
            reachable: reachableSystem(observation),
            attachedRole: observation.attachedRole,
            checks: [
                ...instanceChecks(specification, observation, context.regionId),
                ...(run === undefined ? [] : [runCheck(run)]),
            ],
        };
    });
    return {
        instances,
        answers: {
            ...observedAnswers([...observations.values()]),
            ...invocationAnswer([...runs.values()]),
            ...(await regionAnswers(context)),
            ...(await runCommandAnswer(context, instances)),
            ...(await groupAnswers(context, [...observations.keys()])),
        },
        failed: undefined,
    };
}

function reachableSystem({ instance, agent }: Observation): OperatingSystem | undefined {
    if (instance?.status !== "Running" || agent?.online !== true) {
        return undefined;
    }
    return instance.osType === "windows" ? "windows" : "linux";
}

/** The invocations that take a snapshot of an instance, or the error of that look-up. */
type RunningSnapshots = readonly string[] | ApiCallError;

async function runningSnapshots(
    context: Context,
    instanceIds: readonly string[],
): Promise<ReadonlyMap<string, RunningSnapshots>> {
    // At once, so that the calls can share requests.
    const found = await Promise.all(
        instanceIds.map(
            async (instanceId) =>
                [instanceId, await orApiError(() => concurrentRuns(context, instanceId))] as const,
        ),
    );
    return new Map(found);
}

function runCheck(running: RunningSnapshots): Check {
    const check = "running snapshot";
    if (running instanceof ApiCallError) {
        return notChecked(check, running.message);
    }
    return running.length === 0
        ? ok(check, "none")
        : warning(
              check,
              `the plugin is at work, invocation ${running.join(", ")}`,
              "Another snapshot of the instance waits for its end.",
          );
}

function observedAnswers(observations: readonly Observation[]): Answers {
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

function invocationAnswer(found: readonly RunningSnapshots[]): Answers {
    const failure = found.find((one) => one instanceof ApiCallError);
    if (found.length === 0) {
        return {};
    }
    return { "ecs:DescribeInvocations": failure === undefined ? { kind: "granted" } : answerTo(failure) };
}

/** A tag that nothing has. */
const noTag = [{ key: "app-snapshot:doctor", value: "no such resource" }];

/** Makes calls that name no instance. */
async function regionAnswers({ api }: Context): Promise<Answers> {
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
async function groupAnswers({ api }: Context, [instanceId]: readonly string[]): Promise<Answers> {
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
const instancesPerCommand = 100;

/** Asks by dry runs, which run nothing. */
async function runCommandAnswer({ api }: Context, instances: readonly InstanceDiagnosis[]): Promise<Answers> {
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

function isRefused(thrown: unknown): thrown is ApiCallError {
    return thrown instanceof ApiCallError && isRefusal(thrown.code ?? "");
}

function refused(error: ApiCallError): Answer {
    return { kind: "refused", error };
}

function answerTo(error: ApiCallError): Answer {
    return isRefusal(error.code ?? "") ? refused(error) : { kind: "unknown", why: error.message };
}

async function orApiError<T>(call: () => Promise<T>): Promise<T | ApiCallError> {
    try {
        return await call();
    } catch (thrown) {
        if (thrown instanceof ApiCallError) {
            return thrown;
        }
        throw thrown;
    }
}
