import type { Context } from "../../cloud/context";
import type { ItemResult } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import { apiErrorEntry } from "../../errors/api-errors";
import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { failure, type Outcome, type Outcomes, success } from "../../errors/outcome";
import { ownErrors } from "../../errors/own-errors";
import { phrases } from "../../runtime/text";
import { circumstancesOf } from "../inputs/circumstances";
import type { OperatingSystem, SnapshotSpecification } from "../inputs/specification";

/** Returns the problems of using the named role, given the one that is attached. Pure. */
export function roleProblems(
    specification: SnapshotSpecification,
    osType: OperatingSystem,
    attachedRole: string | undefined,
): AppSnapshotError[] {
    const { instanceId, ramRoleName, roleAttachment } = specification;
    const circumstances = circumstancesOf(specification, osType);
    if (attachedRole === ramRoleName) {
        return [];
    }
    if (attachedRole !== undefined) {
        return [
            new AppSnapshotError(ownErrors.RoleConflict, {
                instanceId,
                detail: `the attached role is ${attachedRole}, the required role is ${ramRoleName}`,
                circumstances,
            }),
        ];
    }
    return roleAttachment === "none"
        ? [
              new AppSnapshotError(ownErrors.RoleMissing, {
                  instanceId,
                  detail: `the required role is ${ramRoleName}`,
                  circumstances,
              }),
          ]
        : [];
}

/**
 * Returns the note that a role was not checked, for an error with all other problems. ECS reports only when it is
 * attached whether it exists, trusts ECS, and may be passed by the caller; there is no dry run.
 */
export function uncheckedRoleNote(
    { ramRoleName, roleAttachment }: SnapshotSpecification,
    attachedRole: string | undefined,
): string {
    return attachedRole === undefined && roleAttachment !== "none"
        ? `Whether the RAM role ${ramRoleName} exists and may be attached can be checked only by attaching it, which was not tried.`
        : "";
}

/**
 * Attaches a role to instances that have none. The request succeeds even if single instances fail.
 *
 * @throws ApiCallError if the API does not respond.
 */
export async function attachRole(
    context: Context,
    instanceIds: readonly string[],
    ramRoleName: string,
): Promise<Outcomes<void>> {
    context.log.status(`attaching the RAM role ${ramRoleName}`);
    const { items, refusal } = await changeOrRefusal(() =>
        context.api.attachInstanceRamRole(instanceIds, ramRoleName),
    );
    const failed = instanceIds.filter((instanceId) => !succeeded(items, instanceId));
    // An item, or the request, also fails if a response was lost and the request was repeated, or if another resource
    // attached the same role meanwhile. Only the role that is attached now counts.
    const attached = failed.length === 0 ? undefined : await attachedRoles(context, failed, refusal);
    return new Map(
        instanceIds.map((instanceId) => {
            if (succeeded(items, instanceId) || attached?.get(instanceId) === ramRoleName) {
                return [instanceId, success(undefined)];
            }
            return [
                instanceId,
                refusal === undefined
                    ? notAttached(items, instanceId, ramRoleName)
                    : failure(withRoleName(ramRoleName, refusal.toAppSnapshotError(instanceId))),
            ];
        }),
    );
}

/**
 * Detaches a role from instances.
 *
 * @returns a warning for each role that stays attached, which is no reason to fail a snapshot.
 * @throws ApiCallError if the API does not respond, or refuses the request although the role is attached.
 */
export async function detachRole(
    context: Context,
    instanceIds: readonly string[],
    ramRoleName: string,
): Promise<string[]> {
    context.log.status(`detaching the RAM role ${ramRoleName}`);
    const { items, refusal } = await changeOrRefusal(() =>
        context.api.detachInstanceRamRole(instanceIds, ramRoleName),
    );
    const failed = instanceIds.filter((instanceId) => !succeeded(items, instanceId));
    if (failed.length === 0) {
        return [];
    }
    // As above: the role may already be detached.
    const attached = await attachedRoles(context, failed, refusal);
    const still = failed.filter((instanceId) => attached?.get(instanceId) === ramRoleName);
    if (refusal !== undefined && (attached === undefined || still.length > 0)) {
        throw refusal;
    }
    return still.map(
        (instanceId) =>
            `The RAM role ${ramRoleName} is still attached to ${instanceId}: ${reason(items, instanceId)}.`,
    );
}

/** The result for each instance, or the API's refusal of the whole request. */
interface RoleChange {
    readonly items: readonly ItemResult[];
    readonly refusal: ApiCallError | undefined;
}

async function changeOrRefusal(change: () => Promise<ItemResult[]>): Promise<RoleChange> {
    try {
        return { items: await change(), refusal: undefined };
    } catch (thrown) {
        if (thrown instanceof ApiCallError && thrown.code !== undefined) {
            return { items: [], refusal: thrown };
        }
        throw thrown;
    }
}

/** Returns the attached roles; undefined if this call fails after a refusal, which is then the error to report. */
async function attachedRoles(
    { api }: Context,
    instanceIds: readonly string[],
    refusal: ApiCallError | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
    try {
        return await api.describeInstanceRamRole(instanceIds);
    } catch (thrown) {
        if (refusal !== undefined && thrown instanceof ApiCallError) {
            return undefined;
        }
        throw thrown;
    }
}

function withRoleName(ramRoleName: string, error: AppSnapshotError): AppSnapshotError {
    return error.with({ detail: phrases(`the RAM role ${ramRoleName}`, error.details.detail) });
}

function succeeded(items: readonly ItemResult[], instanceId: string): boolean {
    return items.some((item) => item.instanceId === instanceId && item.success);
}

function notAttached(items: readonly ItemResult[], instanceId: string, ramRoleName: string): Outcome<void> {
    const code = items.find((item) => item.instanceId === instanceId)?.code;
    return failure(
        new AppSnapshotError(ownErrors.RoleNotAttached, {
            instanceId,
            detail: `${ramRoleName}: ${reason(items, instanceId)}${code === undefined ? "" : `. ${apiErrorEntry(code).remedy}`}`,
        }),
    );
}

function reason(items: readonly ItemResult[], instanceId: string): string {
    const item = items.find((candidate) => candidate.instanceId === instanceId);
    return item === undefined ? "the API gave no reason" : `${item.code} ${item.message}`.trim();
}
