import { expect } from "chai";

import { intentions } from "../../../tools/live-test/story.mjs";

describe("what a live test tells before it asks", () => {
    it("can't be changed by a name in the cloud", () => {
        const target = {
            ...{ instanceId: "i-1", region: "cn-hangzhou", ramRole: "R", roleAttachment: "none" as const },
            ...{ failingPreScript: false, excludeDisks: [] },
        };
        const instance = { InstanceName: "db\u001b[2J\nNothing is done.", OSNameEn: "Ubuntu\u009b1A 22.04" };
        const lines = intentions(
            target,
            { instance, disks: [], role: "R\u0007", endpoint: "ecs.example" },
            "/report",
        );
        expect(lines.join("")).not.to.match(/\p{Cc}/u);
        expect(lines[1]).to.equal(
            "  Instance: i-1, db\ufffd[2J\ufffdNothing is done., Ubuntu\ufffd1A 22.04, in cn-hangzhou",
        );
    });
});
