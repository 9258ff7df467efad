import { expect } from "chai";

import { resourceUrn, scripts, world } from "../integration/provider";
import { hostile } from "./support/hostile";

/** The longest description, full of characters that are special elsewhere. */
const description = hostile
    .filter((text) => text.length < 100 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text))
    .join("description ")
    .slice(0, 256);

const linux = { instanceId: "i-bp1linuxdb0000000001", linux: scripts };
const windows = { instanceId: "i-bp1windows0000000001", windows: { enableWriters: true } };

/** Returns a command without the name of its group, which differs for each snapshot. */
function nameless(command: string): string {
    return command.replaceAll(/-Name=[\w.:-]+(?=[\s"])/g, "-Name=");
}

/** The commands that the cloud runs for a snapshot with these inputs, and all requests but those that name the group. */
async function requestsOf(
    news: Record<string, unknown>,
): Promise<{ readonly commands: string[]; readonly params: string; readonly described: string | undefined }> {
    return world({}, async ({ emulator, provider }) => {
        expect((await provider.check({}, news)).failures).to.deep.equal([]);
        // A role that is new on the instance could make a second command necessary.
        emulator.controls.attachRole(String(news["instanceId"]), "AppSnapshotRoleName");
        await provider.create(news);
        const others = emulator.ledger.filter(
            ({ action, params }) =>
                action !== "ModifySnapshotGroup" && params["Tag.1.Key"] !== "tag-of-the-program",
        );
        return {
            commands: emulator.ledger
                .map(({ params }) => params["CommandContent"] ?? "")
                .filter((content) => content !== "")
                .map((content) => Buffer.from(content, "base64").toString("utf8")),
            params: JSON.stringify(others.map(({ params }) => params)),
            described: emulator.state.snapshotGroups[0]?.description,
        };
    });
}

describe("free text", () => {
    for (const [system, inputs] of Object.entries({ linux, windows })) {
        it(`reaches the snapshot group and never the command of ${system}`, async () => {
            const { commands, params, described } = await requestsOf({
                ...inputs,
                resourceUrn: `${resourceUrn}-${hostile.join("urn ")}`,
                description,
                tags: { "tag-of-the-program": description.slice(0, 128) },
                triggers: ["trigger", ...hostile, { trigger: hostile }],
            });
            expect(described).to.equal(description);
            const [command = "", ...more] = commands;
            expect(more).to.deep.equal([]);
            const lines = command.split("\n").filter((each) => each.includes("acs-plugin-manager"));
            // On Linux there is one for each form of the plugin's parameters.
            expect(lines).to.have.length(system === "linux" ? 2 : 1);
            for (const line of lines) {
                expect(line).to.match(/^ *acs-plugin-manager --exec [\w ./:=,$-]+( [5-8][<>]&-){0,4}$/);
            }
            expect(command).not.to.match(/description|trigger|tag-of-the-program/);
            const plain = await requestsOf({ ...inputs, resourceUrn });
            expect(nameless(command)).to.equal(nameless(plain.commands[0] ?? ""));
            expect(params).not.to.match(/description |trigger|urn /);
        });
    }
});
