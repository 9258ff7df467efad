import { expect } from "chai";

import type { Answer, CommonFields } from "../../../../provider/src/cloud/ecs/operation";
import { operations } from "../../../../provider/src/cloud/ecs/operation-table";

/** Enough for any entry to make its request. */
const parameters = { ids: [], instanceIds: [], tags: [], keys: [], commandContent: "", content: "" };

type Send = (sdk: object, values: typeof parameters, common: CommonFields) => Promise<Answer<unknown>>;

describe("the table of operations", () => {
    for (const [key, { name, changes, send }] of Object.entries(operations)) {
        it(`has ${key}, which calls what it is named after`, async () => {
            const called: string[] = [];
            let fields: Readonly<Record<string, unknown>> = {};
            const client = new Proxy(
                {},
                {
                    get:
                        (_target, method: string) =>
                        (request: typeof fields): Promise<Answer<unknown>> => {
                            called.push(method);
                            fields = request;
                            return Promise.resolve({});
                        },
                },
            );
            const models = new Proxy({}, { get: () => Object });
            await (send as unknown as Send)({ client, models }, parameters, { regionId: "cn-hangzhou" });
            expect(
                called.map((method) => method.replace(/^./, (first) => first.toUpperCase())),
            ).to.deep.equal([name]);
            const isDryRun = fields["repeatMode"] === "DryRun";
            expect(isDryRun).to.equal(key === "dryRunCommand");
            expect(changes).to.equal(!name.startsWith("Describe") && !isDryRun);
        });
    }
});
