import { expect } from "chai";

import { attachRole, detachRole, roleProblem } from "../../../provider/src/role/role";
import type { ItemResult } from "../../../provider/src/ecs/api";
import type { RoleAttachment } from "../../../provider/src/inputs/inputs";
import { testContext } from "../support/context";
import { instanceId, specificationOf } from "../support/samples";
import { scriptedApi } from "../support/scripted-api";

const role = "AppSnapshotRoleName";

const item = (id: string, code = "200", message = ""): ItemResult => ({
    instanceId: id,
    success: code === "200",
    code,
    message,
});

describe("the role of an instance", () => {
    const table: readonly (readonly [attached: string | undefined, mode: RoleAttachment, problem: string])[] =
        [
            [role, "keep", ""],
            [role, "temporary", ""],
            [role, "none", ""],
            [undefined, "keep", ""],
            [undefined, "temporary", ""],
            [undefined, "none", "RoleMissing"],
            ["Other", "keep", "RoleConflict"],
            ["Other", "temporary", "RoleConflict"],
            ["Other", "none", "RoleConflict"],
            [role.toLowerCase(), "keep", "RoleConflict"],
        ];
    for (const [attached, roleAttachment, problem] of table) {
        const outcome = problem === "" ? "is fine" : `is ${problem}`;
        it(`${outcome} when ${attached ?? "none"} is attached and roleAttachment is "${roleAttachment}"`, () => {
            const found = roleProblem(specificationOf({ roleAttachment }), attached);
            expect(found?.code ?? "").to.equal(problem);
            if (found !== undefined) {
                expect(found.message).to.include(role).and.to.include(instanceId);
                expect(found.message).to.include(attached ?? role);
            }
        });
    }
});

describe("attaching a role", () => {
    it("asks nothing further when every item succeeded", async () => {
        const api = scriptedApi({ attachInstanceRamRole: () => Promise.resolve([item("i-1"), item("i-2")]) });
        const outcomes = await attachRole(testContext(api), ["i-1", "i-2"], role);
        expect([...outcomes.values()].map((outcome) => outcome.ok)).to.deep.equal([true, true]);
        expect(api.operations()).to.deep.equal(["attachInstanceRamRole"]);
    });

    it("fails for the instances whose item failed, though the request succeeded", async () => {
        const api = scriptedApi({
            attachInstanceRamRole: () =>
                Promise.resolve([item("i-1"), item("i-2", "InvalidRamRole.NotFound", "no such role")]),
            describeInstanceRamRole: () => Promise.resolve(new Map()),
        });
        const outcomes = await attachRole(testContext(api), ["i-1", "i-2"], role);
        expect(outcomes.get("i-1")?.ok).to.equal(true);
        const outcome = outcomes.get("i-2");
        const error = outcome?.ok === false ? outcome.error : undefined;
        expect(error).to.include({ code: "RoleNotAttached", instanceId: "i-2" });
        expect(error?.message).to.include("InvalidRamRole.NotFound no such role");
        expect(error?.message).to.include("Create the role");
        expect(api.argumentsOf("describeInstanceRamRole")).to.deep.equal([[["i-2"]]]);
    });

    it("succeeds when the same role was attached meanwhile", async () => {
        const api = scriptedApi({
            attachInstanceRamRole: () => Promise.resolve([item("i-1", "InvalidOperation.RoleAttached")]),
            describeInstanceRamRole: () => Promise.resolve(new Map([["i-1", role]])),
        });
        const outcomes = await attachRole(testContext(api), ["i-1"], role);
        expect(outcomes.get("i-1")?.ok).to.equal(true);
    });

    it("fails when another role was attached meanwhile, or when there is no item at all", async () => {
        for (const items of [[item("i-1", "InvalidOperation.RoleAttached")], []]) {
            const api = scriptedApi({
                attachInstanceRamRole: () => Promise.resolve(items),
                describeInstanceRamRole: () => Promise.resolve(new Map([["i-1", "Other"]])),
            });
            const outcomes = await attachRole(testContext(api), ["i-1"], role);
            expect(outcomes.get("i-1")?.ok).to.equal(false);
        }
    });
});

describe("detaching a role", () => {
    it("has nothing to warn of when it succeeds", async () => {
        const api = scriptedApi({ detachInstanceRamRole: () => Promise.resolve([item("i-1")]) });
        expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([]);
        expect(api.argumentsOf("detachInstanceRamRole")).to.deep.equal([[["i-1"], role]]);
    });

    it("warns of a role that stays attached, with the reason", async () => {
        const api = scriptedApi({
            detachInstanceRamRole: () => Promise.resolve([item("i-1", "Forbidden", "not allowed")]),
            describeInstanceRamRole: () => Promise.resolve(new Map([["i-1", role]])),
        });
        expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([
            `The RAM role ${role} is still attached to i-1: Forbidden not allowed.`,
        ]);
    });

    it("does not mind that the role is gone already, or that it is another one by now", async () => {
        for (const attached of [new Map<string, string>(), new Map([["i-1", "Other"]])]) {
            const api = scriptedApi({
                detachInstanceRamRole: () => Promise.resolve([item("i-1", "InvalidRamRole.NotFound")]),
                describeInstanceRamRole: () => Promise.resolve(attached),
            });
            expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([]);
        }
    });
});
