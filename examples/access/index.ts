import * as alicloud from "@pulumi/alicloud";
import * as pulumi from "@pulumi/pulumi";
import { policies } from "pulumi-alicloud-app-snapshot";

const config = new pulumi.Config();

// The role of the plugin on the instances. If it is not the default one, the programs name it: `ramRoleName`.
const role = new alicloud.ram.Role("plugin", {
    roleName: config.get("roleName") ?? "AppSnapshotRoleName",
    assumeRolePolicyDocument: JSON.stringify(policies.instanceRoleTrust()),
});
const rolePolicy = new alicloud.ram.Policy("plugin", {
    policyName: "app-snapshot-plugin",
    policyDocument: JSON.stringify(policies.instanceRole()),
});
new alicloud.ram.RolePolicyAttachment("plugin", {
    roleName: role.roleName,
    policyName: rolePolicy.policyName,
    policyType: "Custom",
});

// The policy of the RAM user whose access key runs `pulumi up` for the snapshots. It can run commands only on these
// instances, and attach no other role to them.
const instanceArns = config
    .requireObject<string[]>("instanceIds")
    .map((instanceId) => `acs:ecs:*:*:instance/${instanceId}`);
const callerPolicy = new alicloud.ram.Policy("caller", {
    policyName: "app-snapshot-caller",
    policyDocument: role.arn.apply((roleArn) =>
        JSON.stringify(policies.caller({ instanceArns, roleArn, roleAttachment: "keep" })),
    ),
});
new alicloud.ram.UserPolicyAttachment("caller", {
    userName: config.require("callerName"),
    policyName: callerPolicy.policyName,
    policyType: "Custom",
});

export const ramRoleName = role.roleName;
export const ramRoleArn = role.arn;
