import { expect } from "chai";
import * as fc from "fast-check";

import {
    diskSetDigestOf,
    subsetWithDigest,
} from "../../../../provider/src/core/snapshot-group/disk-set-digest";

const diskSetDigest = fc.uniqueArray(fc.stringMatching(/^d-[a-z0-9]{1,8}$/), { minLength: 1, maxLength: 12 });

describe("the disks with a digest", () => {
    it("are found among up to two others, in any order", () => {
        fc.assert(
            fc.property(diskSetDigest, fc.nat(2), fc.nat(), (all, surplus, seed) => {
                const expected = all.slice(surplus);
                const mixed = [...all.slice(seed % all.length), ...all.slice(0, seed % all.length)];
                expect(subsetWithDigest(mixed, diskSetDigestOf(expected))).to.have.members(expected);
            }),
        );
    });

    it("are not found if one of them is missing, or there are more others", () => {
        const digest = diskSetDigestOf(["d-1", "d-2"]);
        for (const held of [["d-1"], [], ["d-3", "d-4"], ["d-1", "d-2", "d-3", "d-4", "d-5"]]) {
            expect(subsetWithDigest(held, digest), held.join(" ")).to.equal(undefined);
        }
    });
});
