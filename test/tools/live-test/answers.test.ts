import { expect } from "chai";

import type { Evidence } from "../../../tools/live-test/evidence.mjs";
import type { Answered, Question } from "../../../tools/live-test/questions.mjs";
import { evidenceOf, group, look, run, type Sample } from "./support";

let questions: readonly Question[];
let settingsOf: (answers: readonly Answered[]) => object;

/** Returns the value that follows for a setting of the emulator; undefined if nothing does. */
function valueOf(id: string, evidence: Evidence): unknown {
    const found = questions.find((question) => question.id === id)?.answer(evidence);
    if (found === undefined) {
        throw new Error(`there is no question ${id}`);
    }
    return "value" in found ? found.value : undefined;
}

const destroyed = { step: "destroy" };
const deletion: Sample = {
    operation: "DeleteSnapshotGroup",
    parameters: { SnapshotGroupId: "ssg-1" },
    ...destroyed,
};
const beforeDeletion = look([group()], { ...destroyed, probe: "before its deletion" });

/** A second snapshot, while the upload of the first one has this status before and after. */
function second(before: string, exitCode: number, after: string): Evidence {
    const step = "failing-pre-script";
    return evidenceOf([
        look([group({ Status: before })], { step, probe: "upload before" }),
        ...run(exitCode, "", { step }),
        look([group({ Status: after })], { step, probe: "upload after" }),
    ]);
}

function reattached(more: Partial<Sample>): Evidence {
    return evidenceOf([{ operation: "AttachInstanceRamRole", probe: "same role", ...more }]);
}

function attachment(Success: boolean, Code = Success ? "200" : "Operation.Forbidden"): object {
    const item = { InstanceId: "i-1", Success, Code };
    return { AttachInstanceRamRoleResults: { AttachInstanceRamRoleResult: [item] } };
}

function instance(HttpTokens: string): Sample {
    const Instance = [{ InstanceId: "i-1", MetadataOptions: { HttpTokens } }];
    return {
        operation: "DescribeInstances",
        probe: "look",
        step: "before",
        body: { Instances: { Instance } },
    };
}

function roles(...InstanceRamRoleSet: object[]): Sample {
    return {
        operation: "DescribeInstanceRamRole",
        parameters: { InstanceIds: '["i-1"]' },
        body: { InstanceRamRoleSets: { InstanceRamRoleSet } },
    };
}

const item = { OperationProgressSet: { OperationProgress: [{ ErrorCode: "Operation.Conflict" }] } };
const excludeDisks = ["d-1", "d-2"];

/** A second snapshot, whose group has members of these disks. */
function excluded(disks: readonly string[]): Evidence {
    const Snapshot = disks.map((SourceDiskId) => ({ SourceDiskId, Tags: { Tag: [] } }));
    const step = "excluded-disks";
    return evidenceOf(
        [
            look([group({ SnapshotGroupId: "ssg-main" })], { step, probe: "upload before" }),
            ...run(0, '[snapshotgroup="ssg-1"]', { step }),
            look([group({ Snapshots: { Snapshot } })], { step }),
        ],
        { excludeDisks },
    );
}

function groupTags(code?: string): Evidence {
    const parameters = { ResourceType: "snapshotgroup" };
    return evidenceOf([{ operation: "TagResources", parameters, ...(code === undefined ? {} : { code }) }]);
}

function deletedAgain(code: string): Evidence {
    return evidenceOf([{ operation: "DeleteSnapshotGroup", probe: "second deletion", code }]);
}

