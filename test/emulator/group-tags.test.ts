import { expect } from "chai";
import { type Behaviour, defaultFixture, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { linux1, region } from "./support";

/** Tags a group, removes that tag, and returns the answers and what a list shows in between. */
async function tagGroup(groupTags: Behaviour["groupTags"]) {
    const emulator = await startEmulator({ fixture: defaultFixture(), behaviour: { groupTags } });
    try {
        const id = emulator.controls.createSnapshotGroup(linux1, { name: "by-hand" });
        const group = { RegionId: region, ResourceType: "snapshotgroup", "ResourceId.1": id };
        const call = (action: string, params: Record<string, string>) =>
            rawCall(emulator, { action, params });
        const tagged = await call("TagResources", { ...group, "Tag.1.Key": "team", "Tag.1.Value": "a" });
        const shown = emulator.state.snapshotGroups[0]?.tags["team"];
        const untagged = await call("UntagResources", { ...group, "TagKey.1": "team" });
        const left = emulator.state.snapshotGroups[0]?.tags["team"];
        return { tagged, shown, untagged, left };
    } finally {
        await emulator.close();
    }
}

describe("emulator: tags of snapshot groups", () => {
    it("are accepted, set and removed", async () => {
        const { tagged, shown, untagged, left } = await tagGroup("accepted");
        expect([tagged.status, shown, untagged.status, left]).to.deep.equal([200, "a", 200, undefined]);
    });

    it("are refused like a type that does not exist, on demand", async () => {
        const { tagged, shown, untagged } = await tagGroup("refused");
        for (const { status, body } of [tagged, untagged]) {
            expect(status).to.equal(404);
            expect(body).to.include({ Code: "InvalidResourceType.NotFound" });
        }
        expect(shown).to.equal(undefined);
    });
});
