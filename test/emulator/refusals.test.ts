import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { startEmulator as startFromSource } from "../../emulator/src/emulator";
import { operations } from "../../emulator/src/operations/table";
import type { ParameterSpec } from "../../emulator/src/parameters/spec";
import { documented } from "../../emulator/src/refusals/documented";
import { isKnownRefusal } from "../../emulator/src/refusals/known";
import { undocumented } from "../../emulator/src/refusals/undocumented";
import { rawCall } from "./raw";
import { closeAll, linux1, region, role, start } from "./support";

const resource = { ResourceType: "instance", "ResourceId.1": linux1 };

/** The parameters that each operation needs, beside the region. */
const needed: Record<string, Record<string, string>> = {
    AttachInstanceRamRole: { InstanceIds: JSON.stringify([linux1]), RamRoleName: role },
    DeleteSnapshot: { SnapshotId: "s-1" },
    DeleteSnapshotGroup: { SnapshotGroupId: "ssg-1" },
    DescribeCloudAssistantStatus: { "InstanceId.1": linux1 },
    DescribeImages: { Status: "ALL" },
    DescribeInstanceRamRole: { InstanceIds: JSON.stringify([linux1]) },
    DetachInstanceRamRole: { InstanceIds: JSON.stringify([linux1]), RamRoleName: role },
    ModifySnapshotGroup: { SnapshotGroupId: "ssg-1" },
    RunCommand: { Type: "RunShellScript", CommandContent: "true", "InstanceId.1": linux1 },
    SendFile: { "InstanceId.1": linux1, Name: "a", TargetDir: "/tmp", Content: "a" },
    StopInvocation: { InvokeId: "t-1" },
    TagResources: { ...resource, "Tag.1.Key": "a" },
    UntagResources: { ...resource, "TagKey.1": "a" },
};

