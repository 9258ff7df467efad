import { expect } from "chai";

import type { ItemResult } from "../../../../provider/src/cloud/ecs/api";
import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import type { RoleAttachment } from "../../../../provider/src/core/inputs/inputs";
import {
    attachRole,
    detachRole,
    roleProblems,
    uncheckedRoleNote,
} from "../../../../provider/src/core/role/role";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";
import { testContext } from "../../support/context";
import { rejection } from "../../support/rejection";
import { instanceId, specificationOf } from "../../support/samples";
import { apiError, scriptedApi } from "../../support/scripted-api";

const role = "AppSnapshotRoleName";

function item(id: string, code = "200", message = ""): ItemResult {
    return {
        instanceId: id,
        success: code === "200",
        code,
        message,
    };
}

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
            const [found] = roleProblems(specificationOf({ roleAttachment }), "linux", attached);
            expect(found?.code ?? "").to.equal(problem);
            if (found !== undefined) {
                expect(found.message).to.include(role).and.to.include(instanceId);
                expect(found.message).to.include(attached ?? role);
            }
        });
    }
});

describe("a role that will be attached", () => {
    it("can't be checked completely beforehand", () => {
        for (const roleAttachment of ["keep", "temporary"] as const) {
            expect(uncheckedRoleNote(specificationOf({ roleAttachment }), undefined)).to.include(role);
            expect(uncheckedRoleNote(specificationOf({ roleAttachment }), role)).to.equal("");
        }
        expect(uncheckedRoleNote(specificationOf({ roleAttachment: "none" }), undefined)).to.equal("");
    });
});

describe("attaching a role", () => {
    it("makes no further call if every item succeeded", async () => {
        const api = scriptedApi({ attachInstanceRamRole: () => Promise.resolve([item("i-1"), item("i-2")]) });
        const outcomes = await attachRole(testContext(api), ["i-1", "i-2"], role);
        expect([...outcomes.values()].map((outcome) => outcome.ok)).to.deep.equal([true, true]);
        expect(api.operations()).to.deep.equal(["attachInstanceRamRole"]);
    });

    it("fails for the instances whose item failed, although the request succeeded", async () => {
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

    it("succeeds if the same role was attached meanwhile", async () => {
        const api = scriptedApi({
            attachInstanceRamRole: () => Promise.resolve([item("i-1", "InvalidOperation.RoleAttached")]),
            describeInstanceRamRole: () => Promise.resolve(new Map([["i-1", role]])),
        });
        const outcomes = await attachRole(testContext(api), ["i-1"], role);
        expect(outcomes.get("i-1")?.ok).to.equal(true);
    });

    it("fails if another role was attached meanwhile, or without an item", async () => {
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

/** A call that is refused as a whole, and the attached roles. */
function refusedWith(
    operation: "attachInstanceRamRole" | "detachInstanceRamRole",
    attached: ReadonlyMap<string, string> | Error,
    error: Error = apiError("InvalidRamRole.NotFound"),
) {
    return scriptedApi({
        [operation]: () => Promise.reject(error),
        describeInstanceRamRole: () =>
            attached instanceof Error ? Promise.reject(attached) : Promise.resolve(new Map(attached)),
    });
}
const noAnswer = new ApiCallError("Operation", undefined, "the request timed out", "again");

describe("attaching a role that is refused as a whole", () => {
    const refused = refusedWith.bind(undefined, "attachInstanceRamRole");

    it("succeeds for the instances that have the role, and fails for the others with the call's error", async () => {
        const api = refused(
            new Map([
                ["i-1", role],
                ["i-2", "Other"],
            ]),
        );
        const outcomes = await attachRole(testContext(api), ["i-1", "i-2", "i-3"], role);
        expect(outcomes.get("i-1")?.ok).to.equal(true);
        for (const id of ["i-2", "i-3"]) {
            const outcome = outcomes.get(id);
            const error = outcome?.ok === false ? outcome.error : undefined;
            expect(error).to.include({ code: "InvalidRamRole.NotFound", instanceId: id });
            expect(error?.message).to.include(`Details: the RAM role ${role}; `);
            expect(error?.details.resources?.requestId).to.equal("REQUEST-1");
            expect(error?.message).to.include("Create the role");
        }
        expect(api.argumentsOf("describeInstanceRamRole")).to.deep.equal([[["i-1", "i-2", "i-3"]]]);
    });

    it("fails with the call's error if the attached roles are unknown", async () => {
        for (const look of [apiError("Forbidden.RAM"), noAnswer]) {
            const outcomes = await attachRole(testContext(refused(look)), ["i-1"], role);
            const outcome = outcomes.get("i-1");
            expect(outcome?.ok === false ? outcome.error.code : undefined).to.equal(
                "InvalidRamRole.NotFound",
            );
        }
    });

    it("is not followed by another call without a response, nor after an interruption", async () => {
        const interruption = new AppSnapshotError(ownErrors.Interrupted);
        for (const thrown of [noAnswer, interruption]) {
            const api = refused(new Map([["i-1", role]]), thrown);
            expect(await rejection(attachRole(testContext(api), ["i-1"], role))).to.equal(thrown);
            expect(api.operations()).to.deep.equal(["attachInstanceRamRole"]);
        }
        const interrupted = refused(interruption);
        expect(await rejection(attachRole(testContext(interrupted), ["i-1"], role))).to.equal(interruption);
    });
});

describe("detaching a role that is refused as a whole", () => {
    const error = apiError("InvalidRamRole.NotFound");
    const refused = (attached: ReadonlyMap<string, string> | Error) =>
        testContext(refusedWith("detachInstanceRamRole", attached, error));

    it("gives no warning if the role is no longer attached", async () => {
        for (const attached of [new Map<string, string>(), new Map([["i-1", "Other"]])]) {
            expect(await detachRole(refused(attached), ["i-1"], role)).to.deep.equal([]);
        }
    });

    it("fails with the call's error if the role is attached, or that is unknown", async () => {
        for (const attached of [new Map([["i-1", role]]), apiError("Forbidden.RAM"), noAnswer]) {
            expect(await rejection(detachRole(refused(attached), ["i-1"], role))).to.equal(error);
        }
    });
});

describe("detaching a role", () => {
    it("gives no warning if it succeeds", async () => {
        const api = scriptedApi({ detachInstanceRamRole: () => Promise.resolve([item("i-1")]) });
        expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([]);
        expect(api.argumentsOf("detachInstanceRamRole")).to.deep.equal([[["i-1"], role]]);
    });

    it("warns about a role that stays attached, with the reason", async () => {
        const api = scriptedApi({
            detachInstanceRamRole: () => Promise.resolve([item("i-1", "Forbidden", "not allowed")]),
            describeInstanceRamRole: () => Promise.resolve(new Map([["i-1", role]])),
        });
        expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([
            `The RAM role ${role} is still attached to i-1: Forbidden not allowed.`,
        ]);
    });

    it("succeeds if the role is already detached, or another one is attached now", async () => {
        for (const attached of [new Map<string, string>(), new Map([["i-1", "Other"]])]) {
            const api = scriptedApi({
                detachInstanceRamRole: () => Promise.resolve([item("i-1", "InvalidRamRole.NotFound")]),
                describeInstanceRamRole: () => Promise.resolve(attached),
            });
            expect(await detachRole(testContext(api), ["i-1"], role)).to.deep.equal([]);
        }
    });
});
