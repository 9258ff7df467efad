import { expect } from "chai";

import { handOver } from "../../../../provider/src/core/lifecycle/hand-over";
import { leaseTag } from "../../../../provider/src/core/role/lease";
import { withTemporaryRole } from "../../../../provider/src/core/role/temporary-role";
import { stateTag } from "../../../../provider/src/core/run/run";
import {
    failed,
    type FinishedResult,
    type ReportedGroup,
    type RunResults,
    type SnapshotResult,
    unfinished,
} from "../../../../provider/src/core/run/snapshot-result";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { testContext } from "../../support/context";
import { groupOf, instanceOf } from "../../support/samples";
import { apiError, scriptedApi } from "../../support/scripted-api";

function groupOn(instanceId: string, invokeId = "t-1"): ReportedGroup {
    return {
        instanceId,
        runId: "run",
        invokeId,
        commandId: "c-1",
        ownerToken: "owner",
        groupName: "before-1",
        osType: "linux",
        diskSetDigest: "digest",
        diskIds: undefined,
        snapshotGroupId: `ssg-of-${instanceId}`,
        saysFilesystemOnly: false,
        report: {},
    };
}

function finished(instanceId: string): FinishedResult {
    return {
        state: "finished",
        instanceRun: groupOn(instanceId),
        group: groupOf({ instanceId }),
        isDegraded: false,
        warnings: [],
    };
}

const inProgress = new AppSnapshotError(ownErrors.StillInProgress);
const noGroup = new AppSnapshotError(ownErrors.GroupNotFound);

describe("a run on several instances", () => {
    const results: RunResults = new Map<string, SnapshotResult>([
        ["i-done", finished("i-done")],
        ["i-open", unfinished("running", groupOn("i-open"), inProgress)],
        ["i-failed", failed(noGroup)],
        ["i-other", unfinished("running", groupOn("i-other", "t-2"), inProgress)],
    ]);
    const options = { invokeId: "t-1", tags: [stateTag("handed")], previousOwner: "before", isHeld: false };

    it("is handed over with one call", async () => {
        const api = scriptedApi({ tagResources: () => Promise.resolve() });
        expect(await handOver(testContext(api), results, options)).to.equal(results);
        expect(api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1"], [stateTag("handed")]],
        ]);
    });

    it("leaves each instance's own result if it can't be handed over, and other runs' results unchanged", async () => {
        const api = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        const handed = await handOver(testContext(api), results, options);
        const done = handed.get("i-done");
        expect(done).to.deep.include({ state: "unfinished", phase: "finalizing" });
        expect(done?.state === "unfinished" && done.reason.instanceId).to.equal("i-done");
        expect(done?.state === "unfinished" && done.instanceRun.previousOwner).to.equal("before");
        expect(handed.get("i-open")).to.deep.include({ state: "unfinished", phase: "running" });
        expect(handed.get("i-failed")).to.equal(results.get("i-failed"));
        expect(handed.get("i-other")).to.equal(results.get("i-other"));
    });

    it("has its temporary role detached from the instances on which it has ended, and from no others", async () => {
        const ramRoleName = "role";
        const stack = "5ac5";
        const lease = leaseTag({ ramRoleName, stack, expires: 0 });
        const api = scriptedApi({
            describeInstances: (filter) =>
                Promise.resolve(
                    (filter as string[]).map((id) => instanceOf({ instanceId: id, tags: [lease] })),
                ),
            detachInstanceRamRole: (ids) =>
                Promise.resolve(
                    ids.map((id) => ({ instanceId: id, success: true, code: "200", message: "" })),
                ),
            untagResources: () => Promise.resolve(),
        });
        const role = { instanceIds: ["i-done", "i-open", "i-failed"], ramRoleName, stack };
        await withTemporaryRole(testContext(api), role, () => Promise.resolve(results));
        expect(api.argumentsOf("detachInstanceRamRole")).to.deep.equal([
            [["i-done"], ramRoleName],
            [["i-failed"], ramRoleName],
        ]);
    });
});
