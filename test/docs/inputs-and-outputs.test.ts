import { expect } from "chai";

import { checkInputs } from "../../provider/src/core/inputs/check";
import { checkFleetInputs } from "../../provider/src/core/inputs/check-fleet";
import { mostInstances, onFailureChoices } from "../../provider/src/core/inputs/fleet-inputs";
import {
    onDegradedChoices,
    requiredConsistencies,
    roleAttachments,
    scriptOutputs,
    type SnapshotInputs,
    waitForChoices,
} from "../../provider/src/core/inputs/inputs";
import { defaults } from "../../provider/src/core/inputs/specification";
import { difference } from "../../provider/src/core/lifecycle/diff";
import { keptInputs, type SnapshotOutputs } from "../../provider/src/core/lifecycle/outputs";
import { codeSpans, document, section, tableRows } from "./support/markdown";
import {
    declaredFleetInputs,
    declaredFleetOutputs,
    declaredInputs,
    declaredOutputs,
} from "./support/sources";

const reference = document("docs/reference.md");

interface InputRow {
    readonly name: string;
    readonly type: string;
    readonly limits: string;
    readonly default: string;
    readonly change: string;
}

function inputRowsUnder(heading: string): InputRow[] {
    return tableRows(section(reference, heading)).map(
        ([name = "", type = "", limits = "", byDefault = "", change = ""]): InputRow => ({
            // Each leads to its own section.
            name: codeSpans(name).join(),
            type,
            limits,
            default: byDefault,
            change,
        }),
    );
}

const inputRows = inputRowsUnder("## Inputs");
const fleetInputRows = inputRowsUnder("### Inputs of a fleet");

const base = {
    instanceId: "i-before",
    linux: { preScriptPath: "/pre", postScriptPath: "/post" },
    instantAccess: true,
} satisfies SnapshotInputs;

