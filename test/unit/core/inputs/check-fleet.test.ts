import { expect } from "chai";

import { checkFleetInputs } from "../../../../provider/src/core/inputs/check-fleet";
import type { InputFailure } from "../../../../provider/src/core/inputs/input-failure";
import { canary, deliveredScripts } from "../../support/samples";

/** The engine's mark for a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const linux = { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" };
const thousand = Array.from({ length: 1_000 }, (_, index) => `i-${index}`);

function check(
    values: Readonly<Record<string, unknown>>,
    regionId: string | undefined = "cn-hangzhou",
): InputFailure[] {
    return checkFleetInputs(values, regionId);
}

/** Checks a fleet of listed instances. */
function checkIds(more: Readonly<Record<string, unknown>>): InputFailure[] {
    return check({ instanceIds: ["i-1", "i-2"], linux, ...more });
}

/** Checks a fleet of instances with inputs of their own. */
function checkEntries(
    entries: readonly unknown[],
    more: Readonly<Record<string, unknown>> = {},
): InputFailure[] {
    return check({ instances: entries, ...more });
}

function names(failures: readonly InputFailure[]): string[] {
    return failures.map((failure) => failure.input);
}

describe("the check of a fleet's inputs", () => {
    it("finds nothing wrong with right ones", () => {
        expect(checkIds({})).to.deep.equal([]);
        expect(check({ instanceIds: ["i-1"] })).to.deep.equal([]);
        expect(
            checkIds({
                ...{ __provider: "text", resourceUrn: "urn", organization: "o", openScripts: "d" },
                ...{ retainOnDelete: true, maxConcurrentInstances: 1_000, onFailure: "stop" },
                ...{ regionId: "cn-beijing", ramRoleName: "R", roleAttachment: "none", keepLast: 2 },
                ...{ snapshotGroupName: "ab", description: "ok", windows: { enableWriters: true } },
                ...{ instantAccess: true, instantAccessRetentionDays: 2, onDegraded: "keep" },
                ...{ requiredConsistency: "application", waitFor: "accomplished", timeoutSeconds: 60 },
                ...{ adoptWithinSeconds: 0, triggers: [null, 1] },
            }),
        ).to.deep.equal([]);
        expect(
            checkEntries([
                { instanceId: "i-1", ...deliveredScriptsOnly(), openScripts: "d" },
                { instanceId: "i-2", windows: { enableWriters: true }, excludeDiskIds: ["d-1"] },
                { instanceId: "i-3", ramRoleName: "R", snapshotGroupName: "ab", description: "ok" },
            ]),
        ).to.deep.equal([]);
    });

    it("accepts options for both systems", () => {
        expect(checkIds({ windows: {} })).to.deep.equal([]);
        expect(checkEntries([{ instanceId: "i-1", linux, windows: {} }])).to.deep.equal([]);
    });

    for (const [input, wrong] of [
        ["maxConcurrentInstances", [0, 1_001, 1.5, "2", true]],
        ["onFailure", ["", "fail", true]],
        ["retainOnDelete", ["true", 1]],
        ["regionId", ["CN", 1]],
        ["ramRoleName", ["a b"]],
        ["keepLast", [0, 201]],
        ["waitFor", ["never"]],
    ] as const) {
        it(`refuses a wrong ${input}`, () => {
            for (const value of wrong) {
                expect(names(checkIds({ [input]: value })), String(value)).to.deep.equal([input]);
            }
            expect(checkIds({ [input]: unknown })).to.deep.equal([]);
        });
    }

    it("refuses inputs of a single snapshot, and lists those of a fleet without the computed ones", () => {
        const failures = checkIds({ instanceId: "i-1", excludeDiskIds: ["d-1"] });
        expect(names(failures)).to.deep.equal(["instanceId", "excludeDiskIds"]);
        expect(failures[0]?.reason)
            .to.include("instanceIds, instances,")
            .and.to.include("maxConcurrentInstances, onFailure");
        expect(JSON.stringify(failures)).not.to.match(/resourceUrn|openScripts|retainOnDelete/);
    });

    it("refuses inputs of the whole fleet for one instance", () => {
        const failures = checkEntries([{ instanceId: "i-1", keepLast: 1, triggers: [], timeoutSeconds: 1 }]);
        expect(names(failures)).to.deep.equal([
            "instances[0].keepLast",
            "instances[0].triggers",
            "instances[0].timeoutSeconds",
        ]);
        expect(failures[0]?.reason).to.include("excludeDiskIds").and.not.to.include("openScripts");
    });

    it("demands a region from the resource or from the stack", () => {
        expect(names(checkFleetInputs({ instanceIds: ["i-1"] }, undefined))).to.deep.equal(["regionId"]);
        expect(checkFleetInputs({ instanceIds: ["i-1"], regionId: "cn-beijing" }, undefined)).to.deep.equal(
            [],
        );
    });

    it("treats null as an input that is not given, also of one instance", () => {
        expect(checkIds({ instances: null, onFailure: null })).to.deep.equal([]);
        expect(checkEntries([{ instanceId: "i-1", linux: null, excludeDiskIds: null }])).to.deep.equal([]);
        expect(names(checkEntries([{ instanceId: null }]))).to.deep.equal(["instances[0].instanceId"]);
    });
});

