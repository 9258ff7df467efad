import type { Arguments } from "../parameters/arguments";
import { ids, integer, required } from "../parameters/spec";
import { ApiError, type Body } from "../refusals/api-error";
import type { Behaviour } from "../settings/behaviour";
import type { Instance } from "../world/instance";
import { needInstances } from "./lookups";
import type { Context, ItemError, OperationTable } from "./operation";
import { paginate } from "./paging";

/** The operations on the RAM roles of instances. */
export const roleOperations: OperationTable = {
    AttachInstanceRamRole: {
        parameters: {
            RegionId: required(),
            RamRoleName: required(),
            InstanceIds: ids(100, { status: 400, code: "InvalidInstanceIds.Malformed" }, { required: true }),
        },
        run: attach,
        failItems: failAttach,
    },
    DetachInstanceRamRole: {
        parameters: {
            RegionId: required(),
            RamRoleName: required(),
            InstanceIds: ids(100, { status: 400, code: "InvalidInstanceIds.Malformed" }, { required: true }),
        },
        run: detach,
        failItems: failDetach,
    },
    DescribeInstanceRamRole: {
        parameters: {
            RegionId: required(),
            InstanceIds: ids(50, { status: 400, code: "InvalidInstanceIds.Malformed" }, { required: true }),
            PageSize: integer(1, 50),
        },
        run: describeRoles,
    },
};

interface ItemResult {
    readonly instanceId: string;
    readonly error?: ItemError;
}

/** The code for an instance that has a role already. No source names it. */
const attachedRoleCode = "InvalidOperation.InstanceRamRoleExists";

/** The failure of an item when a fault says no more than that it fails. */
const itemError: ItemError = { code: "Operation.Forbidden", message: "The operation is not permitted." };

function attach(args: Arguments, context: Context): Body {
    const { world } = context;
    const name = checkAttachedRole(args, context);
    const instances = needVpcInstances(args, context);
    const { behaviour, timing } = world.services;
    checkReattachment(instances, name, behaviour);
    const results = instances.map((instance): ItemResult => {
        const present = instance.role?.name;
        if (present === undefined) {
            instance.role = { name, visibleFrom: world.now + timing.rolePropagationMs };
        } else if (present !== name || behaviour.sameRoleReattach === "error") {
            const message = alreadyHas(present);
            return { instanceId: instance.instanceId, error: { code: attachedRoleCode, message } };
        }
        return { instanceId: instance.instanceId };
    });
    return { RamRoleName: name, ...itemised("AttachInstanceRamRole", results) };
}

function failAttach(args: Arguments, context: Context, error: Partial<ItemError>): Body {
    const name = checkAttachedRole(args, context);
    const instances = needVpcInstances(args, context);
    checkReattachment(instances, name, context.world.services.behaviour);
    return { RamRoleName: name, ...itemised("AttachInstanceRamRole", failures(instances, error)) };
}

/** Refuses the whole call if an instance has this very role already, if the behaviour says so. */
function checkReattachment(instances: readonly Instance[], name: string, behaviour: Behaviour): void {
    if (
        behaviour.sameRoleReattach === "refused" &&
        instances.some((instance) => instance.role?.name === name)
    ) {
        throw new ApiError(403, attachedRoleCode, alreadyHas(name));
    }
}

function alreadyHas(roleName: string): string {
    return `The instance already has the RAM role ${roleName}.`;
}

function failures(instances: readonly Instance[], error: Partial<ItemError>): ItemResult[] {
    return instances.map(({ instanceId }) => ({ instanceId, error: { ...itemError, ...error } }));
}

/** Returns the name of the role to attach, after the checks that do not depend on the instances. */
function checkAttachedRole(args: Arguments, context: Context): string {
    const { world } = context;
    const name = args.textOr("RamRoleName", "");
    context.require("ram:PassRole", "InvalidUser.PassRoleForbidden");
    const role = world.role(name);
    if (role === undefined) {
        throw new ApiError(404, "InvalidRamRole.NotFound", `The specified RamRole does not exist: ${name}.`);
    }
    if (!role.trust.includes("ecs.aliyuncs.com")) {
        throw new ApiError(
            404,
            "InvalidRamRole.NotEcsRole",
            `The specified RamRole is not authorized for ecs: ${name}.`,
        );
    }
    return name;
}

function detach(args: Arguments, context: Context): Body {
    const { world } = context;
    const name = args.textOr("RamRoleName", "");
    const instances = needVpcInstances(args, context);
    const before = instances.map(roleSet);
    const results = instances.map((instance): ItemResult => {
        const present = instance.role?.name;
        if (present !== name) {
            return world.services.behaviour.detachMissingRole === "success"
                ? { instanceId: instance.instanceId }
                : {
                      instanceId: instance.instanceId,
                      error: {
                          code: "InvalidRamRole.NotFound",
                          message: "The instance does not have the specified RAM role.",
                      },
                  };
        }
        instance.role = undefined;
        return { instanceId: instance.instanceId };
    });
    return detachBody(name, results, before);
}

function failDetach(args: Arguments, context: Context, error: Partial<ItemError>): Body {
    const instances = needVpcInstances(args, context);
    return detachBody(args.textOr("RamRoleName", ""), failures(instances, error), instances.map(roleSet));
}

function detachBody(name: string, results: readonly ItemResult[], before: readonly Body[]): Body {
    return {
        RamRoleName: name,
        ...itemised("DetachInstanceRamRole", results, (index) => ({
            InstanceRamRoleSets: { InstanceRamRoleSet: [before[index]] },
        })),
    };
}

function needVpcInstances(args: Arguments, context: Context): Instance[] {
    const instances = needInstances(context.world, args.list("InstanceIds") ?? []);
    const classic = instances.find((instance) => instance.networkType === "classic");
    if (classic !== undefined) {
        throw new ApiError(
            403,
            "InvalidNetworkType.MismatchRamRole",
            `RAM roles are for instances in a VPC only: ${classic.instanceId}.`,
        );
    }
    return instances;
}

function itemised(
    operation: string,
    results: readonly ItemResult[],
    more: (index: number) => Body = () => ({}),
): Body {
    return {
        TotalCount: results.length,
        FailCount: results.filter((result) => result.error !== undefined).length,
        [`${operation}Results`]: {
            [`${operation}Result`]: results.map((result, index) => ({
                InstanceId: result.instanceId,
                Success: result.error === undefined,
                Code: result.error?.code ?? 200,
                Message: result.error?.message ?? "success",
                ...more(index),
            })),
        },
    };
}

function describeRoles(args: Arguments, { world }: Context): Body {
    const showsRoleless = world.services.behaviour.rolelessInstance === "empty";
    const sets = needInstances(world, args.list("InstanceIds") ?? [])
        .filter(({ role }) => role !== undefined || showsRoleless)
        .map(roleSet);
    const page = paginate(sets, args);
    return {
        RegionId: world.regionId,
        ...page.fields,
        InstanceRamRoleSets: { InstanceRamRoleSet: page.items },
    };
}

function roleSet(instance: Instance): Body {
    return { InstanceId: instance.instanceId, RamRoleName: instance.role?.name ?? "" };
}
