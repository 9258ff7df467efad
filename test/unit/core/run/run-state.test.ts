import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { stateTag } from "../../../../provider/src/core/run/run";
import { closeRuns, commitRuns, ignoringForgotten } from "../../../../provider/src/core/run/run-state";
import { rejectionOf } from "../../support/rejection";
import { apiError, scriptedApi } from "../../support/scripted-api";

describe("tagging runs with their state", () => {
    it("needs one call for several runs", async () => {
        const api = scriptedApi({ tagResources: () => Promise.resolve() });
        await commitRuns(api, ["t-1", "t-2"]);
        await closeRuns(api, ["t-3"]);
        expect(api.argumentsOf("tagResources")).to.deep.equal([
            ["invocation", ["t-1", "t-2"], [stateTag("committed")]],
            ["invocation", ["t-3"], [stateTag("closed")]],
        ]);
    });

    it("ignores runs that Cloud Assistant has forgotten", async () => {
        for (const code of ["InvalidResourceId.NotFound", "InvalidInvokeId.NotFound"]) {
            const forgotten = scriptedApi({ tagResources: () => Promise.reject(apiError(code)) });
            await commitRuns(forgotten, ["t-1"]);
            await closeRuns(forgotten, ["t-1"]);
            await ignoringForgotten(() => forgotten.tagResources("invocation", ["t-1"], []));
            expect(forgotten.calls).to.have.length(3);
        }
    });

    it("throws every other error, also if something else was not found", async () => {
        for (const code of [
            "Forbidden.RAM",
            "InvalidResourceType.NotFound",
            "InvalidRegionId.NotFound",
            "InvalidAccessKeyId.NotFound",
        ]) {
            const refused = scriptedApi({ tagResources: () => Promise.reject(apiError(code)) });
            for (const tag of [
                () => commitRuns(refused, ["t-1", "t-2"]),
                () => closeRuns(refused, ["t-1"]),
                () => ignoringForgotten(() => refused.tagResources("invocation", ["t-1"], [])),
            ]) {
                expect(await rejectionOf(ApiCallError, tag())).to.include({ code });
            }
            expect(refused.calls).to.have.length(3);
        }
    });

    /** An API that refuses the whole call if it has forgotten one of the runs. */
    const without = (forgotten: string, tagged: string[], others = (): Promise<void> => Promise.resolve()) =>
        scriptedApi({
            tagResources: async (_type, ids) => {
                if (ids.includes(forgotten)) {
                    throw apiError("InvalidResourceId.NotFound");
                }
                await others();
                tagged.push(...ids);
            },
        });

    it("tags the other runs if one is forgotten", async () => {
        for (const tag of [commitRuns, closeRuns]) {
            const tagged: string[] = [];
            const api = without("t-2", tagged);
            await tag(api, ["t-1", "t-2", "t-3"]);
            expect(tagged).to.deep.equal(["t-1", "t-3"]);
            expect(api.argumentsOf("tagResources").map(([, ids]) => ids)).to.deep.equal([
                ["t-1", "t-2", "t-3"],
                ["t-1"],
                ["t-2"],
                ["t-3"],
            ]);
        }
    });

    it("throws an error for one of the others", async () => {
        const api = without("t-2", [], () => Promise.reject(apiError("Forbidden.RAM")));
        expect(await rejectionOf(ApiCallError, commitRuns(api, ["t-1", "t-2"]))).to.include({
            code: "Forbidden.RAM",
        });
    });
});
