import { expect } from "chai";

import { stateTag } from "../../../provider/src/cloud-assistant/run";
import { closeRuns, commitRuns } from "../../../provider/src/cloud-assistant/run-state";
import { ApiCallError } from "../../../provider/src/ecs/api-error";
import { rejectionOf } from "../support/rejection";
import { apiError, scriptedApi } from "../support/scripted-api";

describe("marking runs", () => {
    it("takes one call for several", async () => {
        const api = scriptedApi({ tagResources: () => Promise.resolve() });
        await commitRuns(api, ["t-1", "t-2"]);
        await closeRuns(api, ["t-3"]);
        expect(api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1", "t-2"], [stateTag("committed")]],
            ["invocation", ["t-3"], [stateTag("closed")]],
        ]);
    });

    it("needs no mark on what Cloud Assistant has forgotten, and passes every other failure on", async () => {
        const forgotten = scriptedApi({
            tagResources: () => Promise.reject(apiError("InvalidResourceId.NotFound")),
        });
        await commitRuns(forgotten, ["t-1"]);
        await closeRuns(forgotten, ["t-1"]);

        const refused = scriptedApi({ tagResources: () => Promise.reject(apiError("Forbidden.RAM")) });
        await rejectionOf(ApiCallError, commitRuns(refused, ["t-1"]));
        await rejectionOf(ApiCallError, closeRuns(refused, ["t-1"]));
    });
});
