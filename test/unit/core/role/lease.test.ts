import { expect } from "chai";
import * as fc from "fast-check";

import {
    isAbandoned,
    type Lease,
    leaseOf,
    leaseTag,
    leaseTagKey,
} from "../../../../provider/src/core/role/lease";
import { stackOf } from "../../../../provider/src/core/run/run";
import { identityOf } from "../../support/samples";

const stack = stackOf(identityOf());
const lease: Lease = { ramRoleName: "AppSnapshotRoleName", stack, expires: 1_735_787_045_000 };

describe("the lease of a temporary role", () => {
    it("is read from the instance's tags as it was written, among other tags", () => {
        const roleNames = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
        fc.assert(
            fc.property(roleNames, fc.integer({ min: 0, max: 4_000_000_000 }), (ramRoleName, seconds) => {
                const written = { ramRoleName, stack, expires: seconds * 1000 };
                expect(leaseOf([{ key: "owner", value: "me" }, leaseTag(written)])).to.deep.equal(written);
            }),
        );
    });

    it("is rounded up to whole seconds", () => {
        expect(leaseOf([leaseTag({ ...lease, expires: 1_001 })])?.expires).to.equal(2_000);
    });

    it("fits into a tag", () => {
        const { key, value } = leaseTag({ ...lease, ramRoleName: "r".repeat(64) });
        expect(key.length).to.be.at.most(64);
        expect(key).not.to.match(/^(aliyun|acs:)/);
        expect(value.length).to.be.at.most(128);
    });

    it("is undefined if the tag is missing, or somebody changed it", () => {
        expect(leaseOf([])).to.equal(undefined);
        expect(leaseOf([{ key: "owner", value: "me" }])).to.equal(undefined);
        for (const value of [
            "",
            "AppSnapshotRoleName",
            `${stack}/soon/Role`,
            `${stack}/1/`,
            `${stack}/1/a/b`,
        ]) {
            expect(leaseOf([{ key: leaseTagKey, value }]), value).to.equal(undefined);
        }
    });
});

describe("a temporary role found on an instance", () => {
    const before = lease.expires - 1;

    it("is abandoned if it is of the same stack, which has only one update at a time", () => {
        expect(isAbandoned(lease, stack, before)).to.equal(true);
    });

    it("is used by another stack until it has expired", () => {
        expect(isAbandoned(lease, "another", before)).to.equal(false);
        expect(isAbandoned(lease, "another", lease.expires)).to.equal(true);
    });
});
