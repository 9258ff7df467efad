import { expect } from "chai";

import type { LinuxInputs, SnapshotInputs } from "../../../../provider/src/core/inputs/inputs";
import { type Difference, difference } from "../../../../provider/src/core/lifecycle/diff";
import {
    groupOutputs,
    keptInputs,
    type Pending,
    type SnapshotOutputs,
} from "../../../../provider/src/core/lifecycle/outputs";
import { deliveredScripts, groupOf, inputsOf } from "../../support/samples";

/** The engine's placeholder for a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function stateOf(inputs: SnapshotInputs, more: SnapshotOutputs = {}): SnapshotOutputs {
    return {
        ...keptInputs(inputs, "cn-hangzhou"),
        ...groupOutputs(groupOf({ description: "as it was" }), "cn-hangzhou"),
        ...more,
    };
}

const before = inputsOf({
    excludeDiskIds: ["d-1", "d-2"],
    instantAccess: true,
    instantAccessRetentionDays: 3,
    triggers: ["v1", { a: 1, b: 2 }],
});

/** A difference without its reasons, which have tests of their own. */
interface Found {
    readonly kind: Difference["kind"];
    readonly inputs?: readonly string[];
}

function found(state: SnapshotOutputs, more: Readonly<Record<string, unknown>>): Difference {
    return difference(stateOf(before, state), { ...before, ...more });
}

/** Returns the difference after a change of the inputs. Unknown and removed inputs have any type. */
function after(more: Readonly<Record<string, unknown>>, state: SnapshotOutputs = {}): Found {
    const difference = found(state, more);
    return difference.kind === "none" ? none : { kind: difference.kind, inputs: difference.inputs };
}

function reasonsOf(state: SnapshotOutputs, more: Readonly<Record<string, unknown>> = {}): readonly string[] {
    const difference = found(state, more);
    return difference.kind === "none" ? [] : difference.reasons;
}

function replace(...inputs: string[]): Found {
    return { kind: "replace", inputs };
}
function update(...inputs: string[]): Found {
    return { kind: "update", inputs };
}
const none: Found = { kind: "none" };

function pendingOf(phase: Pending["phase"]): Pending {
    return {
        phase,
        invokeId: "t-1",
        groupName: "before-1",
        diskSetDigest: "",
        reason: "StillInProgress",
    };
}

