import { expect } from "chai";
import * as fc from "fast-check";

import type { MemberSnapshot, Tag } from "../../../../provider/src/cloud/ecs/api";
import {
    awaitedPart,
    type Consistency,
    type Expectation,
    groupConsistency,
    memberConsistency,
    satisfies,
    verifyConsistency,
} from "../../../../provider/src/core/snapshot-group/consistency";
import { diskSetDigestOf } from "../../../../provider/src/core/snapshot-group/disk-set-digest";
import { groupOf, memberOf } from "../../support/samples";

function tagged(...tags: readonly (readonly [key: string, value: string])[]) {
    return memberOf("d-1", { tags: tags.map(([key, value]): Tag => ({ key, value })) });
}

const application = tagged(["APPConsistent", "True"]);
const filesystem = tagged(["FsConsistent", "True"]);
const crash = tagged(["acs:ecs:createFrom", "i-1"]);

const expected: Expectation = {
    required: "application",
    diskSetDigest: diskSetDigestOf(["d-1"]),
    diskIds: ["d-1"],
    excludeDiskIds: [],
    pluginSaysFilesystemOnly: false,
};

describe("the consistency of a member", () => {
    it("is shown by its tag, in any spelling", () => {
        for (const key of ["APPConsistent", "AppConsistent", "appconsistent", "APPCONSISTENT"]) {
            expect(memberConsistency(tagged([key, "True"])), key).to.equal("application");
        }
        for (const key of ["FsConsistent", "FSConsistent", "fsconsistent"]) {
            expect(memberConsistency(tagged([key, "true"])), key).to.equal("filesystem");
        }
    });

    it("is not shown by a tag with the value False, nor by a similar tag", () => {
        for (const member of [
            tagged(["APPConsistent", "False"]),
            tagged(["APPConsistent", ""]),
            tagged(["NotAppConsistent", "True"]),
            tagged(["AppConsistent2", "True"]),
            crash,
            tagged(),
        ]) {
            expect(memberConsistency(member)).to.equal("crash");
        }
    });
});

describe("the consistency of a group", () => {
    it("is that of its weakest member, in any order", () => {
        expect(groupConsistency([application, application])).to.equal("application");
        expect(groupConsistency([application, filesystem])).to.equal("filesystem");
        expect(groupConsistency([filesystem, application])).to.equal("filesystem");
        expect(groupConsistency([crash, filesystem, application])).to.equal("crash");
        fc.assert(
            fc.property(
                fc.array(fc.constantFrom(application, filesystem, crash), { minLength: 1 }),
                (members) => {
                    const order: Consistency[] = ["crash", "filesystem", "application"];
                    const weakest = Math.min(...members.map((one) => order.indexOf(memberConsistency(one))));
                    expect(groupConsistency(members)).to.equal(order[weakest]);
                },
            ),
        );
    });

    it("is crash without members", () => {
        expect(groupConsistency([])).to.equal("crash");
    });

    it("satisfies a requirement that is not higher", () => {
        expect(satisfies("application", "application")).to.equal(true);
        expect(satisfies("application", "filesystem")).to.equal(true);
        expect(satisfies("filesystem", "filesystem")).to.equal(true);
        expect(satisfies("filesystem", "application")).to.equal(false);
        expect(satisfies("crash", "filesystem")).to.equal(false);
    });
});

describe("the missing part of a group that may become visible later", () => {
    const awaited = (snapshots: MemberSnapshot[], more: Partial<Expectation> = {}) =>
        awaitedPart(groupOf({ snapshots }), { ...expected, ...more });

    it("is nothing if all members exist and are tagged, even if there are more than expected", () => {
        expect(awaited([application])).to.equal(undefined);
        expect(awaited([filesystem])).to.equal(undefined);
        expect(awaited([application, memberOf("d-2")])).to.equal(undefined);
    });

    it("is a missing member, even if only the digest of the disks is known", () => {
        expect(awaited([])).to.equal("members");
        expect(awaited([application], { diskIds: ["d-1", "d-2"] })).to.equal("members");
        const diskSetDigest = diskSetDigestOf(["d-1", "d-2"]);
        expect(awaited([application], { diskIds: undefined, diskSetDigest })).to.equal("members");
    });

    it("is a missing tag on one of the members", () => {
        expect(awaited([crash])).to.equal("tags");
        expect(awaited([application, memberOf("d-2", { tags: [] })])).to.equal("tags");
    });
});

describe("the verification of a group", () => {
    it("finds no violations if everything is as expected", () => {
        expect(verifyConsistency(groupOf({ snapshots: [application] }), expected)).to.deep.equal({
            consistency: "application",
            violations: [],
            surplus: [],
        });
    });

    it("names every member if the consistency is too low", () => {
        const { consistency, violations } = verifyConsistency(groupOf({ snapshots: [filesystem] }), expected);
        expect(consistency).to.equal("filesystem");
        expect(violations).to.have.length(1);
        expect(violations[0]).to.include("s-1: filesystem");
    });

    it("uses the plugin's own report only if it is weaker than the tags", () => {
        const says = { ...expected, pluginSaysFilesystemOnly: true };
        expect(verifyConsistency(groupOf({ snapshots: [application] }), says).consistency).to.equal(
            "filesystem",
        );
        expect(verifyConsistency(groupOf({ snapshots: [application] }), says).violations).to.have.length(1);
        expect(verifyConsistency(groupOf({ snapshots: [crash] }), says).consistency).to.equal("crash");
        expect(
            verifyConsistency(groupOf({ snapshots: [application] }), { ...says, required: "filesystem" })
                .violations,
        ).to.deep.equal([]);
    });

    it("reports missing disks as a violation", () => {
        const { violations } = verifyConsistency(groupOf({ snapshots: [application] }), {
            ...expected,
            diskIds: ["d-1", "d-2", "d-3"],
        });
        expect(violations).to.deep.equal(["it lacks the disks d-2, d-3"]);
    });

    it("does not report disks beyond the expected ones as a violation, not even excluded ones", () => {
        const snapshots = [application, memberOf("d-2"), memberOf("d-3")];
        const { violations, surplus } = verifyConsistency(groupOf({ snapshots }), {
            ...expected,
            diskIds: ["d-1"],
            excludeDiskIds: ["d-2"],
        });
        expect(violations).to.deep.equal([]);
        expect(surplus).to.deep.equal([
            "it contains the disk d-2, which was excluded",
            "it contains the disk d-3, which was not expected",
        ]);
    });

    it("uses the digest of the disks if their ids are unknown", () => {
        const unnamed = { ...expected, diskIds: undefined };
        expect(verifyConsistency(groupOf({ snapshots: [application] }), unnamed).violations).to.deep.equal(
            [],
        );
        const { violations } = verifyConsistency(groupOf({ snapshots: [memberOf("d-2")] }), unnamed);
        expect(violations).to.have.length(1);
        expect(violations[0]).to.include("disks other than").and.to.include("d-2");
        const more = verifyConsistency(
            groupOf({ snapshots: [memberOf("d-2"), application, memberOf("d-3")] }),
            unnamed,
        );
        expect(more).to.deep.include({
            violations: [],
            surplus: [
                "it contains the disk d-2, which was not expected",
                "it contains the disk d-3, which was not expected",
            ],
        });
    });

    it("reports every disk as missing if the group is empty", () => {
        expect(verifyConsistency(groupOf({ snapshots: [] }), expected).violations).to.have.length(2);
    });
});