/** What follows from what was seen; undefined: nothing. */
const cases: readonly (readonly [id: string, seen: string, evidence: Evidence, value: unknown])[] = [
    ["consistencyTagKey", "a mark", evidenceOf([look([group({}, "AppConsistent")])]), "AppConsistent"],
    ["consistencyTagKey", "no mark", evidenceOf([look([group({}, "team")])]), undefined],
    [
        "consistencyTagOnGroup",
        "a marked group",
        evidenceOf([
            look([group({ Tags: { Tag: [{ Key: "APPConsistent" }] } }, "APPConsistent")], { probe: "group" }),
        ]),
        true,
    ],
    [
        "consistencyTagOnGroup",
        "a group without a mark",
        evidenceOf([look([group({}, "APPConsistent")], { probe: "group" })]),
        false,
    ],
    [
        "consistencyTagOnGroup",
        "no marks at all",
        evidenceOf([look([group()], { probe: "group" })]),
        undefined,
    ],
    [
        "deletion",
        "a group after its deletion",
        evidenceOf([deletion, look([group()], destroyed)]),
        "asynchronous",
    ],
    ["deletion", "no group after its deletion", evidenceOf([deletion, look([], destroyed)]), "synchronous"],
    ["deletion", "no look after the deletion", evidenceOf([look([group()], destroyed), deletion]), undefined],
    [
        "deletion",
        "a refused deletion",
        evidenceOf([{ ...deletion, code: "X" }, look([], destroyed)]),
        undefined,
    ],
    ["deletionMs", "a second look", evidenceOf([deletion, look([group()]), look([])]), 2_000],
    ["deleteProgressingGroup", "a deletion", evidenceOf([beforeDeletion, deletion]), "cancel"],
    [
        "deleteProgressingGroup",
        "a refusal",
        evidenceOf([beforeDeletion, { ...deletion, code: "Operation.Conflict" }]),
        "conflict",
    ],
    [
        "deleteProgressingGroup",
        "a failed item",
        evidenceOf([beforeDeletion, { ...deletion, body: item }]),
        "conflict",
    ],
    [
        "deleteProgressingGroup",
        "another refusal",
        evidenceOf([beforeDeletion, { ...deletion, code: "Forbidden.RAM" }]),
        undefined,
    ],
    [
        "deleteProgressingGroup",
        "a group that is uploaded",
        evidenceOf([look([group({ Status: "accomplished" })], { probe: "before its deletion" }), deletion]),
        undefined,
    ],
    [
        "previousSnapshotInProgress",
        "a run during the upload",
        second("progressing", 9, "progressing"),
        "allowed",
    ],
    ["previousSnapshotInProgress", "exit code 16", second("progressing", 16, "accomplished"), "refused"],
    [
        "previousSnapshotInProgress",
        "an upload that ended",
        second("progressing", 9, "accomplished"),
        undefined,
    ],
    ["previousSnapshotInProgress", "no upload", second("accomplished", 9, "accomplished"), undefined],
    ["groupTags", "success", groupTags(), "accepted"],
    ["groupTags", "a refusal", groupTags("InvalidResourceType.NotFound"), "refused"],
    ["groupTags", "a missing permission", groupTags("Forbidden.RAM"), undefined],
    ["deleteMissingGroup", "a refusal", deletedAgain("InvalidSnapshotGroup.NotFound"), "not-found"],
    ["deleteMissingGroup", "another refusal", deletedAgain("Forbidden.RAM"), undefined],
    ["sameRoleReattach", "a missing permission", reattached({ code: "Forbidden.RAM" }), undefined],
    [
        "sameRoleReattach",
        "a missing permission for the role",
        reattached({ code: "InvalidUser.PassRoleForbidden" }),
        undefined,
    ],
    [
        "sameRoleReattach",
        "another operation in progress",
        reattached({ code: "Operation.Conflict" }),
        undefined,
    ],
    [
        "sameRoleReattach",
        "an item with another reason",
        reattached({ body: attachment(false, "InvalidUser.PassRoleForbidden") }),
        undefined,
    ],
    ["groupTags", "another operation in progress", groupTags("Operation.Conflict"), undefined],
    ["sameRoleReattach", "a refusal", reattached({ code: "Operation.Forbidden" }), "refused"],
    ["sameRoleReattach", "a failed item", reattached({ body: attachment(false) }), "error"],
    ["sameRoleReattach", "success", reattached({ body: attachment(true) }), "success"],
    ["sameRoleReattach", "nothing", evidenceOf([]), undefined],
    [
        "rolelessInstance",
        "an empty name",
        evidenceOf([roles({ InstanceId: "i-1", RamRoleName: "" })]),
        "empty",
    ],
    ["rolelessInstance", "no entry", evidenceOf([roles()]), "omitted"],
    ["rolelessInstance", "a role", evidenceOf([roles({ InstanceId: "i-1", RamRoleName: "R" })]), undefined],
    ["imdsv2", "success", evidenceOf([instance("required"), ...run(0)]), "supported"],
    ["imdsv2", "exit code 1", evidenceOf([instance("required"), ...run(1)]), "unsupported"],
    ["imdsv2", "another exit code", evidenceOf([instance("required"), ...run(9)]), undefined],
    ["imdsv2", "an instance that takes both", evidenceOf([instance("optional"), ...run(0)]), undefined],
    ["excludeDiskIdSyntax", "none of the disks", excluded(["d-3"]), "comma"],
    ["excludeDiskIdSyntax", "one of the disks", excluded(["d-3", "d-2"]), "repeat"],
    [
        "excludeDiskIdSyntax",
        "a failure",
        evidenceOf(run(1, "", { step: "excluded-disks" }), { excludeDisks }),
        undefined,
    ],
    [
        "throttlingStatus",
        "a throttled call",
        evidenceOf([{ operation: "RunCommand", code: "Throttling.User", status: 503 }]),
        503,
    ],
    ["throttlingStatus", "none", evidenceOf([{ operation: "RunCommand", code: "Forbidden.RAM" }]), undefined],
    [
        "groupNameFilter",
        "no group by its whole name",
        evidenceOf([look([], { probe: "whole name" }), look([], { probe: "part of the name" })]),
        undefined,
    ],
    ["pluginMs", "the times of a run", evidenceOf(run(0)), 3_000],
    [
        "consistencyTagMs",
        "marks at the third look",
        evidenceOf([look([group()]), look([group()]), look([group({}, "APPConsistent")])]),
        2_000,
    ],
    ["consistencyTagMs", "marks at once", evidenceOf([look([group({}, "FsConsistent")])]), 0],
    [
        "rolePropagationMs",
        "a run without the role and one with it",
        evidenceOf([{ operation: "AttachInstanceRamRole" }, ...run(13), ...run(0)]),
        3_000,
    ],
    [
        "clockOffsetMs",
        "a clock that is an hour ahead",
        evidenceOf([{ operation: "RunCommand", date: "Thu, 01 Jan 2026 01:00:00 GMT" }]),
        3_600_000,
    ],
];

