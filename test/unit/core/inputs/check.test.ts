import { expect } from "chai";

import { checkInputs } from "../../../../provider/src/core/inputs/check";
import type { InputFailure } from "../../../../provider/src/core/inputs/input-failure";
import { canary, deliveredScripts, inputsOf } from "../../support/samples";

/** The engine's mark for a value that is not known yet. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function check(
    more: Readonly<Record<string, unknown>>,
    regionId: string | undefined = "cn-hangzhou",
): InputFailure[] {
    return checkInputs({ ...inputsOf(), ...more }, regionId);
}
function names(failures: readonly InputFailure[]): string[] {
    return failures.map((failure) => failure.input);
}

const scripts = { preScriptPath: "/pre.sh", postScriptPath: "/post.sh" };
const { preScript, postScript } = deliveredScripts;

interface InputCase {
    readonly input: string;
    readonly put: (value: unknown) => Readonly<Record<string, unknown>>;
    readonly right: readonly unknown[];
    readonly wrong: readonly unknown[];
}

function top(input: string, right: readonly unknown[], wrong: readonly unknown[], more = {}): InputCase {
    return {
        input,
        put: (value) => ({ [input]: value, ...more }),
        right,
        wrong,
    };
}
function linux(name: string, right: readonly unknown[], wrong: readonly unknown[]): InputCase {
    return {
        input: `linux.${name}`,
        put: (value) => ({ linux: { ...scripts, [name]: value } }),
        right,
        wrong,
    };
}

/** A case of a script by its text, with a right one beside it. */
function text(name: string, other: Readonly<Record<string, unknown>>): InputCase {
    return {
        input: `linux.${name}`,
        put: (value) => ({ linux: { ...other, [name]: value } }),
        right: ["#!/bin/sh", preScript, "#!/usr/bin/env bash\n'\"$(x)` 数据", `#!/${"a".repeat(24_573)}`],
        wrong: [
            "",
            "echo",
            "/root/pre.sh",
            " #!/bin/sh",
            "#!bin/sh",
            "#!/bin/sh\r\n",
            "#!/bin/sh\n\0",
            "#!/bin/sh\n\ud800",
            `#!/${"a".repeat(24_574)}`,
            `#!/${"数".repeat(8_192)}`,
            1,
            true,
            [],
            ["#!/bin/sh"],
            {},
        ],
    };
}