describe("the difference", () => {
    it("is none if nothing changed", () => {
        expect(after({})).to.deep.equal(none);
        expect(difference(stateOf(inputsOf()), inputsOf())).to.deep.equal(none);
    });

    const changes: readonly (readonly [
        what: string,
        change: Readonly<Record<string, unknown>>,
        amount: Found,
    ])[] = [
        ["another instance", { instanceId: "i-other" }, replace("instanceId")],
        ["another region", { regionId: "cn-beijing" }, replace("regionId")],
        ["the same region, now named", { regionId: "cn-hangzhou" }, none],
        ["another list of disks", { excludeDiskIds: ["d-1"] }, replace("excludeDiskIds")],
        ["no list of disks", { excludeDiskIds: undefined }, replace("excludeDiskIds")],
        ["the same disks in another order", { excludeDiskIds: ["d-2", "d-1"] }, none],
        ["another pre-script", { linux: { ...before.linux, preScriptPath: "/other" } }, replace("linux")],
        ["another post-script", { linux: { ...before.linux, postScriptPath: "/other" } }, replace("linux")],
        ["no freeze any more", { linux: { ...before.linux, enableFsFreeze: false } }, replace("linux")],
        ["a default that is now said", { linux: { ...before.linux, enableFsFreeze: true } }, none],
        [
            "other timeouts on the instance",
            { linux: { ...before.linux, freezeTimeoutSeconds: 60, scriptTimeoutSeconds: 60 } },
            none,
        ],
        ["VSS writers switched off", { windows: { enableWriters: false } }, replace("windows")],
        ["the default of VSS writers", { windows: { enableWriters: true } }, none],
        ["instant access switched off", { instantAccess: false }, replace("instantAccess")],
        [
            "another retention of instant access",
            { instantAccessRetentionDays: 4 },
            replace("instantAccessRetentionDays"),
        ],
        ["another trigger", { triggers: ["v2", { a: 1, b: 2 }] }, replace("triggers")],
        ["another order of triggers", { triggers: [{ a: 1, b: 2 }, "v1"] }, replace("triggers")],
        ["the same trigger with its keys in another order", { triggers: ["v1", { b: 2, a: 1 }] }, none],
        ["another role", { ramRoleName: "Other" }, none],
        ["another treatment of the role", { roleAttachment: "temporary" }, none],
        ["another treatment of a degraded snapshot", { onDegraded: "keep" }, none],
        ["another state to wait for", { waitFor: "accomplished" }, none],
        ["another timeout", { timeoutSeconds: 60 }, none],
        ["another time to adopt within", { adoptWithinSeconds: 0 }, none],
        ["another URN, after a rename with an alias", { resourceUrn: "urn:other" }, none],
        ["less consistency required", { requiredConsistency: "filesystem" }, none],
        ["another name", { snapshotGroupName: "other" }, update("snapshotGroupName")],
        ["another description", { description: "other" }, update("description")],
        [
            "the same name and description",
            { snapshotGroupName: groupOf().name, description: "as it was" },
            none,
        ],
        [
            "an instance and a script",
            { instanceId: "i-other", linux: undefined },
            replace("instanceId", "linux"),
        ],
        ["a trigger and a name", { triggers: [], snapshotGroupName: "other" }, replace("triggers")],
    ];
    for (const [what, change, amount] of changes) {
        it(`is ${amount.kind} for ${what}`, () => {
            expect(after(change)).to.deep.equal(amount);
        });
    }

    describe("with scripts that are delivered", () => {
        const { preScript, postScript } = deliveredScripts;
        const paths = { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" };
        const mixed = { preScript, postScriptPath: "/root/post.sh" };
        const between = (linux: LinuxInputs, next: Readonly<Record<string, unknown>>): Found => {
            const change = difference(stateOf(inputsOf({ linux })), inputsOf({ linux: next }));
            return change.kind === "none" ? none : { kind: change.kind, inputs: change.inputs };
        };

        it("is none for another text, such as that of a new release of a recipe", () => {
            for (const linux of [deliveredScripts, mixed, { ...deliveredScripts, keepScripts: true }]) {
                expect(between(linux, linux)).to.deep.equal(none);
                expect(between(linux, { ...linux, preScript: "#!/bin/sh\nother\n" })).to.deep.equal(none);
            }
            const swapped = { preScript: postScript, postScript: preScript };
            expect(between(deliveredScripts, swapped)).to.deep.equal(none);
        });

        it("is none for a change of keepScripts", () => {
            for (const keepScripts of [true, false]) {
                const linux = { ...deliveredScripts, keepScripts };
                expect(between(deliveredScripts, linux)).to.deep.equal(none);
                expect(between(linux, deliveredScripts)).to.deep.equal(none);
            }
        });

        it("is replace for a text instead of a path, and for a path instead of a text", () => {
            const ways = [paths, mixed, deliveredScripts, { preScriptPath: "/root/pre.sh", postScript }, {}];
            for (const one of ways) {
                for (const other of ways) {
                    expect(between(one, other), JSON.stringify([one, other])).to.deep.equal(
                        one === other ? none : replace("linux"),
                    );
                }
            }
        });

        it("is none for a text that is not known yet if there was a text before, otherwise replace", () => {
            const later = { preScript: unknown, postScript: unknown };
            expect(between(deliveredScripts, later)).to.deep.equal(none);
            expect(between(mixed, { ...mixed, preScript: unknown })).to.deep.equal(none);
            expect(between(paths, later)).to.deep.equal(replace("linux"));
            expect(between(deliveredScripts, { preScriptPath: unknown, postScript })).to.deep.equal(
                replace("linux"),
            );
        });

        it("compares a state without a text with one that contains it, as an older release left it", () => {
            const state = { ...stateOf(inputsOf()), linux: paths };
            expect(difference(state, inputsOf({ linux: paths }))).to.deep.equal({ kind: "none" });
        });
    });

    it("counts values that are not known yet as changed", () => {
        for (const input of [
            "instanceId",
            "regionId",
            "excludeDiskIds",
            "linux",
            "windows",
            "instantAccess",
            "triggers",
        ]) {
            expect(after({ [input]: unknown }), input).to.deep.equal(replace(input));
        }
        expect(after({ linux: { ...before.linux, preScriptPath: unknown } })).to.deep.equal(replace("linux"));
        expect(after({ triggers: [unknown] })).to.deep.equal(replace("triggers"));
        expect(after({ description: unknown })).to.deep.equal(update("description"));
        for (const input of [
            "ramRoleName",
            "waitFor",
            "onDegraded",
            "requiredConsistency",
            "timeoutSeconds",
        ]) {
            expect(after({ [input]: unknown }), input).to.deep.equal(none);
        }
    });

    it("is replace if a higher consistency is required than the snapshot has, unless less is accepted", () => {
        const filesystem = { consistency: "filesystem" } as const;
        expect(after({}, filesystem)).to.deep.equal(replace("requiredConsistency"));
        expect(after({ requiredConsistency: "filesystem" }, filesystem)).to.deep.equal(none);
        expect(after({ onDegraded: "keep" }, filesystem)).to.deep.equal(none);
        expect(after({ requiredConsistency: "filesystem" }, { consistency: "crash" })).to.deep.equal(
            replace("requiredConsistency"),
        );
        expect(after({ requiredConsistency: unknown }, filesystem)).to.deep.equal(none);
    });

    it("is replace for a running or failed snapshot, update for one that must be finalized", () => {
        expect(after({}, { pending: pendingOf("running") })).to.deep.equal(replace("snapshotGroupId"));
        expect(after({}, { pending: pendingOf("failed") })).to.deep.equal(replace("snapshotGroupId"));
        expect(after({}, { pending: pendingOf("finalizing") })).to.deep.equal(update());
        expect(after({ snapshotGroupName: "other" }, { pending: pendingOf("finalizing") })).to.deep.equal(
            update("snapshotGroupName"),
        );
        expect(after({ triggers: [] }, { pending: pendingOf("finalizing") })).to.deep.equal(
            replace("triggers"),
        );
    });

    it("is update for a name that was changed outside of Pulumi, if the program sets one", () => {
        expect(after({ snapshotGroupName: "mine" }, { snapshotGroupName: "theirs" })).to.deep.equal(
            update("snapshotGroupName"),
        );
        expect(after({}, { snapshotGroupName: "theirs" })).to.deep.equal(none);
    });

    it("is replace for a snapshot that lost a member, even if another input is changed in place", () => {
        const missingSnapshotIds = ["s-data"];
        expect(after({}, { missingSnapshotIds })).to.deep.equal(replace("snapshots"));
        expect(after({ description: "other" }, { missingSnapshotIds })).to.deep.equal(replace("snapshots"));
        expect(after({}, { missingSnapshotIds: [] })).to.deep.equal(none);
    });
});

describe("the difference of tags", () => {
    const member = groupOutputs(groupOf(), "cn-hangzhou").snapshots[0];
    const tagged = (tags: Readonly<Record<string, string>>, inCloud = tags): SnapshotOutputs => ({
        tags,
        snapshots: member === undefined ? [] : [{ ...member, tags: { ...inCloud, theirs: "x" } }],
    });

    it("is changed in place", () => {
        expect(after({ tags: { team: "a" } }, tagged({ team: "a" }))).to.deep.equal(none);
        expect(after({ tags: { team: "b" } }, tagged({ team: "a" }))).to.deep.equal(update("tags"));
        expect(after({ tags: {} }, tagged({ team: "a" }))).to.deep.equal(update("tags"));
        expect(after({}, tagged({ team: "a" }))).to.deep.equal(update("tags"));
        expect(after({ tags: { theirs: "mine" } }, tagged({}))).to.deep.equal(update("tags"));
        expect(after({ tags: unknown }, tagged({ team: "a" }))).to.deep.equal(update("tags"));
        expect(after({ tags: { team: unknown } }, tagged({ team: "a" }))).to.deep.equal(update("tags"));
    });

    it("is none for a snapshot without tags, whatever others have set", () => {
        expect(after({}, tagged({}))).to.deep.equal(none);
        expect(after({ tags: {} }, tagged({}))).to.deep.equal(none);
    });

    it("has a reason only if the program does not show it", () => {
        const reason = 'To be set again, because they differ in the cloud: the tags "stage", "team".';
        const drifted = tagged({ team: "a", stage: "test" }, {});
        expect(reasonsOf(drifted, { tags: { team: "a", stage: "test" } })).to.deep.equal([reason]);
        expect(reasonsOf(tagged({ team: "a" }), { tags: { team: "b" } })).to.deep.equal([]);
        expect(reasonsOf(tagged({ team: "a" }), { tags: unknown })).to.deep.equal([]);
    });

    it("includes the group itself, if it took the tags", () => {
        const held = tagged({ team: "a" });
        expect(after({ tags: { team: "a" } }, { ...held, snapshotGroupTags: {} })).to.deep.equal(
            update("tags"),
        );
        expect(after({ tags: { team: "a" } }, { ...held, snapshotGroupTags: { team: "a" } })).to.deep.equal(
            none,
        );
    });
});

describe("the reason of a difference", () => {
    it("is omitted if the program shows it", () => {
        expect(reasonsOf({}, { triggers: [] })).to.deep.equal([]);
        expect(reasonsOf({}, {})).to.deep.equal([]);
    });

    it("describes the difference in the cloud, or the earlier update", () => {
        const cases: readonly (readonly [state: SnapshotOutputs, ...phrases: string[]])[] = [
            [{ consistency: "filesystem" }, "filesystem-consistent"],
            [{ pending: pendingOf("running") }, "t-1", "adopted"],
            [{ pending: pendingOf("failed") }, "failed", "StillInProgress", "taken again"],
            [{ missingSnapshotIds: ["s-1", "s-2"] }, "s-1, s-2", "deleted outside of Pulumi", "taken again"],
        ];
        for (const [state, ...phrases] of cases) {
            const [reason, ...others] = reasonsOf(state);
            expect(others).to.deep.equal([]);
            for (const phrase of phrases) {
                expect(reason).to.include(phrase);
            }
        }
    });

    it("names the property that differs from the cloud, and never the program's value, which may be a secret", () => {
        const [reason] = reasonsOf({ description: "theirs" }, { description: "mine" });
        expect(reason).to.include("description").and.not.to.include("mine");
    });
});
