import { expect } from "chai";

describe("the command line of the live test", () => {
    let choose: (typeof import("../../../tools/live-test/options.mjs"))["choose"];

    before(async () => {
        ({ choose } = await import("../../../tools/live-test/options.mjs"));
    });

    const required = { "instance-id": "i-1", region: "cn-hangzhou" };

    it("needs an instance and its region, and has defaults that leave nothing", () => {
        expect(choose(required)).to.deep.equal({
            ...{ report: "live-test-report", yes: false },
            target: {
                ...{ instanceId: "i-1", region: "cn-hangzhou", ramRole: "AppSnapshotRoleName" },
                ...{ roleAttachment: "temporary", failingPreScript: false, excludeDisks: [] },
            },
        });
    });

    for (const [values, problem] of [
        [{}, "--instance-id must be"],
        [{ "instance-id": "i-1" }, "--region must be"],
        [{ ...required, "instance-id": "db-1" }, "--instance-id must be"],
        [{ ...required, "role-attachment": "keep" }, "keep would leave the role attached"],
        [{ ...required, "exclude-disks": "d-1" }, "--exclude-disks must be two or more"],
        [{ ...required, destroy: true }, "does not go with --destroy"],
    ] as const) {
        it(`refuses ${JSON.stringify(values)}`, () => {
            expect(choose(values)).to.be.a("string").that.includes(problem);
        });
    }

    it("finishes a killed one by its folder alone", () => {
        expect(choose({ destroy: true, report: "other" })).to.deep.equal({ report: "other" });
    });
});