function many(name: string, count: number, rest = ""): Record<string, string> {
    return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}.${n + 1}${rest}`, `x${n}`]));
}

/** Wrong values of a parameter; undefined leaves it out. */
function mistakes(name: string, spec: ParameterSpec): (Record<string, string> | undefined)[] {
    const absent = spec.required === true ? [undefined] : [];
    const max = spec.max ?? 0;
    switch (spec.kind) {
        case "integer":
            return [
                ...absent,
                { [name]: "many" },
                ...(max > 1_000_000_000 ? [] : [{ [name]: String(max + 1) }]),
            ];
        case "boolean":
            return [...absent, { [name]: "perhaps" }];
        case "list":
            return [...absent, { [name]: "x" }, many(name, max + 1)];
        case "ids":
            return [...absent, { [name]: "x" }, { [name]: JSON.stringify(Object.keys(many("x", max + 1))) }];
        case "tags":
            return [
                ...absent,
                { [`${name}.1.Value`]: "v" },
                { [`${name}.1.Key`]: "k".repeat(129) },
                { [`${name}.1.Key`]: "k", [`${name}.1.Value`]: "v".repeat(129) },
                { [`${name}.1.Key`]: "k", [`${name}.2.Key`]: "k" },
                { [`${name}.1.Name`]: "k" },
                many(name, max + 1, ".Key"),
            ];
        default:
            return [...absent, { [`${name}.1`]: "x" }];
    }
}

/** The parameters of a call with a mistake in one of them. */
function mistaken(action: string, name: string, mistake: Record<string, string> | undefined) {
    const all = { RegionId: region, ...needed[action] };
    const others = Object.entries(all).filter(([key]) => key.split(".")[0] !== name);
    return { ...Object.fromEntries(others), ...mistake };
}

/** Every status with a code in the emulator's own text, but for its list of them. */
function spelledOut(): [status: number, code: string][] {
    const folder = path.join(__dirname, "..", "..", "emulator", "src");
    const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !file.startsWith("refusals"))
        .map((file) => readFileSync(path.join(folder, file), "utf8"))
        .join("\n");
    // Some name the status, and some leave it to a helper.
    const forms: [form: RegExp, status?: number][] = [
        [/new ApiError\(\s*(?<status>\d{3}),\s*"(?<code>[^"]+)"/g],
        [/status: (?<status>\d{3}), code: "(?<code>[^"]+)"/g],
        [/\bcode\((?<status>\d{3}), "(?<code>[^"]+)"\)/g],
        [/atMost\(args, "\w+", \d+, (?<status>\d{3}), "(?<code>[^"]+)"\)/g],
        [/\b(?:attachedRoleC|c)ode = "(?<code>[^"]+)"/g, 403],
    ];
    return forms.flatMap(([form, otherwise]) =>
        [...source.matchAll(form)].map(({ groups }): [number, string] => [
            otherwise ?? Number(groups?.["status"]),
            groups?.["code"] ?? "",
        ]),
    );
}

describe("emulator: refusals", () => {
    let emulator: Emulator;
    before(async () => {
        emulator = await start();
    });
    after(closeAll);

    it("are known of each operation that is served, and of no other", () => {
        expect(Object.keys(documented)).to.have.members(Object.keys(operations));
    });

    for (const [action, { parameters }] of Object.entries(operations)) {
        it(`of parameters of ${action} are all documented, or listed as not so`, async () => {
            const answers: string[] = [];
            for (const [name, spec] of Object.entries(parameters)) {
                for (const mistake of mistakes(name, spec)) {
                    const params = mistaken(action, name, mistake);
                    const { status, body } = await rawCall(emulator, { action, params });
                    const told = `${status} ${String(body.Code)}: ${String(body.Message)}`;
                    const made = `${name} ${JSON.stringify(mistake ?? "left out").slice(0, 80)}`;
                    expect(status, `${made} is accepted`).to.be.within(400, 499);
                    if (status >= 400 && !isKnownRefusal(action, status, String(body.Code))) {
                        answers.push(`${made}: ${told}`);
                    }
                }
            }
            expect(answers).to.deep.equal([]);
            expect(emulator.ledger.filter((entry) => entry.code === "EmulatorError")).to.deep.equal([]);
        });
    }

    it("have no code and status but those that some operation has", () => {
        const found = spelledOut();
        // That it looks where they are.
        expect(found.length).to.be.greaterThan(40);
        expect(
            found.filter(
                ([status, code]) =>
                    !Object.keys(operations).some((action) => isKnownRefusal(action, status, code)),
            ),
        ).to.deep.equal([]);
    });

    it("are listed as undocumented only if they are made, and no table has them", () => {
        const made = spelledOut();
        for (const { status, code, operations: whose = [] } of undocumented) {
            const fits = (text: string) => (typeof code === "string" ? code === text : code.test(text));
            // A code with the name of its parameter is put together.
            if (typeof code === "string") {
                expect(
                    made.some((each) => each[0] === status && fits(each[1])),
                    code,
                ).to.equal(true);
            }
            for (const action of whose) {
                expect(operations).to.have.property(action);
                expect(documented[action]?.[status]?.some(fits) ?? false, `${action} ${status}`).to.equal(
                    false,
                );
            }
        }
    });

    it("that nothing knows are mistakes of the emulator", async () => {
        expect(isKnownRefusal("RunCommand", 403, "IncorrectInstanceStatus")).to.equal(false);
        expect(isKnownRefusal("DescribeDisks", 400, "DryRunOperation")).to.equal(false);
        for (const action of Object.keys(operations).filter((name) => name.includes("Snapshot"))) {
            for (const code of ["Operation.Conflict", "InvalidOperation.Conflict", "OperationConflict"]) {
                expect(isKnownRefusal(action, 409, code), action).to.equal(false);
            }
        }
        // From its source, so that its table can be changed.
        const own = await startFromSource();
        const table = documented["DeleteSnapshotGroup"]?.[404] as string[];
        const kept = [...table];
        table.length = 0;
        try {
            const params = { RegionId: region, SnapshotGroupId: "ssg-1" };
            const { status, body } = await rawCall(own, { action: "DeleteSnapshotGroup", params });
            expect([status, body.Code]).to.deep.equal([500, "EmulatorError"]);
            expect(body.Message).to.contain("must not answer 404 InvalidSnapshotGroup.NotFound");
        } finally {
            table.push(...kept);
            await own.close();
        }
    });
});
