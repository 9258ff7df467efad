import { type RoleAttachment, roleAttachments } from "../core/inputs/inputs";
import { boolean, list, matching, oneOf, partial, problemsOf } from "../runtime/schema";
import { type CallerAction, callerActions, type Task } from "./caller-actions";
import { allow, type Policy, type PolicyStatement } from "./document";

/** Restrictions of what the caller may do. Without them, the policy suffices for all inputs and all instances. */
export interface CallerOptions {
    /**
     * The ARNs of the instances on which commands may run, such as `acs:ecs:*:*:instance/i-bp1xxxxxxxxxxxxxxxxx`; `*`
     * stands for any text. Default: all instances.
     */
    readonly instanceArns?: readonly string[];
    /**
     * The ARN of the role that may be attached, such as `acs:ram::1234567890123456:role/appsnapshotrolename`. Default:
     * all roles.
     */
    readonly roleArn?: string;
    /** The value of the input `roleAttachment`. Default: all values. */
    readonly roleAttachment?: RoleAttachment;
    /** With false, no scripts can be given as text, and no recipes. Default: true. */
    readonly deliverScripts?: boolean;
    /**
     * With false, no snapshot can be deleted, not even one that is not consistent; whatever needs that fails. Use it with
     * `retainOnDelete`. Default: true.
     */
    readonly deleteSnapshots?: boolean;
}

const rules = partial({
    instanceArns: list(
        matching(
            /^acs:ecs:[\w*-]*:[\w*-]*:instance\/[\w*-]+$/,
            "the ARN of an instance, such as acs:ecs:*:*:instance/i-bp1xxxxxxxxxxxxxxxxx",
        ),
    ),
    roleArn: matching(
        /^acs:ram:[\w*-]*:[\w*-]*:role\/[\w.*-]+$/,
        "the ARN of a RAM role, such as acs:ram::1234567890123456:role/appsnapshotrolename",
    ),
    roleAttachment: oneOf(roleAttachments),
    deliverScripts: boolean,
    deleteSnapshots: boolean,
});

/**
 * Returns the policy that the caller needs, the RAM user or role whose credentials run `pulumi`.
 *
 * @throws Error that names each wrong option and its rule.
 */
export function caller(options: CallerOptions = {}): Policy {
    check(options);
    const { instanceArns, roleArn } = options;
    const done = tasksOf(options);
    const needed = Object.entries<CallerAction>(callerActions).filter(
        ([, { task }]) => task === undefined || done.has(task),
    );
    const on = (resources: CallerAction["on"]): string[] =>
        needed.flatMap(([action, one]) => (one.on === resources ? [action] : [])).sort();
    // The cloud checks the actions that attach a role against both. Which role it may be is up to ram:PassRole.
    const instancesAndRoles = instanceArns && [...instanceArns, "acs:ram:*:*:role/*"];
    return {
        Version: "1",
        Statement: [
            allow(on(undefined)),
            allow(on("instances"), instanceArns),
            ...unlessEmpty(on("instances and roles"), instancesAndRoles),
            ...unlessEmpty(on("role"), roleArn === undefined ? undefined : [roleArn]),
        ],
    };
}

function check(options: CallerOptions): void {
    const problems = problemsOf(rules, options, { noun: "an option" }).map(
        ({ path, reason }) => `${path === "" ? "the options" : path} ${reason}`,
    );
    if (options.instanceArns?.length === 0) {
        problems.push("instanceArns must name at least one instance; omit it for all");
    }
    if (problems.length > 0) {
        throw new Error(`policies.caller: ${problems.join("; ")}.`);
    }
}

function tasksOf({
    roleAttachment = "temporary",
    deliverScripts = true,
    deleteSnapshots = true,
}: CallerOptions): ReadonlySet<Task> {
    const tasks: Readonly<Record<Task, boolean>> = {
        "attach the role": roleAttachment !== "none",
        "detach the role": roleAttachment === "temporary",
        "deliver scripts": deliverScripts,
        "delete snapshots": deleteSnapshots,
    };
    return new Set((Object.keys(tasks) as Task[]).filter((task) => tasks[task]));
}

function unlessEmpty(
    actions: readonly string[],
    resources: readonly string[] | undefined,
): PolicyStatement[] {
    return actions.length === 0 ? [] : [allow(actions, resources)];
}
