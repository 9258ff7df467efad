import { expect } from "chai";
import * as fc from "fast-check";

import type { SnapshotInputs } from "../../provider/src/inputs/inputs";
import { specify, type OperatingSystem } from "../../provider/src/inputs/specification";
import { pluginCommand } from "../../provider/src/plugin/command";
import { count } from "../support/counts";
import { cmdArguments } from "../unit/support/cmd-exe";
import { expectedOptions } from "../unit/support/expected-options";
import { managerCall, type ManagerCall } from "../unit/support/plugin-manager";
import { shells, StubbedShell } from "../unit/support/shells";
import { hostile, insertions, shown } from "./support/hostile";

/** A command whose inputs nobody checked. */
interface Unchecked {
    readonly system: OperatingSystem;
    readonly inputs: SnapshotInputs;
    readonly snapshotGroupName: string;
}

const right: SnapshotInputs = {
    instanceId: "i-bp1sample",
    ramRoleName: "Role",
    excludeDiskIds: ["d-first"],
    linux: { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" },
    windows: { enableWriters: true },
};

interface Place {
    /** Whose command line it gets onto. */
    readonly systems: readonly OperatingSystem[];
    /** Puts a value there, perhaps one of a type that it should not have. */
    readonly put: (value: never) => Partial<Unchecked>;
}

const places: Readonly<Record<string, Place>> = {
    ramRoleName: {
        systems: ["linux", "windows"],
        put: (ramRoleName) => ({ inputs: { ...right, ramRoleName } }),
    },
    snapshotGroupName: {
        systems: ["linux", "windows"],
        put: (snapshotGroupName) => ({ snapshotGroupName }),
    },
    "a disk": {
        systems: ["linux", "windows"],
        put: (diskId) => ({ inputs: { ...right, excludeDiskIds: [diskId] } }),
    },
    "a disk among others": {
        systems: ["linux", "windows"],
        put: (diskId) => ({ inputs: { ...right, excludeDiskIds: ["d-first", diskId] } }),
    },
    preScriptPath: {
        systems: ["linux"],
        put: (preScriptPath) => ({ inputs: { ...right, linux: { ...right.linux, preScriptPath } } }),
    },
    postScriptPath: {
        systems: ["linux"],
        put: (postScriptPath) => ({ inputs: { ...right, linux: { ...right.linux, postScriptPath } } }),
    },
    enableFsFreeze: {
        systems: ["linux"],
        put: (enableFsFreeze) => ({ inputs: { ...right, linux: { enableFsFreeze } } }),
    },
    freezeTimeoutSeconds: {
        systems: ["linux"],
        put: (freezeTimeoutSeconds) => ({ inputs: { ...right, linux: { freezeTimeoutSeconds } } }),
    },
    scriptTimeoutSeconds: {
        systems: ["linux"],
        put: (scriptTimeoutSeconds) => ({
            inputs: { ...right, linux: { ...right.linux, scriptTimeoutSeconds } },
        }),
    },
    enableWriters: {
        systems: ["windows"],
        put: (enableWriters) => ({ inputs: { ...right, windows: { enableWriters } } }),
    },
    instantAccess: {
        systems: ["linux", "windows"],
        put: (instantAccess) => ({ inputs: { ...right, instantAccess } }),
    },
    instantAccessRetentionDays: {
        systems: ["linux", "windows"],
        put: (instantAccessRetentionDays) => ({
            inputs: { ...right, instantAccess: true, instantAccessRetentionDays },
        }),
    },
};

describe("a value that nobody checked", function () {
    this.timeout(60_000);

    let stubs: readonly StubbedShell[] = [];
    before(() => {
        stubs = shells.map((description) => new StubbedShell(description));
    });
    after(() => {
        stubs.forEach((stub) => {
            stub.remove();
        });
    });

    /** Either no command is made, or it does what was asked for, on every shell, and nothing else. */
    function expectRefusedOrCarried({ system, inputs, snapshotGroupName }: Unchecked, label: string): void {
        count("bad inputs tried");
        let line: string;
        try {
            line = pluginCommand({
                system,
                specification: specify(inputs),
                snapshotGroupName,
                managerHasTimeout: true,
            }).commandContent;
        } catch (error) {
            expect(String(error), label).to.include("not safe on");
            return;
        }
        const calls: ManagerCall[] =
            system === "windows"
                ? [managerCall(cmdArguments("acs-plugin-manager", line))]
                : stubs.map((stub) => managerCall(stub.argumentsOf(line)));
        for (const { plugin, options } of calls) {
            expect(plugin, label).to.equal(
                system === "windows" ? "app-snapshot-plugin-win" : "app-snapshot-plugin",
            );
            expect(options, label).to.have.members(expectedOptions(system, inputs, snapshotGroupName));
        }
    }

    const tryIn = (name: string, { systems, put }: Place, value: unknown): void => {
        for (const system of systems) {
            expectRefusedOrCarried(
                { system, inputs: right, snapshotGroupName: "group", ...put(value as never) },
                `${name} on ${system}: ${shown(value)}`,
            );
        }
    };

    for (const [name, place] of Object.entries(places)) {
        it(`is refused or carried unchanged as ${name}`, () => {
            for (const inserted of ["", "-", "--", ...hostile]) {
                for (const value of insertions("Before1", inserted)) {
                    tryIn(name, place, value);
                }
            }
        });
    }

    it("is refused or carried unchanged wherever it is, whatever it is made of", () => {
        const text = fc.array(
            fc.oneof(
                fc.constantFrom(...hostile.filter((each) => each.length < 100)),
                fc.constantFrom(...Array.from("aZ0-/.:_\"', =")),
                fc.string({ unit: "binary", maxLength: 3 }),
            ),
            { maxLength: 8 },
        );
        fc.assert(
            fc.property(fc.constantFrom(...Object.entries(places)), text, ([name, place], parts) => {
                tryIn(name, place, parts.join(""));
            }),
            { numRuns: 1_000 },
        );
    });
});
