import { expect } from "chai";
import { AppConsistentSnapshot, policies } from "pulumi-alicloud-app-snapshot";

import { type Registered, type Run, runProgram } from "./support/run-program";

const snapshotType = AppConsistentSnapshot.__pulumiType;
const outputs = {
    [snapshotType]: { snapshotGroupId: "ssg-1", consistency: "application", systemDiskSnapshotId: "s-1" },
    "alicloud:ram/role:Role": { arn: "acs:ram::1234567890123456:role/appsnapshotrolename" },
};

function registered({ resources }: Run, key: string): Registered {
    const resource = resources.get(key);
    if (resource === undefined) {
        throw new Error(`there is no ${key}, only ${[...resources.keys()].join(", ")}`);
    }
    return resource;
}

function policyIn(run: Run, name: string): unknown {
    return JSON.parse(
        registered(run, `alicloud:ram/policy:Policy ${name}`).inputs["policyDocument"] as string,
    );
}

describe("the access example", () => {
    const config = { instanceIds: '["i-bp1a","i-bp1b"]', callerName: "pipeline" };

    it("makes the role that the plugin needs, with its trust and its policy", async () => {
        const run = await runProgram("access", { config, outputs });
        const role = registered(run, "alicloud:ram/role:Role plugin").inputs;
        expect(role["roleName"]).to.equal("AppSnapshotRoleName");
        expect(JSON.parse(role["assumeRolePolicyDocument"] as string)).to.deep.equal(
            policies.instanceRoleTrust(),
        );
        expect(policyIn(run, "plugin")).to.deep.equal(policies.instanceRole());
        expect(
            registered(run, "alicloud:ram/rolePolicyAttachment:RolePolicyAttachment plugin").inputs,
        ).to.deep.equal({
            roleName: "AppSnapshotRoleName",
            policyName: "app-snapshot-plugin",
            policyType: "Custom",
        });
    });

    it("lets the caller run commands on its instances only, and pass no other role", async () => {
        const run = await runProgram("access", { config, outputs });
        const policy = policyIn(run, "caller") as policies.Policy;
        const resourcesOf = (action: string) =>
            policy.Statement.find(({ Action }) => Action.includes(action))?.Resource;
        expect(resourcesOf("ecs:RunCommand")).to.deep.equal([
            "acs:ecs:*:*:instance/i-bp1a",
            "acs:ecs:*:*:instance/i-bp1b",
        ]);
        expect(resourcesOf("ram:PassRole")).to.deep.equal([
            "acs:ram::1234567890123456:role/appsnapshotrolename",
        ]);
        expect(
            registered(run, "alicloud:ram/userPolicyAttachment:UserPolicyAttachment caller").inputs,
        ).to.deep.equal({ userName: "pipeline", policyName: "app-snapshot-caller", policyType: "Custom" });
    });
});

describe("the new-instance example", () => {
    const config = {
        imageId: "m-1",
        instanceType: "ecs.g7.large",
        zoneId: "cn-hangzhou-i",
        vswitchId: "vsw-1",
        securityGroupId: "sg-1",
    };

    it("takes the snapshot of the instance that it makes, with the role that the instance has", async () => {
        const run = await runProgram("new-instance", { config, outputs });
        const instance = registered(run, "alicloud:ecs/instance:Instance database").inputs;
        expect(instance).to.deep.include({ imageId: "m-1", roleName: "AppSnapshotRoleName" });
        expect(registered(run, `${snapshotType} as-created`).inputs).to.deep.include({
            instanceId: "id-of-database",
            ramRoleName: "AppSnapshotRoleName",
            roleAttachment: "none",
            requiredConsistency: "filesystem",
        });
        expect(run.outputs).to.deep.equal({
            instanceId: "id-of-database",
            snapshotGroupId: "ssg-1",
            systemDiskSnapshotId: "s-1",
        });
    });

    it("shows the snapshot in a preview, of an instance that is not known yet", async () => {
        const run = await runProgram("new-instance", { config, outputs, preview: true });
        expect([...run.resources.keys()]).to.include(`${snapshotType} as-created`);
    });
});

describe("the multi-region example", () => {
    it("takes a snapshot in each region", async () => {
        const instanceIds = { "cn-hangzhou": "i-bp1a", "cn-beijing": "i-2zeb" };
        const config = { instanceIds: JSON.stringify(instanceIds) };
        const run = await runProgram("multi-region", { config, outputs });
        for (const [regionId, instanceId] of Object.entries(instanceIds)) {
            const { inputs, options } = registered(run, `${snapshotType} before-migration-${regionId}`);
            expect(inputs).to.deep.include({ regionId, instanceId });
            expect(options.provider).to.equal(undefined);
        }
        expect(run.outputs).to.deep.equal({
            snapshotGroupIdByRegion: { "cn-hangzhou": "ssg-1", "cn-beijing": "ssg-1" },
            consistencyByRegion: { "cn-hangzhou": "application", "cn-beijing": "application" },
        });
    });
});
