import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { readSettings, startEmulator } from "pulumi-alicloud-app-snapshot-emulator";

import { calledOperations } from "../docs/support/sources";
import { instances } from "../support/stack/program";
import { filesIn, sightings } from "./support/canaries";
import { credential, failedSteps, ramRole, withLiveTest } from "./support/live-test";

// The opposite of the emulator's defaults; test/e2e/live-test.full.test.ts has the defaults.
const behaviour = {
    consistencyTagKey: "AppConsistent",
    consistencyTagOnGroup: true,
    groupTags: "refused",
    groupNameFilter: "fuzzy",
    emptyModification: "refused",
    deleteMissingGroup: "success",
    deletion: "synchronous",
    unknownInvocation: "not-found",
    pluginAccount: "logged",
    runtimeDirectories: "disk",
    sameRoleReattach: "success",
    passedDryRun: "error",
} as const;

describe("a live test", () => {
    it("leaves nothing, and finds out how the cloud behaves", async function () {
        this.timeout(240_000);
        await withLiveTest({ behaviour }, { instanceId: instances.withRole }, async (live) => {
            const { emulator, report, said } = live;
            const other = emulator.controls.createSnapshotGroup(instances.withRole, { name: "by-hand" });
            const succeeded = await live.run();
            expect(said.join("\n")).to.include("Nothing is left in the cloud.\nAll steps succeeded.");
            expect(succeeded).to.equal(true);
            const answers = await live.answers();
            expect(answers.left).to.deep.equal([]);
            expect(failedSteps(answers)).to.deep.equal([]);

            const { state } = emulator;
            expect(state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId)).to.deep.equal([other]);
            const instance = state.instances.find(({ instanceId }) => instanceId === instances.withRole);
            expect(instance).to.deep.include({ ramRoleName: ramRole, tags: {} });
            expect(await readdir(report)).to.have.members([
                ...["answers.json", "answers.md", "calls.jsonl", "emulator.json", "output.log"],
            ]);

            expect(answers.endpoint).to.equal(new URL(emulator.url).host);
            expect(answers.isContinued).to.equal(false);
            expect(answers.subject).to.deep.equal({
                ...{ region: "cn-hangzhou", system: "Ubuntu  22.04 64 bit" },
                ...{ agent: "2.2.4.910", plugin: "1.0.0.8" },
            });
            const found = new Map(answers.answers.map(({ id, answer }) => [id, answer]));
            expect(found.get("scriptOutput")).to.equal("Yes.");
            expect(found.get("diskCategories")).to.equal("Taken: cloud_auto. Left out: none.");

            const files = await filesIn(report);
            expect(files.flatMap((file) => sightings(file, credential))).to.deep.equal([]);

            const granted = calledOperations();
            expect(emulator.ledger.filter(({ action }) => !granted.includes(action))).to.deep.equal([]);

            const settings = readSettings(join(report, "emulator.json"));
            expect(settings.behaviour).to.deep.equal(behaviour);
            const like = await startEmulator(settings);
            await like.close();
        });
    });

    it("does nothing without consent", async function () {
        this.timeout(120_000);
        await withLiveTest({}, { instanceId: instances.linux }, async ({ emulator, report, said, run }) => {
            expect(await run({ confirm: () => Promise.resolve(false) })).to.equal(false);
            expect(said.join("\n")).to.match(/real snapshots .*i-bp1linuxdb0000000001.*Nothing was done\.$/s);
            expect(emulator.ledger.filter(({ action }) => !action.startsWith("Describe"))).to.deep.equal([]);
            expect(existsSync(report)).to.equal(false);
        });
    });
});
