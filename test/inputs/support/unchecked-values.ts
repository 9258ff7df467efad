import { expect } from "chai";
import * as fc from "fast-check";

import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import type { OperatingSystem } from "../../../provider/src/core/inputs/specification";
import { count } from "../../support/counts";
import { cmdRun } from "../../unit/support/cmd-exe";
import { commandOf } from "../../unit/support/commands";
import { expectedOptions, expectedScripts } from "../../unit/support/expected-options";
import { type ManagerCall, managerCall } from "../../unit/support/plugin-manager";
import { deliveredScripts } from "../../unit/support/samples";
import { shells, StubbedShell } from "../../unit/support/shells";
import { argumentsOf } from "../../unit/support/whole-command";
import { hostile, insertions, shown } from "./hostile";

/** A command with unchecked inputs. */
interface Unchecked {
    readonly osType: OperatingSystem;
    readonly inputs: SnapshotInputs;
    readonly snapshotGroupName: string;
    /** A part of the names of delivered scripts. */
    readonly runId: string;
}

const right: SnapshotInputs = {
    instanceId: "i-bp1sample",
    ramRoleName: "Role",
    excludeDiskIds: ["d-first"],
    linux: { preScriptPath: "/root/pre.sh", postScriptPath: "/root/post.sh" },
    windows: { enableWriters: true },
};

interface Place {
    /** The operating systems on whose command line the value gets. */
    readonly systems: readonly OperatingSystem[];
    /** Puts a value there, perhaps one of a wrong type. */
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
    preScript: {
        systems: ["linux"],
        put: (preScript) => ({ inputs: { ...right, linux: { ...deliveredScripts, preScript } } }),
    },
    "postScript beside a path": {
        systems: ["linux"],
        put: (postScript) => ({
            inputs: { ...right, linux: { preScriptPath: "/root/pre.sh", postScript, keepScripts: true } },
        }),
    },
    "a path beside a text": {
        systems: ["linux"],
        put: (preScriptPath) => ({
            inputs: { ...right, linux: { preScriptPath, postScript: deliveredScripts.postScript } },
        }),
    },
    keepScripts: {
        systems: ["linux"],
        put: (keepScripts) => ({ inputs: { ...right, linux: { ...deliveredScripts, keepScripts } } }),
    },
    "the id of an attempt": {
        systems: ["linux"],
        put: (runId) => ({ inputs: { ...right, linux: deliveredScripts }, runId }),
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

/**
 * Tries values at their places in commands.
 *
 * @param options.everyShell runs each command in all shells, or else in one shell in turn.
 * @param options.madeUp the number of random values to try.
 */
export function describeUncheckedValues({
    everyShell,
    madeUp,
}: {
    readonly everyShell: boolean;
    readonly madeUp: number;
}): void {
    describe("an unchecked value", () => {
        let stubs: readonly StubbedShell[] = [];
        /** Commands for delivered scripts, without their digests. */
        const tried = new Set<string>();
        before(() => {
            stubs = shells.map((description) => new StubbedShell(description));
        });
        after(() => {
            stubs.forEach((stub) => {
                stub.remove();
            });
        });

        let turns = 0;
        const shellsInTurn = (): readonly StubbedShell[] => {
            turns += 1;
            return everyShell ? stubs : stubs.filter((_stub, index) => index === turns % stubs.length);
        };

        /** Expects that either no command is made, or it does exactly what was requested. */
        function expectRefusedOrCarried(unchecked: Unchecked, label: string): void {
            count("bad inputs tried");
            const { osType, inputs, snapshotGroupName, runId } = unchecked;
            let content: string;
            try {
                content = commandOf(unchecked).commandContent;
            } catch (thrown) {
                expect(String(thrown), label).to.include("not safe on");
                return;
            }
            const scripts = expectedScripts(inputs, runId);
            const digests = [scripts?.pre.sha256, scripts?.post.sha256].filter((sum) => sum !== undefined);
            const shape = digests
                .flatMap((digest) => [digest, digest.slice(0, 16)])
                .reduce((text, digest) => text.replaceAll(digest, "digest"), content);
            if (digests.length > 0 && tried.has(shape)) {
                return; // The texts of scripts never get closer to a shell than this.
            }
            tried.add(shape);
            const calls: ManagerCall[] =
                osType === "windows"
                    ? [managerCall(cmdRun("acs-plugin-manager", content, 0).argv)]
                    : shellsInTurn().map((stub) => managerCall(argumentsOf(stub, content, scripts)));
            for (const { plugin, options } of calls) {
                expect(plugin, label).to.equal(
                    osType === "windows" ? "app-snapshot-plugin-win" : "app-snapshot-plugin",
                );
                expect(options, label).to.have.members(
                    expectedOptions(osType, inputs, snapshotGroupName, runId),
                );
            }
        }

        const tryIn = (name: string, { systems, put }: Place, value: unknown): void => {
            for (const osType of systems) {
                expectRefusedOrCarried(
                    {
                        osType,
                        inputs: right,
                        snapshotGroupName: "group",
                        runId: "attempt",
                        ...put(value as never),
                    },
                    `${name} on ${osType}: ${shown(value)}`,
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

        it("is refused or carried unchanged in every place, whatever it contains", () => {
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
                { numRuns: madeUp },
            );
        });
    });
}
