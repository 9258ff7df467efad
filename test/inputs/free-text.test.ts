import { expect } from "chai";

import { resourceUrn, scripts, world } from "../integration/provider";
import { hostile } from "./support/hostile";

/** As much as a description may have of what means something elsewhere. */
const description = hostile
    .filter((text) => text.length < 100 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text))
    .join("description ")
    .slice(0, 256);

const linux = { instanceId: "i-bp1linuxdb0000000001", linux: scripts };
const windows = { instanceId: "i-bp1windows0000000001", windows: { enableWriters: true } };

describe("free text", function () {
    this.timeout(30_000);

    for (const [system, inputs] of Object.entries({ linux, windows })) {
        it(`reaches the snapshot group and never the command line of ${system}`, () =>
            world({}, async ({ emulator, provider }) => {
                const news = {
                    ...inputs,
                    resourceUrn: `${resourceUrn}-${hostile.join("urn ")}`,
                    description,
                    triggers: ["trigger", ...hostile, { trigger: hostile }],
                };
                expect((await provider.check({}, news)).failures).to.deep.equal([]);
                await provider.create(news);

                const [group] = emulator.state.snapshotGroups;
                expect(group?.description).to.equal(description);
                const contents = emulator.ledger.map(({ params }) => params["CommandContent"] ?? "");
                const [line, ...more] = contents
                    .filter((content) => content !== "")
                    .map((content) => Buffer.from(content, "base64").toString("utf8"));
                expect(more).to.deep.equal([]);
                expect(line).to.match(/^acs-plugin-manager --exec [\w ./:=,-]+$/);
                expect(line).not.to.match(/description|trigger/);
                const others = emulator.ledger.filter(({ action }) => action !== "ModifySnapshotGroup");
                expect(JSON.stringify(others.map(({ params }) => params))).not.to.match(
                    /description |trigger|urn /,
                );
            }));
    }
});
