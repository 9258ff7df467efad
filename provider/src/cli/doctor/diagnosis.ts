import type { Context } from "../../cloud/context";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import type { OperatingSystem, SnapshotSpecification } from "../../core/inputs/specification";
import { type Observation, observe, unknownInstance } from "../../core/instance/observation";
import { concurrentRuns } from "../../core/run/concurrent-runs";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { type Check, notChecked, ok, warning } from "./check";
import { instanceChecks } from "./instance-checks";
import {
    answerTo,
    groupAnswers,
    invocationAnswer,
    isRefused,
    observedAnswers,
    orApiError,
    regionAnswers,
    runCommandAnswer,
    type RunningSnapshots,
} from "./permission-look-ups";
import type { Answers } from "./permissions";

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
            throw thrown;
        }
        return isRefused(thrown)
            ? unseen(context, specifications, thrown)
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

/** Returns what is left to find for a caller who may not see instances. */
async function unseen(
    context: Context,
    specifications: readonly SnapshotSpecification[],
    refusal: ApiCallError,
): Promise<Diagnosis> {
    const why = `the caller may not call ${refusal.operation}, see the permissions`;
    return {
        instances: specifications.map(({ instanceId }) => ({
            instanceId,
            reachable: undefined,
            attachedRole: undefined,
            checks: [notChecked("instance", why)],
        })),
        answers: { "ecs:DescribeInstances": answerTo(refusal), ...(await regionAnswers(context)) },
        failed: undefined,
    };
}

function reachableSystem({ instance, agent }: Observation): OperatingSystem | undefined {
    if (instance?.status !== "Running" || agent?.online !== true) {
        return undefined;
    }
    return instance.osType === "windows" ? "windows" : "linux";
}

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
