import type Client from "@alicloud/ecs20140526";
import {
    AttachInstanceRamRoleRequest,
    DescribeInstanceRamRoleRequest,
    DetachInstanceRamRoleRequest,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    foreignRole,
    goodParams,
    linux1,
    linux2,
    linux3,
    pluginLine,
    refusal,
    region,
    role,
    run,
    sdk,
    start,
    startStill,
} from "./support";

const attached = "InvalidOperation.InstanceRamRoleExists";

async function attach(client: Client, ramRoleName: string, ...instanceIds: string[]) {
    const request = new AttachInstanceRamRoleRequest({
        regionId: region,
        ramRoleName,
        instanceIds: JSON.stringify(instanceIds),
    });
    const body = (await client.attachInstanceRamRole(request)).body;
    return { body, items: body?.attachInstanceRamRoleResults?.attachInstanceRamRoleResult ?? [] };
}

async function detach(client: Client, ramRoleName: string, instanceId: string) {
    const request = new DetachInstanceRamRoleRequest({
        regionId: region,
        ramRoleName,
        instanceIds: JSON.stringify([instanceId]),
    });
    return (await client.detachInstanceRamRole(request)).body;
}

async function describeRoles(client: Client, ...instanceIds: string[]) {
    const request = new DescribeInstanceRamRoleRequest({
        regionId: region,
        instanceIds: JSON.stringify(instanceIds),
    });
    const sets =
        (await client.describeInstanceRamRole(request)).body?.instanceRamRoleSets?.instanceRamRoleSet ?? [];
    return sets.map((set) => [set.instanceId, set.ramRoleName]);
}

describe("emulator: RAM roles of instances", () => {
    afterEach(closeAll);

    it("attaches a role and shows it", async () => {
        const client = sdk(await start());
        const { body, items } = await attach(client, role, linux1);
        expect(body).to.include({ totalCount: 1, failCount: 0, ramRoleName: role });
        expect(items[0]).to.include({ instanceId: linux1, code: "200", success: true });
        expect(await describeRoles(client, linux1)).to.deep.equal([[linux1, role]]);
    });

    it("fails per item, with HTTP 200, where another role is attached", async () => {
        const emulator = await start();
        const { body, items } = await attach(sdk(emulator), role, linux1, foreignRole);
        expect(body).to.include({ totalCount: 2, failCount: 1 });
        expect(items.map((item) => [item.instanceId, item.code, item.success])).to.deep.equal([
            [linux1, "200", true],
            [foreignRole, attached, false],
        ]);
        expect(items[1]?.message).to.contain("WebServerRole");
        const states = emulator.state.instances.filter((each) =>
            [linux1, foreignRole].includes(each.instanceId),
        );
        expect(states.map((each) => each.ramRoleName)).to.deep.equal([role, "WebServerRole"]);
    });

    it("takes the same role again or not, as told", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        expect((await attach(client, role, linux2)).body?.failCount).to.equal(1);
        emulator.controls.behaviour({ sameRoleReattach: "success" });
        expect((await attach(client, role, linux2)).body?.failCount).to.equal(0);
    });

    it("may refuse the same role again as a whole, and then attaches it nowhere", async () => {
        const emulator = await start({
            behaviour: { sameRoleReattach: "refused" },
        });
        const client = sdk(emulator);
        expect(await refusal(attach(client, role, linux1, linux2))).to.include({
            code: attached,
            statusCode: 403,
        });
        expect(await describeRoles(client, linux1, linux2)).to.deep.equal([[linux2, role]]);
        // Another role than the one to attach is an item's failure still.
        expect((await attach(client, role, foreignRole)).items[0]).to.include({ code: attached });
        emulator.faults.add({ action: "AttachInstanceRamRole", kind: "item-failure" });
        expect((await refusal(attach(client, role, linux2))).code).to.equal(attached);
    });

    it("refuses roles that do not exist or do not trust ECS, and instances outside a VPC", async () => {
        const fixture = defaultFixture();
        fixture.instances.push({
            instanceId: "i-classic",
            osType: "linux",
            osName: "CentOS  7.9 64 bit",
            networkType: "classic",
            disks: [],
        });
        const client = sdk(await start({ fixture }));
        expect((await refusal(attach(client, "Nobody", linux1))).code).to.equal("InvalidRamRole.NotFound");
        expect((await refusal(attach(client, "FunctionRole", linux1))).code).to.equal(
            "InvalidRamRole.NotEcsRole",
        );
        expect((await refusal(attach(client, role, "i-classic"))).code).to.equal(
            "InvalidNetworkType.MismatchRamRole",
        );
    });

    it("needs ram:PassRole besides the operation itself", async () => {
        const fixture = defaultFixture();
        fixture.credentials = [{ accessKeyId: "emulator", accessKeySecret: "emulator", allow: ["ecs:*"] }];
        const error = await refusal(attach(sdk(await start({ fixture })), role, linux1));
        expect(error).to.include({ code: "InvalidUser.PassRoleForbidden", statusCode: 403 });
    });

    it("shows instances without a role as no entry, or as an empty one", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        expect(await describeRoles(client, linux1, linux2)).to.deep.equal([[linux2, role]]);
        emulator.controls.behaviour({ rolelessInstance: "empty" });
        expect(await describeRoles(client, linux1, linux2)).to.deep.equal([
            [linux1, ""],
            [linux2, role],
        ]);
    });

    it("detaches a role, and only the one that is named", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        expect((await detach(client, "WebServerRole", linux2))?.failCount).to.equal(1);
        expect((await detach(client, role, linux2))?.failCount).to.equal(0);
        expect(await describeRoles(client, linux2)).to.deep.equal([]);
        expect((await detach(client, role, linux2))?.failCount).to.equal(1);
        emulator.controls.behaviour({ detachMissingRole: "success" });
        expect((await detach(client, role, linux2))?.failCount).to.equal(0);
    });

    it("takes a while until the instance itself sees a new role: the plugin exits 13 before", async () => {
        const { emulator, clock } = await startStill({ timing: { rolePropagationMs: 1500 } });
        const client = sdk(emulator);
        await attach(client, role, linux3);
        clock.advance(1499);
        expect((await run(client, linux3, pluginLine(goodParams))).exitCode).to.equal(13);
        clock.advance(1);
        expect((await run(client, linux3, pluginLine(goodParams))).exitCode).to.equal(0);
    });
});