describe("the check of a fleet's lists", () => {
    it("demands one of the two", () => {
        expect(check({ linux })).to.deep.equal([
            { input: "instanceIds", reason: "is missing, and so is instances: give one of them" },
        ]);
        expect(checkIds({ instances: [{ instanceId: "i-3" }] })).to.deep.equal([
            { input: "instanceIds", reason: "is set together with instances: give one of them" },
        ]);
        expect(checkIds({ instances: unknown })).to.deep.equal([]);
    });

    it("refuses an empty list, and says what to do instead", () => {
        for (const input of ["instanceIds", "instances"]) {
            const failures = check({ [input]: [] });
            expect(names(failures)).to.deep.equal([input]);
            expect(failures[0]?.reason).to.match(/^is empty: name .*, or remove the resource/);
        }
    });

    it("accepts 1,000 instances, and refuses more", () => {
        expect(check({ instanceIds: thousand })).to.deep.equal([]);
        expect(checkEntries(thousand.map((instanceId) => ({ instanceId })))).to.deep.equal([]);
        for (const more of [
            { instanceIds: [...thousand, "i-x"] },
            { instances: [...thousand, "i-x"].map((instanceId) => ({ instanceId })) },
        ]) {
            const failures = check(more);
            expect(names(failures)).to.deep.equal(Object.keys(more));
            expect(failures[0]?.reason).to.include("has 1001 instances").and.to.include("several fleets");
        }
    });

    it("names an instance that is listed twice", () => {
        expect(check({ instanceIds: ["i-1", "i-2", "i-1", "i-1"] })).to.deep.equal([
            {
                input: "instanceIds[2]",
                reason: "is i-1 again, like instanceIds[0]: name each instance only once",
            },
            {
                input: "instanceIds[3]",
                reason: "is i-1 again, like instanceIds[0]: name each instance only once",
            },
        ]);
        const [failure] = checkEntries([{ instanceId: "i-2" }, { instanceId: "i-2" }]);
        expect(failure?.input).to.equal("instances[1]");
        expect(failure?.reason).to.include("i-2").and.to.include("instances[0]");
    });

    it("refuses other values, naming each", () => {
        expect(names(check({ instanceIds: "i-1" }))).to.deep.equal(["instanceIds"]);
        expect(names(check({ instances: { instanceId: "i-1" } }))).to.deep.equal(["instances"]);
        expect(names(check({ instanceIds: ["i-1", "x", 1, null, {}] }))).to.deep.equal([
            ...["instanceIds[1]", "instanceIds[2]", "instanceIds[3]", "instanceIds[4]"],
        ]);
        expect(names(checkEntries(["i-1", null, {}, { instanceId: "i" }]))).to.deep.equal([
            ...["instances[0]", "instances[1]", "instances[2].instanceId", "instances[3].instanceId"],
        ]);
        const wrong = { excludeDiskIds: ["d-1", "d-1"], linux: { freezeTimeoutSeconds: 0 }, windows: 1 };
        expect(names(checkEntries([{ instanceId: "i-1" }, { instanceId: "i-2", ...wrong }]))).to.deep.equal([
            "instances[1].linux.freezeTimeoutSeconds",
            "instances[1].windows",
            "instances[1].excludeDiskIds",
        ]);
    });

    it("never validates what is not known yet", () => {
        for (const values of [
            { instanceIds: unknown },
            { instances: unknown },
            { instanceIds: [unknown, "i-1", unknown] },
            { instances: [unknown, { instanceId: "i-1" }, unknown] },
            { instances: [{ instanceId: unknown }, { instanceId: "i-1" }, { instanceId: unknown }] },
            { instances: [{ instanceId: "i-1", linux: unknown, windows: unknown }] },
            { instances: [{ instanceId: "i-1", linux: { preScript: unknown, postScript: unknown } }] },
            { instanceIds: ["i-1"], linux: unknown },
        ]) {
            expect(check(values), JSON.stringify(values)).to.deep.equal([]);
        }
        expect(names(check({ instanceIds: [unknown, "i-1", unknown, "i-1"] }))).to.deep.equal([
            "instanceIds[3]",
        ]);
    });

    it("never quotes a value that is not an instance's id", () => {
        for (const value of [canary, [canary], [{ [canary]: 1, instanceId: canary }], { x: canary }]) {
            const failures = check({ instances: value, instanceIds: value });
            expect(failures).not.to.have.length(0);
            expect(JSON.stringify(failures.map(({ reason }) => reason))).not.to.include(canary);
        }
    });
});

