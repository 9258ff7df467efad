import { expect } from "chai";

import { stateTag } from "../../../provider/src/cloud-assistant/attempt";
import {
    claimAttempts,
    closeAttempts,
    commitAttempts,
} from "../../../provider/src/cloud-assistant/attempt-state";
import { ApiCallError } from "../../../provider/src/ecs/api-error";
import { rejectionOf } from "../support/rejection";
import { apiError, scriptedApi } from "../support/scripted-api";

describe("marking attempts", () => {
    it("takes one call for several", async () => {
        const api = scriptedApi({ tagResources: () => Promise.resolve() });
        await commitAttempts(api, ["t-1", "t-2"]);
        await closeAttempts(api, ["t-3"]);
        await claimAttempts(api, ["t-4", "t-5"], "mine");
        expect(api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1", "t-2"], [stateTag("committed")]],
            ["invocation", ["t-3"], [stateTag("closed")]],
            ["invocation", ["t-4", "t-5"], [{ key: "app-snapshot:claim", value: "mine" }]],
        ]);
    });

    it("needs no mark on what Cloud Assistant has forgotten, and passes every other failure on", async () => {
        const forgotten = scriptedApi({
            tagResources: () => Promise.reject(apiError("InvalidResourceId.NotFound")),
        });
        await commitAttempts(forgotten, ["t-1"]);
        await closeAttempts(forgotten, ["t-1"]);

        const refused = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        await rejectionOf(ApiCallError, commitAttempts(refused, ["t-1"]));
        await rejectionOf(ApiCallError, closeAttempts(refused, ["t-1"]));
    });

    it("claims for sure or not at all: an attempt that can't be claimed is nobody's to take up", async () => {
        for (const code of ["InvalidResourceId.NotFound", "Forbidden.RAM"]) {
            const api = scriptedApi({ tagResources: () => Promise.reject(apiError(code)) });
            await rejectionOf(ApiCallError, claimAttempts(api, ["t-1"], "mine"));
        }
    });
});
