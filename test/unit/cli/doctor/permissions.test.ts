import { expect } from "chai";

import {
    permissionChecks,
    permissions,
    rolePolicyCheck,
} from "../../../../provider/src/cli/doctor/permissions";
import { codeBlocks, document } from "../../../docs/support/markdown";
import { apiError } from "../../support/scripted-api";

interface Policy {
    readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

const [, role = [], caller = []] = codeBlocks(document("docs/requirements.md"), "json").map((text) =>
    (JSON.parse(text) as Policy).Statement.flatMap(({ Action }) => Action),
);

describe("the permissions that doctor lists", () => {
    it("are those of the documented policy of the caller", () => {
        expect(Object.keys(permissions)).to.have.members(caller);
    });

    it("are those of the documented policy of the role", () => {
        const { message } = rolePolicyCheck("Own", "");
        expect(role).not.to.be.empty;
        for (const action of role) {
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
