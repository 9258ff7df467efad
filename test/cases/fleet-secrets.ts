import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { filesIn, type Place, sightings } from "../e2e/support/canaries";
import { withEngine } from "../e2e/support/engine";
import {
    attachRoles,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    instances,
} from "../support/stack/program";
import type { CommandResult, TestResource } from "../support/stack/test-stack";

const { linux, withRole, mixedDisks } = instances;

/** Texts that must not be found: of a script, of the plugin after a success, and after a failure. */
const canaries = {
    "text of a script": "canary3Script5Text7OfTheFleet",
    "output after a success": "canary5Fleet6Well",
    "output after a failure": "canary8Fleet9Badly",
};

function fleet(trigger: number): TestResource {
    const text = `#!/bin/sh\n# ${canaries["text of a script"]}\n`;
    const args = { linux: { preScript: text, postScript: text }, description: "secret", triggers: [trigger] };
    return { ...fleetOf("a", [linux, withRole, mixedDisks], args), linuxBy: "secrets" };
}

export function secretFleets(): void {
    describe("secret scripts of a fleet, with the real engine", () => {
        it("appear in no output, state or file, and neither does their output", async () => {
            const temporary = await mkdtemp(join(tmpdir(), "app-snapshot-secrets-"));
            try {
                await withEngine(
                    async ({ emulator, stack }) => {
                        const said: Place[] = [];
                        const note = (command: string, result: CommandResult): CommandResult => {
                            said.push({ name: `the output of ${command}`, text: result.output });
                            return result;
                        };
                        attachRoles(emulator, [linux, mixedDisks]);
                        // One is finished, one stays unfinished in the state, and one fails.
                        const well = { output: message(canaries["output after a success"]) };
                        emulator.controls.addOutcomes(linux, well);
                        emulator.controls.addOutcomes(withRole, well);
                        emulator.controls.addOutcomes(mixedDisks, {
                            exitCode: 9,
                            output: message(canaries["output after a failure"]),
                        });
                        emulator.faults.add({
                            action: "ModifySnapshotGroup",
                            kind: "error",
                            status: 403,
                            code: "Forbidden.RAM",
                            times: Infinity,
                            when: (params) => groupOfRole() === params["SnapshotGroupId"],
                        });
                        const groupOfRole = (): string | undefined =>
                            emulator.state.snapshotGroups.find(({ instanceId }) => instanceId === withRole)
                                ?.snapshotGroupId;
                        expectFailure(note("a failed up", await stack.up([fleet(1)])));
                        const held = await fleetIn(stack, "a");
                        expect(Object.keys(held.snapshots)).to.deep.equal([linux]);
                        expect(Object.keys(held.unfinished ?? {})).to.deep.equal([withRole]);
                        expect(held.failures).to.have.all.keys(withRole, mixedDisks);
                        said.push({
                            name: "the state of an unfinished fleet",
                            text: await stack.stateText(),
                        });
                        emulator.faults.clear();

                        expectSuccess(note("an up", await stack.up([fleet(1)])));
                        said.push({ name: "the exported state", text: await stack.stateText() });
                        expectSuccess(note("a preview", await stack.preview([fleet(2)])));
                        expectSuccess(note("a refresh", await stack.refresh()));
                        expectSuccess(note("a destroy", await stack.destroy()));
                        expect(emulator.state.sentFiles).not.to.be.empty;

                        const files = (await Promise.all([stack.folder, temporary].map(filesIn))).flat();
                        const seen = [...said, ...files].flatMap((place) => sightings(place, canaries));
                        expect(seen.join("\n")).to.equal("");
                    },
                    { stack: { environment: { TMPDIR: temporary } } },
                );
            } finally {
                await rm(temporary, { recursive: true, force: true });
            }
        });
    });
}

function message(text: string): string {
    return `[level="info"][time="2026-11-29 06:00:00"][message="${text}"]\n`;
}
