import type { ApiCallError } from "../../cloud/ecs/api-error";
import { callerActions } from "../../policies/caller-actions";
import { roleActions, trustedService } from "../../policies/instance-role";
import { type Check, notChecked, ok, problemOf, warning } from "./check";

/** The outcome of the calls that show whether the caller has a permission. */
export type Answer =
    | { readonly kind: "granted" }
    | { readonly kind: "refused"; readonly error: ApiCallError }
    /** Refused for the whole region; a policy may still grant it for the instances. */
    | { readonly kind: "refused for the region"; readonly error: ApiCallError }
    | {
          readonly kind: "unknown";
          readonly why: string;
          /** True if the call got no usable answer. Default: false. */
          readonly isFault?: boolean;
      };

export type Permission = keyof typeof callerActions;

export type Answers = Partial<Readonly<Record<Permission, Answer>>>;

/** Tells whether some calls got no usable answer, so that checks are missing. */
export function hasFaults(answers: Answers): boolean {
    return Object.values(answers).some((answer) => answer.kind === "unknown" && answer.isFault === true);
}

/** Returns a line for each permission. Pure. */
export function permissionChecks(answers: Answers): Check[] {
    return Object.entries(callerActions).map(([name, { neededFor }]) => {
        const permission = name as Permission;
        return checkOf(permission, neededFor, answers[permission]);
    });
}

const [lastAction, ...otherActions] = [...roleActions].reverse();
const rolePolicies = `its trust policy must let ${trustedService} assume it, and its permissions must include ${otherActions.reverse().join(", ")} and ${lastAction}`;

/**
 * Returns the line about the role with which the plugin calls the API from the instance.
 *
 * @param note says that it is not known whether the role exists; empty if it is attached.
 */
export function rolePolicyCheck(ramRoleName: string, note: string): Check {
    return notChecked(
        `role ${ramRoleName}`,
        `${note} The plugin uses it on the instance: ${rolePolicies}.`.trim(),
    );
}

function whyNot(permission: Permission): string {
    return permission.startsWith("ecs:Describe") ? "no call needed it here" : "only a change would tell";
}

function checkOf(permission: Permission, neededFor: string, answer: Answer | undefined): Check {
    switch (answer?.kind) {
        case undefined:
            return notChecked(permission, `needed for ${neededFor}; ${whyNot(permission)}`);
        case "granted":
            return ok(permission, "granted");
        case "refused":
            return problemOf(permission, answer.error.toAppSnapshotError());
        case "refused for the region":
            return warning(
                permission,
                `refused for the region as a whole; needed for the instances at least, for ${neededFor}. The API said: ${answer.error.message}`,
            );
        case "unknown":
            return notChecked(permission, `needed for ${neededFor}; ${answer.why}`);
    }
}
