import type { Context } from "../../cloud/context";
import type { CloudAssistantStatus, Disk, Instance } from "../../cloud/ecs/api";
import { ApiCallError, isRefusal } from "../../cloud/ecs/api-error";

/** The cloud's data about an instance. */
export interface Observation {
    readonly instance: Instance | undefined;
    readonly agent: CloudAssistantStatus | undefined;
    readonly disks: readonly Disk[];
    readonly attachedRole: string | undefined;
    /** The cloud's time, in epoch milliseconds; undefined if unknown. */
    readonly now: number | undefined;
    /** The refused calls, whose data are missing. */
    readonly refusals?: Refusals;
}

/** The errors of the calls that were refused because the caller lacks the permission. */
export type Refusals = Partial<Record<"agent" | "disks" | "attachedRole", ApiCallError | undefined>>;

/** The observation of an instance that does not exist, as far as the caller may see. */
export const unknownInstance: Observation = {
    instance: undefined,
    agent: undefined,
    disks: [],
    attachedRole: undefined,
    now: undefined,
};

/** Reads the data about instances; the result has no entry for an instance that does not exist. */
export async function observe(
    context: Context,
    instanceIds: readonly string[],
): Promise<ReadonlyMap<string, Observation>> {
    const instances = byId(await context.api.describeInstances(instanceIds));
    // Cloud Assistant refuses the whole list if one instance does not exist.
    const existing = instanceIds.filter((id) => instances.has(id));
    if (existing.length === 0) {
        return new Map();
    }
    const [agents, roles, disks] = await Promise.all([
        orRefusal(context.api.describeCloudAssistantStatus(existing).then(byId)),
        orRefusal(context.api.describeInstanceRamRole(existing)),
        orRefusal(disksOf(context, existing)),
    ]);
    return new Map(
        existing.map((id): [string, Observation] => [
            id,
            {
                instance: instances.get(id),
                agent: agents.answer.get(id),
                disks: disks.answer.get(id) ?? [],
                attachedRole: roles.answer.get(id),
                now: context.api.answeredAt(),
                refusals: { agent: agents.refusal, disks: disks.refusal, attachedRole: roles.refusal },
            },
        ]),
    );
}

/** Returns a response by instance; an empty one, with the refusal, if the caller lacks the permission. */
async function orRefusal<T>(
    answer: Promise<ReadonlyMap<string, T>>,
): Promise<{ readonly answer: ReadonlyMap<string, T>; readonly refusal: ApiCallError | undefined }> {
    try {
        return { answer: await answer, refusal: undefined };
    } catch (thrown) {
        if (thrown instanceof ApiCallError && isRefusal(thrown.code ?? "")) {
            return { answer: new Map(), refusal: thrown };
        }
        throw thrown;
    }
}

function byId<T extends { readonly instanceId: string }>(items: readonly T[]): Map<string, T> {
    return new Map(items.map((item) => [item.instanceId, item]));
}

/** Looks the disks up at once, so that the calls can share requests. */
async function disksOf(
    context: Context,
    instanceIds: readonly string[],
): Promise<ReadonlyMap<string, Disk[]>> {
    const found = await Promise.all(
        instanceIds.map(
            async (instanceId) => [instanceId, await context.api.describeDisks({ instanceId })] as const,
        ),
    );
    return new Map(found);
}
