import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import {
    calls,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import { programTags } from "../support/stack/program-tags";
import type { Scenario } from "../support/stack/scenario";

const defaultTags = { team: "payments", stage: "test" };

const config = {
    "alicloud:region": "cn-hangzhou",
    "alicloud-app-snapshot:defaultTags": JSON.stringify(defaultTags),
};

/** Returns the tags of all groups and all members that are not those of this package, the plugin or the cloud. */
function tagsIn({ state }: Emulator): Record<"groups" | "members", Record<string, string>[]> {
    return {
        groups: state.snapshotGroups.map(({ tags }) => programTags(tags)),
        members: state.snapshots.map(({ tags }) => programTags(tags)),
    };
}

/** The group's id, and those of its two members. */
function idsIn({ state }: Emulator): { readonly group: string; readonly members: readonly string[] } {
    return {
        group: state.snapshotGroups[0]?.snapshotGroupId ?? "",
        members: state.snapshots.map(({ snapshotId }) => snapshotId),
    };
}

export function tags(how: string, scenario: Scenario): void {
    describe(`the tags of snapshots, ${how}`, () => {
        for (const groupTags of ["accepted", "refused"] as const) {
            const group = (tags: Record<string, string>) => (groupTags === "accepted" ? tags : {});

            it(`are those of the program and the stack, and are changed in place; of a group they are ${groupTags}`, () =>
                scenario(
                    async ({ emulator, stack }) => {
                        const program = (tags: object) => [linuxSnapshot("a", instances.linux, { tags })];
                        const first = { "cost-center": "4711", team: "orders" };
                        expectSuccess(await stack.up(program(first)));
                        const before = { stage: "test", ...first };
                        expect(tagsIn(emulator)).to.deep.equal({
                            groups: [group(before)],
                            members: [before, before],
                        });
                        expect((await stack.outputs())["a"]?.["tags"]).to.deep.equal(before);

                        // Somebody else's are never touched.
                        const { group: id, members } = idsIn(emulator);
                        for (const each of [id, ...members]) {
                            emulator.controls.setTags(each, { backup: "weekly" });
                        }
                        const made = emulator.ledger.length;
                        expect(expectSuccess(await stack.up(program(first))).output).to.match(/2 unchanged/);
                        expect(emulator.ledger.length, "calls of an unchanged update").to.equal(made);

                        const next = { "Cost-Center": "4711", stage: "live" };
                        expect(expectSuccess(await stack.preview(program(next))).output).to.match(
                            /1 to update/,
                        );
                        expect(expectSuccess(await stack.up(program(next))).output).to.match(/1 updated/);
                        const after = { team: "payments", ...next };
                        expect(tagsIn(emulator)).to.deep.equal({
                            groups: [{ ...group(after), backup: "weekly" }],
                            members: [
                                { ...after, backup: "weekly" },
                                { ...after, backup: "weekly" },
                            ],
                        });
                        expect((await stack.outputs())["a"]?.["tags"]).to.deep.equal(after);
                        expect(calls(emulator, "RunCommand")).to.have.length(1);

                        await stack.setConfig("alicloud-app-snapshot:defaultTags", "{}");
                        expectSuccess(await stack.up([linuxSnapshot("a", instances.linux)]));
                        expect(tagsIn(emulator).members).to.deep.equal([
                            { backup: "weekly" },
                            { backup: "weekly" },
                        ]);
                        expect(tagsIn(emulator).groups).to.deep.equal([{ backup: "weekly" }]);
                        expect((await stack.outputs())["a"]).not.to.have.property("tags");
                        expect(emulator.state.snapshots[0]?.tags).to.include({ APPConsistent: "True" });
                        expectSuccess(await stack.destroy());
                        expect(emulator.state.snapshots).to.deep.equal([]);
                    },
                    { emulator: { behaviour: { groupTags } }, stack: { config } },
                ));
        }

        it("are shown by a refresh and the preview if they were changed outside, and set again", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const program = [linuxSnapshot("a", instances.linux)];
                    expectSuccess(await stack.up(program));
                    const { group, members } = idsIn(emulator);
                    emulator.controls.setTags(members[0] ?? "", { team: undefined, owner: "ops" });
                    emulator.controls.setTags(group, { stage: "live" });
                    const refresh = expectSuccess(await stack.refresh());
                    expect(refresh.output)
                        .to.match(/Tags of snapshot s-\w+ were changed outside of Pulumi: owner, team\./)
                        .and.match(/Tags of the snapshot group were changed outside of Pulumi: stage\./);
                    const preview = expectSuccess(await stack.preview(program));
                    expect(preview.output).to.match(
                        /To be set again, because they differ in the cloud: the tags "stage", "team"\./,
                    );
                    expectSuccess(await stack.up(program));
                    expect(tagsIn(emulator)).to.deep.equal({
                        groups: [defaultTags],
                        members: [{ ...defaultTags, owner: "ops" }, defaultTags],
                    });
                    expect(expectSuccess(await stack.up(program)).output).to.match(/2 unchanged/);
                    expect(calls(emulator, "RunCommand")).to.have.length(1);
                },
                { stack: { config } },
            ));

        it("are refused in the preview if the API would refuse them, with the place where they are set", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const tags = { "acs:mine": "1", link: "see https://example.com" };
                    const wrong = expectFailure(
                        await stack.preview([linuxSnapshot("a", instances.linux, { tags })]),
                    );
                    expect(wrong.output)
                        .to.match(/tags\."acs:mine" has a key that is reserved/)
                        .and.match(/tags\.link must be a string of at most 128 characters/)
                        .and.not.include("example.com");
                    await stack.setConfig("alicloud-app-snapshot:defaultTags", '{"APPConsistent":"True"}');
                    expect(
                        expectFailure(await stack.preview([linuxSnapshot("a", instances.linux)])).output,
                    ).to.match(
                        /alicloud-app-snapshot:defaultTags\.APPConsistent has a key that is reserved.*configuration/,
                    );
                    await stack.setConfig("alicloud-app-snapshot:defaultTags", "team");
                    expect(
                        expectFailure(await stack.preview([linuxSnapshot("a", instances.linux)])).output,
                    ).to.match(/alicloud-app-snapshot:defaultTags/);
                    expect(emulator.ledger).to.deep.equal([]);
                },
                { stack: { config } },
            ));

        it("are not forgotten if an update failed, so that the next one can remove them", () =>
            scenario(async ({ emulator, stack }) => {
                const program = (tags: object) => [linuxSnapshot("a", instances.linux, { tags })];
                expectSuccess(await stack.up(program({ one: "1" })));
                emulator.faults.add({
                    action: "TagResources",
                    kind: "error",
                    status: 403,
                    code: "QuotaExceed.Tags",
                    processed: true,
                });
                const failed = expectFailure(await stack.up(program({ one: "1", two: "2" })));
                expect(failed.output).to.match(/more tags than the API allows/);
                expect(tagsIn(emulator).members[0]).to.deep.equal({ one: "1", two: "2" });
                expectSuccess(await stack.up(program({ one: "1" })));
                expect(tagsIn(emulator).members).to.deep.equal([{ one: "1" }, { one: "1" }]);
                expect((await stack.outputs())["a"]?.["tags"]).to.deep.equal({ one: "1" });
            }));

        it("are set again if the program wants them back after their removal had failed halfway", () =>
            scenario(async ({ emulator, stack }) => {
                const program = (tags: object) => [linuxSnapshot("a", instances.linux, { tags })];
                const both = { one: "1", two: "2" };
                expectSuccess(await stack.up(program(both)));
                emulator.faults.add({
                    action: "UntagResources",
                    kind: "error",
                    status: 403,
                    code: "Forbidden.RAM",
                    when: ({ ResourceType }) => ResourceType === "snapshotgroup",
                });
                const failed = expectFailure(await stack.up(program({ one: "1" })));
                expect(failed.output).to.match(/Forbidden\.RAM: the caller lacks a permission/);
                expect(tagsIn(emulator)).to.deep.equal({
                    groups: [both],
                    members: [{ one: "1" }, { one: "1" }],
                });
                expectSuccess(await stack.up(program(both)));
                expect(tagsIn(emulator)).to.deep.equal({ groups: [both], members: [both, both] });
                expect(expectSuccess(await stack.up(program(both))).output).to.match(/2 unchanged/);
            }));

        it("that a new snapshot could not get leave it unfinished, and its predecessor alone", () =>
            scenario(async ({ emulator, stack }) => {
                const program = (version: string) => [
                    linuxSnapshot("a", instances.linux, { tags: { version }, triggers: [version] }),
                ];
                expectSuccess(await stack.up(program("1")));
                const { group } = idsIn(emulator);
                emulator.faults.add({
                    action: "TagResources",
                    kind: "error",
                    status: 403,
                    code: "QuotaExceed.Tags",
                    when: ({ ResourceType }) => ResourceType === "snapshot",
                });
                expectFailure(await stack.up(program("2")));
                expect(emulator.state.snapshotGroups.map((each) => each.snapshotGroupId)).to.include(group);
                expectSuccess(await stack.up(program("2")));
                expect(tagsIn(emulator).members).to.deep.equal([{ version: "2" }, { version: "2" }]);
                expect(calls(emulator, "RunCommand")).to.have.length(2);
            }));

        it("are those of a fleet and of its instances, changed where they differ", () =>
            scenario(
                async ({ emulator, stack }) => {
                    const fleet = (tags: object, windowsTags: object) =>
                        fleetOf("a", [], {
                            instanceIds: undefined,
                            instances: [
                                { instanceId: instances.withRole },
                                { instanceId: instances.windows, tags: windowsTags },
                            ],
                            tags,
                        });
                    expectSuccess(await stack.up([fleet({ tier: "db" }, { system: "windows" })]));
                    const { snapshots } = await fleetIn(stack, "a");
                    expect(snapshots[instances.withRole]?.tags).to.deep.equal({ ...defaultTags, tier: "db" });
                    const windows = { ...defaultTags, tier: "db", system: "windows" };
                    expect(snapshots[instances.windows]?.tags).to.deep.equal(windows);
                    const membersOf = (instanceId: string) => {
                        const group = emulator.state.snapshotGroups.find(
                            (each) => each.instanceId === instanceId,
                        );
                        return emulator.state.snapshots
                            .filter(({ snapshotId }) => group?.snapshotIds.includes(snapshotId))
                            .map(({ tags }) => programTags(tags));
                    };
                    expect(membersOf(instances.windows)).to.deep.include(windows);

                    const again = [fleet({ tier: "db" }, { system: "Windows" })];
                    const preview = expectSuccess(await stack.preview(again));
                    expect(preview.output).to.match(/1 to update/);
                    const tagged = calls(emulator, "TagResources").length;
                    expectSuccess(await stack.up(again));
                    // The members of one instance, and its group.
                    expect(calls(emulator, "TagResources").length - tagged).to.equal(2);
                    expect(membersOf(instances.windows)).to.deep.include({ ...windows, system: "Windows" });
                    expect(membersOf(instances.withRole)).to.deep.include({ ...defaultTags, tier: "db" });
                    expect(calls(emulator, "RunCommand")).to.have.length(2);
                    expectSuccess(await stack.destroy());
                },
                { stack: { config } },
            ));
    });
}
