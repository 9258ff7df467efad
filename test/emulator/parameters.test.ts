import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, region, role, start, windows1 } from "./support";

function many(name: string, count: number, value = (index: number) => `x-${index}`): Record<string, string> {
    return Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${name}.${index + 1}`, value(index)]),
    );
}
function ids(count: number): string {
    return JSON.stringify(Array.from({ length: count }, (_, index) => `i-${index}`));
}
const resource = { ResourceType: "instance", "ResourceId.1": linux1 };
const shell = { Type: "RunShellScript", CommandContent: "true", "InstanceId.1": linux1 };

function tagKeys(name: string, count: number): Record<string, string> {
    return Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${name}.${index + 1}.Key`, `k${index}`]),
    );
}
const tooManyTags = tagKeys("Tag", 21);

// Each line: operation, parameters beside RegionId, HTTP status, code.
const refusals: [string, Record<string, string>, number, string][] = [
    ["DescribeInstances", { Colour: "red" }, 400, "UnsupportedParameter"],
    ["DescribeInstances", { "InstanceIds.1": linux1 }, 400, "InvalidParameter.InstanceIds"],
    ["DescribeInstances", { InstanceIds: "i-1,i-2" }, 400, "InvalidInstanceIds.Malformed"],
    ["DescribeInstances", { InstanceIds: ids(101) }, 400, "InvalidInstanceIds.Malformed"],
    ["DescribeInstances", { MaxResults: "101" }, 400, "InvalidParameter.MaxResults"],
    ["DescribeInstances", { MaxResults: "ten" }, 400, "InvalidParameter.MaxResults"],
    ["DescribeInstances", { NextToken: "nonsense" }, 400, "InvalidParameter.NextToken"],
    ["DescribeSnapshots", { DryRun: "yes" }, 400, "InvalidParameter.DryRun"],
    ["DescribeSnapshots", { DryRun: "true" }, 400, "DryRunOperation"],
    ["DescribeDisks", { MaxResults: "ten" }, 400, "InvalidParameter.MaxResults"],
    ["DescribeDisks", { MaxResults: "9" }, 400, "InvalidParameter.MaxResults"],
    ["DescribeDisks", { DiskType: "data" }, 400, "UnsupportedParameter"],
    ["DescribeInstances", tooManyTags, 400, "InvalidTagCount"],
    ["DescribeSnapshots", { SnapshotIds: "s-1" }, 403, "InvalidSnapshotIds.Malformed"],
    ["DescribeSnapshotGroups", many("SnapshotGroupId", 11), 400, "InvalidParameter.SnapshotGroupId"],
    ["DescribeSnapshotGroups", { InstanceId: "i-gone" }, 404, "InvalidInstanceId.NotFound"],
    ["DescribeSnapshotGroups", { MaxResults: "101" }, 400, "InvalidParameter.MaxResults"],
    ["ModifySnapshotGroup", { Name: "x1" }, 400, "MissingParameter"],
    ["ModifySnapshotGroup", { SnapshotGroupId: "ssg-1", Name: "1x" }, 400, "InvalidParameter.Name"],
    [
        "ModifySnapshotGroup",
        { SnapshotGroupId: "ssg-1", Description: "x" },
        400,
        "InvalidParameter.Description",
    ],
    ["ModifySnapshotGroup", { SnapshotGroupId: "ssg-1", Name: "x1" }, 404, "InvalidSnapshotGroup.NotFound"],
    ["AttachInstanceRamRole", { InstanceIds: ids(1) }, 400, "MissingParameter"],
    [
        "AttachInstanceRamRole",
        { InstanceIds: ids(101), RamRoleName: role },
        400,
        "InvalidInstanceIds.Malformed",
    ],
    ["AttachInstanceRamRole", { InstanceIds: ids(1), RamRoleName: role }, 404, "InvalidInstanceId.NotFound"],
    ["DescribeInstanceRamRole", { InstanceIds: ids(51) }, 400, "InvalidInstanceIds.Malformed"],
    ["DescribeInstanceRamRole", {}, 400, "MissingParameter"],
    ["DescribeInstanceRamRole", { InstanceIds: ids(1), PageSize: "51" }, 400, "InvalidParameter.PageSize"],
    ["DescribeCloudAssistantStatus", many("InstanceId", 101), 403, "InstanceIds.ExceedLimit"],
    ["DescribeCloudAssistantStatus", { "InstanceId.1": "i-gone" }, 404, "InvalidInstance.NotFound"],
    ["DescribeInvocationResults", { MaxResults: "51" }, 400, "InvalidParameter.MaxResults"],
    ["StopInvocation", { InvokeId: "t-gone" }, 404, "InvalidInvokeId.NotFound"],
    ["StopInvocation", { InvokeId: "t-1", ...many("InstanceId", 51) }, 403, "InstanceIds.ExceedLimit"],
    ["RunCommand", { ...shell, "InstanceId.1": "i-gone" }, 404, "InvalidInstance.NotFound"],
    ["RunCommand", { Type: "RunShellScript", CommandContent: "true" }, 400, "MissingParam.InstanceId"],
    ["RunCommand", { ...shell, InstanceId: linux1 }, 400, "InvalidParameter.InstanceId"],
    ["RunCommand", { ...shell, ...many("InstanceId", 101) }, 403, "InstanceIds.ExceedLimit"],
    ["RunCommand", { ...shell, Type: "RunPerl" }, 404, "InvalidCmdType.NotFound"],
    ["RunCommand", { ...shell, "InstanceId.1": windows1 }, 400, "InvalidInstance.NotMatch"],
    ["RunCommand", { ...shell, Type: "RunBatScript" }, 400, "InvalidInstance.NotMatch"],
    ["RunCommand", { ...shell, Timeout: "9" }, 403, "InvalidTimeout.ExceedLimit"],
    ["RunCommand", { ...shell, Timeout: "86401" }, 403, "InvalidTimeout.ExceedLimit"],
    ["RunCommand", { ...shell, Timeout: "1e3" }, 400, "InvalidParameter.Timeout"],
    ["RunCommand", { ...shell, TerminationMode: "Politely" }, 404, "InvalidTerminationMode.NotFound"],
    ["RunCommand", { ...shell, RepeatMode: "Period" }, 400, "UnsupportedParameter"],
    ["RunCommand", { ...shell, EnableParameter: "true" }, 400, "UnsupportedParameter"],
    ["RunCommand", { ...shell, KeepCommand: "true" }, 400, "UnsupportedParameter"],
    ["RunCommand", { ...shell, WorkingDir: "/root" }, 400, "UnsupportedParameter"],
    ["DescribeInvocations", { InvokeStatus: "Finished" }, 400, "UnsupportedParameter"],
    [
        "RunCommand",
        { ...shell, ContentEncoding: "Base64", CommandContent: "%%%" },
        400,
        "CmdContent.DecodeError",
    ],
    ["RunCommand", { ...shell, CommandContent: "x".repeat(18 * 1024 + 1) }, 403, "CmdContent.ExceedLimit"],
    ["RunCommand", { ...shell, Name: "n".repeat(129) }, 403, "CmdName.ExceedLimit"],
    ["RunCommand", { ...shell, "Tag.1.Value": "v" }, 400, "MissingParameter.TagKey"],
    ["SendFile", { "InstanceId.1": linux1 }, 400, "MissingParameter"],
    ["SendFile", {}, 400, "MissingParam.InstanceId"],
    ["RunCommand", { ...shell, ClientToken: "t".repeat(65) }, 400, "InvalidClientToken.Malformed"],
    ["RunCommand", { ...shell, ClientToken: "tökén" }, 400, "InvalidClientToken.Malformed"],
    [
        "RunCommand",
        { ...shell, "Tag.1.Key": "k".repeat(65), "Tag.1.Value": "v" },
        400,
        "InvalidTagKey.Malformed",
    ],
    ["RunCommand", { ...shell, "Tag.1.Key": "acs:k", "Tag.1.Value": "v" }, 400, "InvalidTagKey.Malformed"],
    ["RunCommand", { ...shell, "Tag.1.Key": "aliyunk", "Tag.1.Value": "v" }, 400, "InvalidTagKey.Malformed"],
    [
        "RunCommand",
        { ...shell, "Tag.1.Key": "k", "Tag.1.Value": "v".repeat(129) },
        400,
        "InvalidTagValue.Malformed",
    ],
    ["RunCommand", { ...shell, "Tag.1.Key": "k", "Tag.2.Key": "k" }, 400, "Duplicate.TagKey"],
    ["RunCommand", { ...shell, "Tag.1.Name": "k" }, 400, "UnsupportedParameter"],
    ["RunCommand", { ...shell, ...tooManyTags }, 400, "NumberExceed.Tags"],
    [
        "TagResources",
        { ResourceType: "snapshot", "ResourceId.1": "s-1", "Tag.1.Key": "k" },
        404,
        "InvalidResourceId.NotFound",
    ],
    [
        "TagResources",
        { ResourceType: "teapot", "ResourceId.1": "s-1", "Tag.1.Key": "k" },
        404,
        "InvalidResourceType.NotFound",
    ],
    // Groups have tags, but no source says that these operations know them.
    [
        "TagResources",
        { ResourceType: "snapshots", "ResourceId.1": "s-1", "Tag.1.Key": "k" },
        404,
        "InvalidResourceType.NotFound",
    ],
    [
        "TagResources",
        { ResourceType: "snapshot", ...many("ResourceId", 51), "Tag.1.Key": "k" },
        400,
        "NumberExceed.ResourceIds",
    ],
    ["TagResources", { ...resource, "Tag.1.Key": "Team", "Tag.2.Key": "team" }, 403, "TagKey.Duplication"],
    [
        "TagResources",
        { ...resource, "Tag.1.Key": "k", "Tag.1.Value": "acs:v" },
        400,
        "InvalidTagValue.Malformed",
    ],
    [
        "TagResources",
        { ResourceType: "invocation", "ResourceId.1": "t-1", "Tag.1.Key": "k".repeat(65) },
        400,
        "InvalidTagKey.Malformed",
    ],
    ["TagResources", resource, 404, "MissingParameter.Tags"],
    ["TagResources", { ResourceType: "instance" }, 404, "MissingParameter.ResourceIds"],
    ["UntagResources", resource, 404, "MissingParameter.Tags"],
];

