import { allow, type Policy, type TrustPolicy } from "./document";

/** The actions of the vendor's policy for the role. */
export const roleActions = [
    "ecs:DescribeSnapshot*",
    "ecs:CreateSnapshot*",
    "ecs:TagResources",
    "ecs:DescribeDisks",
] as const;

/** Whoever may assume the role: instances. */
export const trustedService = "ecs.aliyuncs.com";

/** Returns the policy that the plugin needs on the instance: the permissions of the instance's RAM role. */
export function instanceRole(): Policy {
    return { Version: "1", Statement: [allow(roleActions)] };
}

/** Returns the trust policy of that role: instances may assume it. */
export function instanceRoleTrust(): TrustPolicy {
    return {
        Version: "1",
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: [trustedService] } }],
    };
}
