import { expect } from "chai";

import type { InvocationResult } from "../../../../provider/src/cloud/ecs/api";
import type { ScriptOutput } from "../../../../provider/src/core/inputs/inputs";
import { type InvocationVerdict, verdictOf } from "../../../../provider/src/core/run/invocation";
import { instanceId, resultOf, successOutput } from "../../support/samples";

type Failed = Extract<InvocationVerdict, { readonly state: "failed" }>;

function failed(more: Partial<InvocationResult>, scriptOutput?: ScriptOutput): Failed {
    const verdict = verdictOf(resultOf({ output: "", ...more }), scriptOutput);
    if (verdict.state !== "failed") {
        throw new Error(`The verdict is ${verdict.state}.`);
    }
    return verdict;
}

function exit(exitCode: number): Failed {
    return failed({ invocationStatus: "Failed", exitCode });
}

describe("the verdict on an invocation's result", () => {
    it("is success for status Success and exit code 0, and for nothing else", () => {
        expect(verdictOf(resultOf()).state).to.equal("succeeded");
        expect(verdictOf(resultOf({ exitCode: undefined })).state).to.equal("succeeded");
        for (const invocationStatus of [
            "Failed",
            "Invalid",
            "Aborted",
            "Error",
            "Timeout",
            "Cancelled",
            "Terminated",
            "Finished",
        ]) {
            const verdict = verdictOf(resultOf({ invocationStatus, exitCode: 0, output: successOutput }));
            expect(verdict.state, invocationStatus).to.equal("failed");
        }
    });

    it("is failure for status Success beside another exit code", () => {
        expect(failed({ invocationStatus: "Success", exitCode: 9 }).error.code).to.equal(
            "PluginPreScriptFailed",
        );
    });

    it("is running until the status is final", () => {
        for (const invocationStatus of ["", "Pending", "Scheduled", "Running", "Stopping"]) {
            expect(verdictOf(resultOf({ invocationStatus })), invocationStatus).to.deep.equal({
                state: "running",
                lastSeen: invocationStatus === "" ? "Pending" : invocationStatus,
            });
        }
    });

    it("does not quote the output of secret scripts, but says where to find it, and what is wrong with the files", () => {
        const output = '[level="error"][message="hunter2"]';
        for (const ended of [
            { invocationStatus: "Failed", exitCode: 9, output },
            { invocationStatus: "Timeout", errorCode: "ExecutionTimeout", output },
        ]) {
            for (const shown of ["show", undefined] as const) {
                expect(failed(ended, shown).error.message).to.include("hunter2");
            }
            const { message } = failed(ended, "secret").error;
            expect(message)
                .to.include("the plugin's messages and the scripts' output are not shown")
                .and.to.include("the ECS console shows them")
                .and.to.include("invocation t-sample");
            expect(message).not.to.include("hunter2");
        }
        const refused = { invocationStatus: "Failed", exitCode: 64, output: "/root/pre.sh 1000 81c0\n" };
        expect(failed(refused, "secret").error.message).to.include("belongs to the user with id 1000");
        expect(failed({ invocationStatus: "Failed", exitCode: 9 }, "secret").error.message).not.to.include(
            "not shown",
        );
    });

    it("does not mistake the agent's exit code after a timeout for the plugin's", () => {
        const { error, groupMayExist } = failed({
            invocationStatus: "Timeout",
            errorCode: "ExecutionTimeout",
            exitCode: 1,
        });
        expect(error.code).to.equal("ExecutionTimeout");
        expect(error.exitCode).to.equal(undefined);
        expect(groupMayExist).to.equal(true);
    });

    it("depends on the error code if there is one, otherwise on the status", () => {
        const codes: readonly (readonly [
            status: string,
            errorCode: string,
            code: string,
            exists: boolean,
        ])[] = [
            ["Aborted", "DeliveryTimeout", "DeliveryTimeout", false],
            ["Aborted", "", "InvocationAborted", false],
            ["Aborted", "ClientNotRunning", "ClientNotRunning", false],
            ["Aborted", "ClientNetworkBlocked", "ClientNetworkBlocked", false],
            ["Invalid", "", "InvocationInvalid", false],
            ["Invalid", "DirectoryNotExists", "DirectoryNotExists", false],
            ["Cancelled", "", "InvocationCancelled", false],
            ["Failed", "SecurityGroupRuleDenied", "SecurityGroupRuleDenied", false],
            ["Failed", "ClientNotResponse", "ClientNotResponse", true],
            ["Error", "ExecutionException", "ExecutionException", true],
            ["Error", "ExecutionInterrupted", "ExecutionInterrupted", true],
            ["Error", "", "InvocationError", true],
            ["Timeout", "", "InvocationTimeout", true],
            ["Terminated", "", "InvocationTerminated", true],
            ["Error", "InstanceReleased", "InstanceReleased", true],
            ["Timeout", "SomethingNew", "InvocationTimeout", true],
            ["SomethingNew", "SomethingNew", "InvocationFailed", true],
        ];
        for (const [invocationStatus, errorCode, code, groupMayExist] of codes) {
            const verdict = failed({ invocationStatus, errorCode, exitCode: 0 });
            expect(verdict.error.code).to.equal(code);
            expect(verdict.groupMayExist, code).to.equal(groupMayExist);
        }
    });

    it("tells after which exit codes a group may exist", () => {
        const mayExist = [4, 5, 6, 7, 8, 10, 12, 15, 255, 246, 247, 42];
        const cannotExist = [1, 2, 3, 9, 11, 13, 14, 16, 64, 126, 127, 232, 233, 234, 238, 240, 243, 245];
        for (const exitCode of mayExist) {
            expect(exit(exitCode).groupMayExist, String(exitCode)).to.equal(true);
        }
        for (const exitCode of cannotExist) {
            expect(exit(exitCode).groupMayExist, String(exitCode)).to.equal(false);
        }
    });

    it("tells which exit codes are retried", () => {
        expect(exit(13).retry).to.equal("after-attach");
        expect(exit(3).retry).to.equal("after-attach");
        for (const exitCode of [232, 240, 243]) {
            expect(exit(exitCode).retry, String(exitCode)).to.equal("once");
        }
        expect(exit(16).retry).to.equal("when-idle");
        for (const exitCode of [1, 4, 5, 9, 10, 11, 12, 64, 246, 247, 255, 126, 127, 99]) {
            expect(exit(exitCode).retry, String(exitCode)).to.equal(undefined);
        }
    });

    it("distinguishes failures of the manager and the shell from the plugin's", () => {
        expect(exit(247).error.code).to.equal("ManagerExecutionTimedOut");
        expect(exit(232).error.code).to.equal("ManagerLockFailed");
        expect(exit(126).error.code).to.equal("ManagerNotExecutable");
        expect(exit(127).error.code).to.equal("ManagerMissing");
        expect(exit(255).error.code).to.equal("PluginUnknownError");
        expect(exit(77).error.code).to.equal("CommandFailed");
    });

    it("contains what is wrong with refused scripts, and no other output", () => {
        const { error } = failed({
            invocationStatus: "Failed",
            exitCode: 64,
            output: [
                "the scripts failed verification:",
                "/root/pre.sh 1000 81ed",
                "/root/post.sh 0 81c0",
                "",
            ].join("\n"),
        });
        expect(error).to.include({ code: "ScriptsRefused", exitCode: 64, instanceId });
        expect(error.details.detail).to.equal(
            "/root/pre.sh belongs to the user with id 1000 and has mode 0755",
        );
        expect(error.resources).to.deep.equal({ invokeId: "t-sample", snapshotGroupId: undefined });
    });

    it("contains the group that the plugin names, for any exit code", () => {
        const { error } = failed({
            invocationStatus: "Failed",
            exitCode: 9,
            output: '[message="GroupId=ssg-left"]',
        });
        expect(error.resources.snapshotGroupId).to.equal("ssg-left");
    });

    it("contains the code, the instance, the exit code, the plugin's message, the remedy and the invocation", () => {
        const { error } = failed({
            invocationStatus: "Failed",
            exitCode: 12,
            output: '[message="thaw of /data failed"]',
        });
        expect(error).to.include({ code: "PluginThawFailed", instanceId, exitCode: 12 });
        expect(error.resources.invokeId).to.equal("t-sample");
        expect(error.message).to.include(`(instance ${instanceId}, exit code 12)`);
        expect(error.message).to.include("thaw of /data failed");
        expect(error.message).to.include(`What to do: ${error.remedy}`);
        expect(error.message).to.include("In the cloud: invocation t-sample.");
    });

    it("contains the status and Cloud Assistant's message if the command did not end by itself", () => {
        const { error } = failed({
            invocationStatus: "Aborted",
            errorCode: "DeliveryTimeout",
            errorInfo: "delivered too late",
        });
        expect(error.message).to.include("status Aborted; delivered too late");
        expect(error.instanceId).to.equal(instanceId);
        expect(error.resources.invokeId).to.equal("t-sample");
    });
});
