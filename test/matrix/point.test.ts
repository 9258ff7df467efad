import { expect } from "chai";

import { type CloudView, nameOf, operationOf } from "./call-names";
import { callsOf, titleOf } from "./point";

describe("the moments of a kill", () => {
    it("are at one of several polls with the same result, and at every other call", () => {
        const calls = callsOf([
            "DescribeInstances",
            "DescribeInvocationResults (running)",
            "DescribeInvocationResults (running)",
            "DescribeInvocationResults (ended)",
            "DescribeSnapshotGroups",
            "DescribeInstances",
        ]);
        expect(calls.map(titleOf)).to.deep.equal([
            "DescribeInstances",
            "DescribeInvocationResults (running)",
            "DescribeInvocationResults (ended)",
            "DescribeSnapshotGroups",
            "DescribeInstances, #2",
        ]);
    });

    it("are named after the purpose and the result of a call", () => {
        const cloud: CloudView = {
            isRunning: (invokeId) => invokeId === "t-1",
            isRun: (invokeId) => invokeId !== "t-directory",
            deletionOf: (id) => (id === "ssg-1" ? "being deleted" : undefined),
        };
        const name = (action: string, params: Record<string, string> = {}): string =>
            nameOf({ action, params }, cloud);
        expect(name("RunCommand")).to.equal("RunCommand");
        expect(name("RunCommand", { Name: "app-snapshot-scripts" })).to.match(/ \(directory\)$/);
        expect(name("DescribeInvocationResults", { InvokeId: "t-directory" })).to.match(/ \(directory\)$/);
        expect(name("SendFile", { Name: "0123-pre-4567.once" })).to.match(/ \(pre-script\)$/);
        expect(name("SendFile", { Name: "0123-post-4567.once" })).to.match(/ \(post-script\)$/);
        expect(name("DescribeInvocations", { InvokeId: "t-1" })).to.match(/ \(of the resource\)$/);
        const handed = { "Tag.2.Key": "app-snapshot:state", "Tag.2.Value": "handed" };
        expect(name("DescribeInvocations", { "Tag.1.Key": "app-snapshot:resource", ...handed })).to.match(
            / \(handed\)$/,
        );
        expect(name("DescribeInvocations", { "Tag.1.Key": "app-snapshot:stack", ...handed })).to.match(
            / \(handed of the stack\)$/,
        );
        expect(name("DescribeInvocations", { InstanceId: "i-1" })).to.match(/ \(running\)$/);
        expect(name("DescribeInvocationResults", { InvokeId: "t-1" })).to.match(/ \(running\)$/);
        expect(name("DescribeInvocationResults", { InvokeId: "t-2" })).to.match(/ \(ended\)$/);
        expect(name("DescribeSnapshotGroups", { "SnapshotGroupId.1": "ssg-1" })).to.match(
            / \(being deleted\)$/,
        );
        expect(name("DescribeSnapshotGroups", { "SnapshotGroupId.1": "ssg-2" })).to.match(/Groups$/);
        const tag = { "Tag.1.Key": "app-snapshot:state", "Tag.1.Value": "committed" };
        expect(name("TagResources", tag)).to.match(/ \(committed\)$/);
        expect(name("TagResources", { "Tag.1.Key": "app-snapshot:temporary-role" })).to.match(
            / \(temporary-role\)$/,
        );
        for (const [ResourceType, purpose] of [
            ["snapshot", "tags of the members"],
            ["snapshotgroup", "tags of the group"],
        ] as const) {
            expect(name("TagResources", { ResourceType, "Tag.1.Key": "team" })).to.match(
                new RegExp(` \\(${purpose}\\)$`),
            );
            expect(name("UntagResources", { ResourceType, "TagKey.1": "team" })).to.match(
                new RegExp(` \\(${purpose}\\)$`),
            );
        }
        const lease = { ResourceType: "instance", "TagKey.1": "app-snapshot:temporary-role" };
        expect(name("UntagResources", lease)).to.equal("UntagResources");
        expect(operationOf("TagResources (committed)")).to.equal("TagResources");
    });
});
