import { expect } from "chai";

import { permissionChecks, rolePolicyCheck } from "../../../../provider/src/cli/doctor/permissions";
import { caller, instanceRole } from "../../../../provider/src/policies/policies";
import { apiError } from "../../support/scripted-api";

describe("the permissions that doctor lists", () => {
    it("are those of the caller's policy", () => {
        const actions = caller().Statement.flatMap(({ Action }) => Action);
        expect(permissionChecks({}).map(({ check }) => check)).to.have.members(actions);
    });

    it("name those of the role's policy", () => {
        const { message } = rolePolicyCheck("Own", "");
        expect(message).to.include(
            "must include ecs:DescribeSnapshot*, ecs:CreateSnapshot*, ecs:TagResources and ecs:DescribeDisks",
        );
        for (const action of instanceRole().Statement.flatMap(({ Action }) => Action)) {
            expect(message).to.include(action);
        }
    });

    it("are granted, refused, refused for the region, or not checked, each with a reason", () => {
        const error = apiError("Forbidden.RAM");
        const checks = permissionChecks({
            "ecs:DescribeDisks": { kind: "granted" },
            "ecs:RunCommand": { kind: "refused", error },
            "ecs:DescribeSendFileResults": { kind: "refused for the region", error },
            "ecs:DescribeImages": { kind: "unknown", why: "there is no snapshot" },
        });
        const lineOf = (permission: string) => checks.find(({ check }) => check === permission);
        expect(lineOf("ecs:DescribeDisks")).to.include({ status: "ok" });
        expect(lineOf("ecs:RunCommand")).to.include({ status: "problem", code: "Forbidden.RAM" });
        expect(lineOf("ecs:RunCommand")?.remedy).to.match(/^Grant the caller/);
        expect(lineOf("ecs:DescribeSendFileResults")).to.include({ status: "warning" });
        expect(lineOf("ecs:DescribeImages")?.message).to.match(/^needed for .*; there is no snapshot$/);
        expect(lineOf("ecs:TagResources")?.message).to.match(/; only a change would tell$/);
        expect(lineOf("ecs:DescribeInstances")?.message).to.match(/; no call needed it here$/);
    });
});