describe("the answers of a live test", () => {
    before(async () => {
        ({ questions } = await import("../../../tools/live-test/questions.mjs"));
        ({ settingsOf } = await import("../../../tools/live-test/report.mjs"));
    });

    for (const [id, seen, evidence, value] of cases) {
        it(`about ${id} follow from ${seen}: ${String(value)}`, () => {
            expect(valueOf(id, evidence)).to.equal(value);
        });
    }

    it("are all missing if nothing was seen, each with its reason", () => {
        const answers = questions.map(({ answer }) => answer(evidenceOf([])));
        expect(answers.filter((answer) => !("notSeen" in answer && answer.notSeen !== ""))).to.deep.equal([]);
    });

    it("quote what the plugin printed, without the scripts' output", () => {
        const output = '[message="Take"]\n\npre-script printed: aHVudGVyMg==\n';
        const found = questions.find(({ id }) => id === "pluginOutput")?.answer(evidenceOf(run(0, output)));
        expect(found).to.have.property("answer", 'Exit code 0, and:\n[message="Take"]');
    });

    it("become settings of the emulator", () => {
        const seen = { answer: "", evidence: [], question: "" };
        expect(
            settingsOf([
                { id: "a", ...seen, setting: { kind: "behaviour", name: "groupTags" }, value: "refused" },
                { id: "b", ...seen, setting: { kind: "timing", name: "pluginMs" }, value: 5 },
                { id: "c", ...seen },
                { id: "d", question: "", notSeen: "Why", setting: { kind: "timing", name: "uploadMs" } },
            ]),
        ).to.deep.equal({ behaviour: { groupTags: "refused" }, timing: { pluginMs: 5 } });
    });
});