const cases: readonly InputCase[] = [
    top("instanceId", ["i-bp1abc", "i-A1"], ["", "i-", "x-bp1", "i-bp1 ", "i-bp1\n", 5, {}, ["i-1"]]),
    top("regionId", ["cn-hangzhou", "us-west-1"], ["", "CN-HANGZHOU", "cn hangzhou", "cn_x", 1]),
    top("ramRoleName", ["Role", "a.b_c-d", "r".repeat(64)], ["", "r".repeat(65), "a b", "a,b", 1, true]),
    top("roleAttachment", ["keep", "temporary", "none"], ["", "Keep", "always", true, 1]),
    top(
        "snapshotGroupName",
        ["ab", "a1:._-", "n".repeat(128)],
        ["", "a", "1a", "n".repeat(129), "a b", "a/b", 2],
    ),
    top(
        "description",
        ["ok", "with, commas 'and' \"quotes\" $(all)", "数据", "😀".repeat(256)],
        ["", "a", "d".repeat(257), "http://x", "HTTPS://x", "two\nlines", "nul\u0000", 22],
    ),
    top(
        "excludeDiskIds",
        [[], ["d-1"], ["d-1", "d-2"], [unknown, "d-1", unknown]],
        ["d-1", {}, ["d-1", "d-1"], 1],
    ),
    top("linux", [scripts], ["text", 1, [], true]),
    linux("preScriptPath", ["/a", "/a/b-c_d.sh"], ["", "/", "a", "/a b", "C:\\x", 1]),
    linux("postScriptPath", ["/a", `/${"p".repeat(254)}`], ["", "~", `/${"p".repeat(255)}`, "/a'", 1]),
    text("preScript", { postScriptPath: "/post.sh" }),
    text("postScript", { preScript }),
    {
        input: "linux.keepScripts",
        put: (keepScripts) => ({ linux: { preScript, postScript, keepScripts } }),
        right: [true, false],
        wrong: ["true", 0, "", {}],
    },
    {
        input: "linux.scriptOutput",
        put: (scriptOutput) => ({ linux: { preScript, postScript, scriptOutput } }),
        right: ["show", "secret"],
        wrong: ["hide", "", true, {}],
    },
    linux("enableFsFreeze", [true, false], ["true", 0, ""]),
    linux("freezeTimeoutSeconds", [1, 3_600], [0, -1, 3_601, 1.5, "30", Number.NaN, true]),
    linux("scriptTimeoutSeconds", [1, 40_000], [0, 43_201, 1.5, "30", Infinity]),
    top("windows", [{}, { enableWriters: true }], ["text", 1, [], false]),
    {
        input: "windows.enableWriters",
        put: (enableWriters) => ({ windows: { enableWriters }, requiredConsistency: "filesystem" }),
        right: [true, false],
        wrong: ["false", 0, {}],
    },
    top("instantAccess", [true, false], ["true", 1]),
    top("instantAccessRetentionDays", [1, 65_535], [0, 65_536, 1.5, "1"], { instantAccess: true }),
    top("requiredConsistency", ["application", "filesystem"], ["crash", "", 1]),
    top("onDegraded", ["fail", "keep"], ["warn", "", true]),
    top("waitFor", ["available", "accomplished"], ["", "done", 1]),
    top("timeoutSeconds", [60, 604_800], [0, -1, 604_801, 1.5, "60"]),
    top("adoptWithinSeconds", [0, 3_600, 2_592_000], [-1, 2_592_001, 1.5, "60"]),
    top("keepLast", [1, 200], [0, 201, 1.5, "1"]),
    top("triggers", [[], ["1", 2, { a: 1 }, unknown]], ["1", 1, {}, true]),
];

describe("the check of the inputs", () => {
    it("finds nothing wrong with right ones", () => {
        expect(check({})).to.deep.equal([]);
        expect(check({ __provider: "text", linux: scripts })).to.deep.equal([]);
    });

    for (const { input, put, right, wrong } of cases) {
        it(`accepts what is right for ${input}`, () => {
            for (const value of right) {
                expect(check(put(value)), JSON.stringify(value)).to.deep.equal([]);
            }
        });

        it(`refuses what is wrong for ${input}, naming it`, () => {
            for (const value of wrong) {
                const failures = check(put(value));
                expect(names(failures), JSON.stringify(value)).to.deep.equal([input]);
                expect(failures[0]?.reason).to.match(/^(must|is) /);
            }
        });

        it(`skips ${input} while it is not known`, () => {
            expect(check(put(unknown))).to.deep.equal([]);
        });
    }

    it("requires an instance, and nothing else by itself", () => {
        expect(checkInputs({ linux: scripts }, "cn-hangzhou")).to.deep.equal([
            { input: "instanceId", reason: "is missing" },
        ]);
        expect(checkInputs({ instanceId: null, linux: scripts }, "cn-hangzhou")).to.have.length(1);
        expect(checkInputs({ instanceId: "i-1" }, "cn-hangzhou")).to.deep.equal([]);
    });

    it("treats null as an input that is not given", () => {
        expect(check({ ramRoleName: null, excludeDiskIds: null, waitFor: null })).to.deep.equal([]);
    });

    it("refuses unknown names at every depth, and lists the inputs", () => {
        const failures = check({
            instanceID: "i-1",
            linux: { ...scripts, prescript: "/x" },
            windows: { vss: true },
        });
        expect(names(failures)).to.have.members(["instanceID", "linux.prescript", "windows.vss"]);
        expect(failures.find(({ input }) => input === "linux.prescript")?.reason)
            .to.include("preScriptPath")
            .and.to.include("keepScripts");
        expect(JSON.stringify(failures)).not.to.include("resourceUrn");
    });

    it("does not mistake inherited properties for inputs", () => {
        expect(names(check({ toString: "x", constructor: "y" }))).to.have.members([
            "toString",
            "constructor",
        ]);
    });

    it("reports all problems in one error", () => {
        const failures = check({
            instanceId: "x",
            ramRoleName: "a b",
            excludeDiskIds: ["d-1", "nope", 5],
            linux: { preScriptPath: "x", freezeTimeoutSeconds: 0 },
            waitFor: "never",
        });
        expect(names(failures)).to.have.members([
            "instanceId",
            "ramRoleName",
            "excludeDiskIds[1]",
            "excludeDiskIds[2]",
            "linux.preScriptPath",
            "linux.freezeTimeoutSeconds",
            "waitFor",
        ]);
    });

    it("never quotes a value, which may be a secret", () => {
        for (const { input, put } of cases) {
            expect(JSON.stringify(check(put("hunter2 \"'"))), input).not.to.include("hunter2");
            expect(JSON.stringify(check(put({ x: "hunter2" }))), input).not.to.include("hunter2");
        }
    });
});

