import { expect } from "chai";

import type { RunCommandRequest } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { SharedStart } from "../../../../provider/src/core/fleet/shared-start";
import { createRequest } from "../../../../provider/src/core/lifecycle/create-request";
import type { NewRun, ReadyInstances } from "../../../../provider/src/core/lifecycle/new-run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { type TestContext, testContext } from "../../support/context";
import { inputsOf } from "../../support/samples";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

const ids = ["i-1", "i-2", "i-3", "i-4"];

function readyOf(context: TestContext, instanceId: string): ReadyInstances {
    const readiness = {
        osType: "linux",
        attachedRole: "AppSnapshotRoleName",
        diskIds: [`d-of-${instanceId}`],
        warnings: [],
        managerHasTimeout: true,
        lease: undefined,
        activeTasks: 0,
    } as const;
    const request = createRequest(context, inputsOf({ instanceId }));
    const shared = { ...request, fingerprint: "fingerprint", ownerToken: "owner" };
    return { request: shared, ready: new Map([[instanceId, readiness]]), detachRole: undefined };
}

async function startAll(api: ScriptedApi): Promise<PromiseSettledResult<NewRun>[]> {
    const context = testContext(api);
    const starts = new SharedStart(context);
    const places = ids.map((instanceId) => ({ place: starts.place(), instanceId }));
    return Promise.allSettled(
        places.map(({ place, instanceId }) => place.start(context, readyOf(context, instanceId))),
    );
}

/** Returns an API that refuses requests with one of the instances. */
function refusing(instanceId: string, error: ApiCallError): ScriptedApi {
    let started = 0;
    return scriptedApi({
        answeredAt: () => undefined,
        runCommand: ({ instanceIds }) =>
            instanceIds.includes(instanceId)
                ? Promise.reject(error)
                : Promise.resolve({ commandId: "c-1", invokeId: `t-${++started}` }),
    });
}

function requestsTo(api: ScriptedApi): RunCommandRequest[] {
    return api.argumentsOf("runCommand").map(([request]) => request as RunCommandRequest);
}

describe("a start of several instances together", () => {
    it("is divided if one of them is refused, and starts nothing twice", async () => {
        const api = refusing("i-3", apiError("InvalidInstance.NotFound", "RunCommand"));
        const outcomes = await startAll(api);
        expect(outcomes.map(({ status }) => status)).to.deep.equal([
            "fulfilled",
            "fulfilled",
            "rejected",
            "fulfilled",
        ]);
        const requests = requestsTo(api);
        const tokens = requests.map(({ clientToken }) => clientToken);
        expect(new Set(tokens)).to.have.property("size", tokens.length);
        const accepted = requests.filter(({ instanceIds }) => !instanceIds.includes("i-3"));
        expect(accepted.flatMap(({ instanceIds }) => instanceIds)).to.have.members(["i-1", "i-2", "i-4"]);
    });

    it("is not repeated if an earlier attempt of the refused request may have started it", async () => {
        for (const error of [
            apiError("InvalidInstance.NotFound", "RunCommand").afterFault(),
            new ApiCallError("RunCommand", "Throttling.User", "too many", "later").afterFault(),
            new ApiCallError("RunCommand", undefined, "the request timed out", "again"),
        ]) {
            const api = refusing("i-3", error);
            const outcomes = await startAll(api);
            expect(api.argumentsOf("runCommand"), error.message).to.have.lengthOf(1);
            for (const outcome of outcomes) {
                const reason: unknown = outcome.status === "rejected" ? outcome.reason : undefined;
                expect(reason)
                    .to.be.instanceOf(AppSnapshotError)
                    .and.to.have.property("code", "StartUnknown");
            }
        }
    });

    it("is not divided if the API only throttles it", async () => {
        const api = refusing("i-3", new ApiCallError("RunCommand", "Throttling.User", "too many", "later"));
        const outcomes = await startAll(api);
        expect(api.argumentsOf("runCommand")).to.have.lengthOf(1);
        expect(outcomes.every(({ status }) => status === "rejected")).to.equal(true);
    });
});
