import { expect } from "chai";

import type { Context } from "../../../../provider/src/cloud/context";
import { changeTags } from "../../../../provider/src/core/snapshot-group/group-tags";
import { FakeCloud } from "../../support/fake-cloud";
import { apiError } from "../../support/scripted-api";

/** Tags three groups at the same time. */
async function tagThree(context: Context): Promise<boolean[]> {
    const groups = ["ssg-1", "ssg-2", "ssg-3"].map((snapshotGroupId) => ({
        snapshotGroupId,
        snapshotIds: [],
        snapshotGroupTags: undefined,
    }));
    const set = { a: "1" };
    return Promise.all(groups.map((group) => changeTags(context, group, { set, remove: [] }, set)));
}

describe("tags of groups", () => {
    it("are tried on one group only if the cloud refuses them, even of many at the same time", async () => {
        const { api, context } = new FakeCloud([{}]);
        const tried: string[] = [];
        const refusing: typeof api = {
            ...api,
            tagResources: (_type, ids) => {
                tried.push(...ids);
                return Promise.reject(apiError("InvalidResourceType.NotFound"));
            },
        };
        expect(await tagThree({ ...context, api: refusing })).to.deep.equal([false, false, false]);
        expect(tried).to.deep.equal(["ssg-1"]);
    });

    it("are set on the others at the same time once the first one has been tagged, or has failed", async () => {
        for (const error of [undefined, apiError("QuotaExceed.Tags")]) {
            const { api, context } = new FakeCloud([{}]);
            const waiting: (() => void)[] = [];
            const patient: typeof api = {
                ...api,
                tagResources: (_type, [id]) =>
                    id === "ssg-1"
                        ? error === undefined
                            ? Promise.resolve()
                            : Promise.reject(error)
                        : new Promise((resolve) => {
                              waiting.push(resolve);
                              if (waiting.length === 2) {
                                  waiting.forEach((go) => {
                                      go();
                                  });
                              }
                          }),
            };
            const taken = await tagThree({ ...context, api: patient }).catch((thrown: unknown) => thrown);
            expect(taken).to.deep.equal(error ?? [true, true, true]);
            expect(waiting).to.have.length(2);
        }
    });
});