describe("the check of inputs together", () => {
    it("demands both scripts or none", () => {
        for (const [linux, missing] of [
            [{ preScriptPath: "/pre" }, "postScript"],
            [{ postScriptPath: "/post" }, "preScript"],
            [{ preScript }, "postScript"],
            [{ postScript }, "preScript"],
            [{ preScript, keepScripts: true }, "postScript"],
        ] as const) {
            for (const requiredConsistency of ["application", "filesystem"]) {
                expect(check({ linux, requiredConsistency })).to.deep.equal([
                    {
                        input: `linux.${missing}`,
                        reason: `is missing, and so is linux.${missing}Path: give both scripts or neither`,
                    },
                ]);
            }
        }
        for (const pre of [{ preScriptPath: unknown }, { preScript: unknown }]) {
            expect(check({ linux: { ...pre, postScriptPath: "/post" } })).to.deep.equal([]);
            expect(check({ linux: { ...pre, postScript } })).to.deep.equal([]);
            expect(names(check({ linux: pre }))).to.deep.equal(["linux.postScript"]);
        }
    });

    it("accepts each script by its text or by its path, also one of each", () => {
        for (const linux of [
            { preScript, postScript },
            { preScript, postScriptPath: "/post" },
            { preScriptPath: "/pre", postScript },
        ]) {
            expect(check({ linux })).to.deep.equal([]);
            expect(check({ linux: { ...linux, keepScripts: true } })).to.deep.equal([]);
            expect(check({ linux: { ...linux, keepScripts: false } })).to.deep.equal([]);
        }
    });

    it("refuses a script that is given both ways", () => {
        const both = { ...scripts, preScript, postScript };
        expect(names(check({ linux: both }))).to.deep.equal(["linux.preScript", "linux.postScript"]);
        expect(names(check({ linux: { ...scripts, postScript } }))).to.deep.equal(["linux.postScript"]);
        const [failure] = check({ linux: { ...scripts, preScript } });
        expect(failure?.input).to.equal("linux.preScript");
        expect(failure?.reason).to.include("together with linux.preScriptPath");
        expect(names(check({ linux: { ...scripts, preScript: unknown } }))).to.deep.equal([
            "linux.preScript",
        ]);
        expect(JSON.stringify(check({ linux: both }))).not.to.include(canary);
    });

    it("refuses scriptOutput without scripts", () => {
        const requiredConsistency = "filesystem";
        expect(names(check({ linux: { scriptOutput: "secret" }, requiredConsistency }))).to.deep.equal([
            "linux.scriptOutput",
        ]);
        expect(
            names(check({ linux: { keepScripts: true, scriptOutput: "secret" }, requiredConsistency })),
        ).to.deep.equal(["linux.keepScripts", "linux.scriptOutput"]);
        for (const scriptOutput of ["secret", "show", unknown]) {
            expect(check({ linux: { ...scripts, scriptOutput } })).to.deep.equal([]);
        }
        expect(check({ linux: { scriptOutput: "show" }, requiredConsistency })).to.deep.equal([]);
    });

    it("refuses keepScripts without delivered scripts", () => {
        const keepScripts = true;
        for (const linux of [{ ...scripts, keepScripts }, { keepScripts }]) {
            for (const requiredConsistency of ["application", "filesystem"]) {
                expect(names(check({ linux, requiredConsistency }))).to.deep.equal(["linux.keepScripts"]);
            }
        }
        expect(check({ linux: { ...scripts, keepScripts: false } })).to.deep.equal([]);
        expect(check({ linux: { ...scripts, keepScripts: unknown } })).to.deep.equal([]);
        const may = { preScript: unknown, postScriptPath: "/post", keepScripts };
        expect(check({ linux: may })).to.deep.equal([]);
    });

    it("demands scripts for application consistency, the default, on Linux", () => {
        expect(names(check({ linux: {} }))).to.deep.equal(["linux"]);
        expect(names(check({ linux: {}, requiredConsistency: "application" }))).to.deep.equal(["linux"]);
        expect(check({ linux: {}, requiredConsistency: "filesystem" })).to.deep.equal([]);
        expect(check({ linux: {}, requiredConsistency: unknown })).to.deep.equal([]);
    });

    it("demands VSS writers for application consistency on Windows", () => {
        const windows = { enableWriters: false };
        expect(names(check({ linux: undefined, windows }))).to.deep.equal(["windows.enableWriters"]);
        expect(check({ linux: undefined, windows, requiredConsistency: "filesystem" })).to.deep.equal([]);
        expect(check({ linux: undefined, windows, requiredConsistency: unknown })).to.deep.equal([]);
    });

    it("demands the freeze for file system consistency without scripts", () => {
        const noFreeze = { enableFsFreeze: false };
        expect(names(check({ linux: noFreeze, requiredConsistency: "filesystem" }))).to.deep.equal([
            "linux.enableFsFreeze",
        ]);
        for (const given of [scripts, { preScript, postScript }, { preScriptPath: "/pre", postScript }]) {
            expect(
                check({ linux: { ...given, ...noFreeze }, requiredConsistency: "filesystem" }),
            ).to.deep.equal([]);
        }
    });

    it("keeps the command within Cloud Assistant's limit of a day", () => {
        const failures = check({ linux: { ...scripts, scriptTimeoutSeconds: 43_200 } });
        expect(names(failures)).to.deep.equal(["linux.scriptTimeoutSeconds"]);
        expect(failures[0]?.reason).to.include("86400");
        expect(
            check({ linux: { ...scripts, scriptTimeoutSeconds: 43_200, freezeTimeoutSeconds: unknown } }),
        ).to.deep.equal([]);
    });

    it("refuses a retention of instant access without instant access", () => {
        for (const instantAccess of [undefined, false]) {
            expect(names(check({ instantAccess, instantAccessRetentionDays: 2 }))).to.deep.equal([
                "instantAccessRetentionDays",
            ]);
        }
        expect(check({ instantAccess: unknown, instantAccessRetentionDays: 2 })).to.deep.equal([]);
    });

    it("demands a region from the resource or from the stack", () => {
        const failures = checkInputs({ ...inputsOf() }, undefined);
        expect(names(failures)).to.deep.equal(["regionId"]);
        expect(failures[0]?.reason).to.include("pulumi config set alicloud:region");
        expect(checkInputs({ ...inputsOf({ regionId: "cn-hangzhou" }) }, undefined)).to.deep.equal([]);
        expect(checkInputs({ ...inputsOf({ regionId: unknown }) }, undefined)).to.deep.equal([]);
    });

    it("reports nothing about inputs together while one of them is wrong by itself", () => {
        expect(names(check({ ramRoleName: "", linux: {} }))).to.deep.equal(["ramRoleName"]);
    });
});