const delivering = { ...base, linux: { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\n" } };
const deliveryInputs = ["linux.preScript", "linux.postScript", "linux.keepScripts", "linux.scriptOutput"];

describe("the reference of inputs and outputs", () => {
    it("lists every input, and nothing else", () => {
        expect(inputRows.map(({ name }) => name)).to.have.members(declaredInputs());
    });

    it("gives every input its meaning and its type, and every time its unit", () => {
        const sections = section(reference, "## The inputs one by one");
        for (const { name, type } of inputRows) {
            expect(section(sections, `### \`${name}\``).trim(), name).not.to.equal("");
            expect(type, name).not.to.equal("");
            const unit = /(Seconds|Days)$/.exec(name)?.[1]?.toLowerCase();
            expect(type.endsWith(`in ${unit ?? ""}`), name).to.equal(unit !== undefined);
        }
    });

    it("lists every output with its type and its meaning, and nothing else", () => {
        const rows = tableRows(section(reference, "## Outputs"));
        expect(rows.map(([name = ""]) => name.replaceAll("`", ""))).to.have.members(declaredOutputs());
        for (const [name = "", type = "", meaning = ""] of rows) {
            expect(type.endsWith("in seconds"), name).to.equal(name.includes("durations."));
            expect(meaning, name).not.to.equal("");
        }
    });

    it("lists every method with all its parameters", () => {
        const methods = section(reference, "## Methods");
        for (const [heading, names = ""] of methods.matchAll(/^### `.*\((.*)\)`$/gm)) {
            const described = [...section(methods, heading).matchAll(/^- `(\w+)`: ./gm)].map(
                ([, name]) => name,
            );
            expect(described, heading).to.deep.equal(names.split(", "));
        }
        for (const call of ["new AppConsistentSnapshot(", "snapshotIdOf(", "AppConsistentSnapshot.get("]) {
            expect(methods).to.include(`### \`${call}`);
        }
    });

    it("has the defaults that are used", () => {
        for (const [key, value] of Object.entries(defaults)) {
            const row = inputRows.find(({ name }) => name.split(".").at(-1) === key);
            expect(row?.default.replace(/[`",]/g, ""), key).to.equal(String(value));
        }
    });

    it("has all choices of an input, and no others", () => {
        const choices = {
            roleAttachment: roleAttachments,
            requiredConsistency: requiredConsistencies,
            onDegraded: onDegradedChoices,
            waitFor: waitForChoices,
            "linux.scriptOutput": scriptOutputs,
        };
        for (const [name, expected] of Object.entries(choices)) {
            const limits = inputRows.find((row) => row.name === name)?.limits ?? "";
            expect([...limits.matchAll(/`"(\w+)"`/g)].map(([, choice]) => choice)).to.have.members(expected);
        }
    });

    it("has the limits of numbers that are checked", () => {
        for (const { name, limits } of inputRows) {
            const [, least, most] = /^([\d,]+) to ([\d,]+)(?! letters)/.exec(limits) ?? [];
            if (!/Seconds$|Days$/.test(name)) {
                continue;
            }
            const [lowest, highest] = [least, most].map((text) => Number(text?.replaceAll(",", "")));
            expect(isInRange(name, lowest ?? NaN), `${name}: the least`).to.equal(true);
            expect(isInRange(name, (lowest ?? NaN) - 1), `${name}: less than the least`).to.equal(false);
            expect(isInRange(name, highest ?? NaN), `${name}: the most`).to.equal(true);
            expect(isInRange(name, (highest ?? NaN) + 1), `${name}: more than the most`).to.equal(false);
        }
    });

    it("says what a change of an input does", () => {
        const kinds = { new: "replace", "in place": "update", nothing: "none" } as const;
        for (const { name, change } of inputRows.filter(({ change: text }) => text !== "")) {
            const said = (Object.keys(kinds) as (keyof typeof kinds)[]).find((kind) =>
                change.startsWith(kind),
            );
            expect(said, `${name}: ${change}`).not.to.equal(undefined);
            const before = deliveryInputs.includes(name) ? delivering : base;
            const { kind } = difference(stateOf(before), withInput(before, name, changedValue(name)));
            expect(kind, name).to.equal(said === undefined ? "" : kinds[said]);
        }
    });
});

describe("the reference of a fleet's inputs and outputs", () => {
    it("lists every input that only a fleet has, with its meaning and its type, and nothing else", () => {
        expect(fleetInputRows.map(({ name }) => name)).to.have.members(declaredFleetInputs());
        const sections = section(reference, "### The inputs of a fleet one by one");
        for (const { name, type } of fleetInputRows) {
            expect(section(sections, `#### \`${name}\``).trim(), name).not.to.equal("");
            expect(type, name).not.to.equal("");
        }
    });

    it("documents every input that the check of a fleet accepts, here or as an input of a snapshot", () => {
        const [failure] = checkFleetInputs({ instanceIds: ["i-1"], other: 1 }, "cn-hangzhou");
        const [, accepted = ""] = /; there are (.*)$/.exec(failure?.reason ?? "") ?? [];
        const shared = declaredInputs().filter((name) => !["instanceId", "excludeDiskIds"].includes(name));
        const documented = [...shared, ...declaredFleetInputs()].filter((name) => !/[.[]/.test(name));
        expect(accepted.split(", ")).to.have.members(documented);
    });

    it("lists every output with its type and its meaning, and nothing else", () => {
        const rows = tableRows(section(reference, "### Outputs of a fleet"));
        expect(rows.map(([name = ""]) => name.replaceAll("`", ""))).to.have.members(declaredFleetOutputs());
        for (const [name = "", type = "", meaning = ""] of rows) {
            expect(type, name).to.match(/^[a-z ]+$/);
            expect(meaning, name).not.to.equal("");
        }
    });

    it("lists every method with all its parameters", () => {
        const methods = section(reference, "### Methods of a fleet");
        for (const [heading, names = ""] of methods.matchAll(/^#### `.*\((.*)\)`$/gm)) {
            const described = [...section(methods, heading).matchAll(/^- `(\w+)`: ./gm)].map(
                ([, name]) => name,
            );
            expect(described, heading).to.deep.equal(names.split(", "));
        }
        for (const call of ["new AppConsistentSnapshotFleet(", "snapshotIdOf(", "snapshotOf("]) {
            expect(methods).to.include(`#### \`${call}`);
        }
    });

    it("has the choices and limits that are checked", () => {
        const limits = (name: string): string =>
            fleetInputRows.find((row) => row.name === name)?.limits ?? "";
        expect(limits("onFailure")).to.equal(
            onFailureChoices.map((choice) => `\`"${choice}"\``).join(" or "),
        );
        const most = mostInstances.toLocaleString("en");
        for (const name of ["instanceIds", "instances", "maxConcurrentInstances"]) {
            expect(limits(name), name).to.match(new RegExp(`^1 to ${most}\\b`));
        }
    });
});

/** A value for each input that differs from that of `base`. */
const changedValues: Readonly<Record<string, unknown>> = {
    instanceId: "i-after",
    regionId: "cn-beijing",
    ramRoleName: "AnotherRole",
    roleAttachment: "none",
    snapshotGroupName: "another-name",
    tags: { team: "other" },
    description: "Another description",
    excludeDiskIds: ["d-1"],
    "linux.preScript": "#!/bin/sh\n# Another one\n",
    "linux.postScript": "#!/bin/sh\n# Another one\n",
    "linux.keepScripts": true,
    "linux.scriptOutput": "show",
    "linux.preScriptPath": "/another-pre",
    "linux.postScriptPath": "/another-post",
    "linux.enableFsFreeze": false,
    "linux.freezeTimeoutSeconds": 60,
    "linux.scriptTimeoutSeconds": 60,
    "windows.enableWriters": false,
    instantAccess: false,
    instantAccessRetentionDays: 2,
    requiredConsistency: "filesystem",
    onDegraded: "keep",
    waitFor: "accomplished",
    timeoutSeconds: 60,
    keepLast: 3,
    adoptWithinSeconds: 60,
    triggers: ["2"],
};

function changedValue(name: string): unknown {
    expect(changedValues, "every input is changed").to.have.own.property(name);
    return changedValues[name];
}

function stateOf(inputs: SnapshotInputs): SnapshotOutputs {
    return {
        ...keptInputs(inputs, "cn-hangzhou"),
        snapshotGroupName: "a-name",
        description: "A description",
        consistency: "application",
    };
}

function withInput(inputs: SnapshotInputs, path: string, value: unknown): SnapshotInputs {
    const [name = "", inner] = path.split(".");
    const own = (inputs as unknown as Readonly<Record<string, unknown>>)[name];
    return {
        ...inputs,
        [name]: inner === undefined ? value : { ...(own as object | undefined), [inner]: value },
    };
}

function isInRange(name: string, value: number): boolean {
    const failures = checkInputs({ ...withInput(base, name, value) }, "cn-hangzhou");
    return !failures.some(({ input, reason }) => input === name && reason.includes("whole number"));
}