describe("the check of a fleet's inputs together", () => {
    it("reports a rule that the common inputs break once", () => {
        expect(check({ instanceIds: thousand, linux: { preScriptPath: "/pre" } })).to.deep.equal([
            {
                input: "linux.postScript",
                reason: "is missing, and so is linux.postScriptPath: give both scripts or neither",
            },
        ]);
        const entries = thousand.map((instanceId) => ({ instanceId, description: "ok" }));
        expect(names(checkEntries(entries, { linux: {} }))).to.deep.equal(["linux"]);
        expect(names(checkEntries(entries, { windows: { enableWriters: false } }))).to.deep.equal([
            "windows.enableWriters",
        ]);
        expect(names(checkIds({ instantAccessRetentionDays: 2 }))).to.deep.equal([
            "instantAccessRetentionDays",
        ]);
    });

    it("checks what an instance sets itself, with its path", () => {
        const entries = [
            { instanceId: "i-1" },
            { instanceId: "i-2", linux: { preScript: deliveredScripts.preScript } },
            { instanceId: "i-3", linux: {} },
            { instanceId: "i-4", windows: { enableWriters: false } },
            { instanceId: "i-5", linux: { ...linux, scriptTimeoutSeconds: 43_200 } },
        ];
        const failures = checkEntries(entries, { linux });
        expect(names(failures)).to.deep.equal([
            "instances[1].linux.postScript",
            "instances[2].linux",
            "instances[3].windows.enableWriters",
            "instances[4].linux.scriptTimeoutSeconds",
        ]);
        expect(JSON.stringify(failures)).not.to.include(canary);
    });

    it("applies the common consistency to an instance's own options", () => {
        const entries = [{ instanceId: "i-1", linux: {}, windows: { enableWriters: false } }];
        expect(checkEntries(entries, { requiredConsistency: "filesystem" })).to.deep.equal([]);
        expect(checkEntries(entries, { requiredConsistency: unknown })).to.deep.equal([]);
        expect(names(checkEntries(entries, { requiredConsistency: "application" }))).to.deep.equal([
            "instances[0].linux",
            "instances[0].windows.enableWriters",
        ]);
    });

    it("reports nothing about inputs together while one of them is wrong by itself", () => {
        expect(names(checkIds({ ramRoleName: "", linux: {} }))).to.deep.equal(["ramRoleName"]);
    });
});

function deliveredScriptsOnly(): Readonly<Record<string, unknown>> {
    return { linux: { ...deliveredScripts, scriptOutput: "show" } };
}