describe("emulator: parameters", () => {
    let emulator: Emulator;
    before(async () => {
        emulator = await start();
    });
    after(closeAll);

    for (const [action, params, status, code] of refusals) {
        const shown = JSON.stringify(params).slice(0, 90);
        it(`${action} ${shown} is refused with ${code}`, async () => {
            const answer = await rawCall(emulator, { action, params: { RegionId: region, ...params } });
            expect(answer.body.Code, String(answer.body.Message)).to.equal(code);
            expect(answer.status).to.equal(status);
        });
    }

    it("leaves nothing behind after all these refusals", () => {
        expect(emulator.state.invocations).to.deep.equal([]);
        expect(emulator.state.snapshotGroups).to.deep.equal([]);
    });

    it("asks for the region in each operation's own words", async () => {
        for (const [action, status, code] of [
            ["DescribeInstances", 400, "MissingParameter"],
            ["DescribeInvocations", 400, "MissingParameter"],
            ["DescribeDisks", 400, "MissingParamter.RegionId"],
            ["TagResources", 404, "MissingParameter.RegionId"],
        ] as const) {
            const { status: told, body } = await rawCall(emulator, { action });
            expect([told, body.Code], action).to.deep.equal([status, code]);
        }
        const nowhere = await rawCall(emulator, {
            action: "DescribeDisks",
            params: { RegionId: "mars-north-1" },
        });
        expect(nowhere.body.Code).to.equal("InvalidRegionId.NotFound");
    });

    it("knows other regions, which are empty", async () => {
        const answer = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: "cn-beijing" },
        });
        expect(answer.body).to.include({ TotalCount: 0 });
        const newest = { action: "DescribeInstances", params: { RegionId: "na-south-1" } };
        expect((await rawCall(emulator, newest)).status).to.equal(200);
    });

    for (const action of [
        "CreateSnapshotGroup",
        "DescribeRegions",
        "InstallCloudAssistant",
        "ListTagResources",
    ]) {
        it(`serves no ${action}, which nobody needs`, async () => {
            const answer = await rawCall(emulator, { action, params: { RegionId: region } });
            expect([answer.status, answer.body.Code]).to.deep.equal([404, "InvalidAction.NotFound"]);
        });
    }

    it("accepts up to 24 KB of content in base64, also through the URL", async () => {
        const params = { RegionId: region, ...shell, CommandContent: `#${"+".repeat(18 * 1024 - 1)}` };
        expect((await rawCall(emulator, { action: "RunCommand", params })).status).to.equal(200);
    });

    it("orders list entries by their number, not by their place", async () => {
        const params = {
            RegionId: region,
            "InstanceId.2": linux1,
            "InstanceId.10": "i-gone",
            "InstanceId.1": linux1,
        };
        const answer = await rawCall(emulator, { action: "DescribeCloudAssistantStatus", params });
        expect(answer.body.Message).to.contain("i-gone");
    });
});
