import { expect } from "chai";

import {
    attachRoles,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    instances,
    startedOn,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

const { linux, withRole, mixedDisks } = instances;

/** Scripts that are given as text to a fleet or to one of its instances. */
export function fleetScripts(how: string, scenario: Scenario): void {
    describe(`scripts as texts in a fleet, ${how}`, () => {
        it("are delivered to all instances at once, run there, and are removed", () =>
            scenario(async ({ emulator, stack }) => {
                const all = [linux, withRole, mixedDisks];
                attachRoles(emulator, all);
                expectSuccess(await stack.up([fleetOf("a", all, { linux: texts("all") })]));
                expect(startedOn(emulator)).to.deep.equal([all]);
                const sent = emulator.state.sentFiles;
                expect(sent.map(({ content }) => content)).to.have.members(Object.values(texts("all")));
                for (const { results } of sent) {
                    expect(results.map(({ instanceId }) => instanceId)).to.have.members(all);
                }
                expect(delivered(emulator)).to.deep.equal([]);
                const held = await fleetIn(stack, "a");
                expect(held.consistency).to.equal("application");
                for (const line of texts("all").preScript.split("\n").slice(1)) {
                    expect(line === "" || !JSON.stringify(held).includes(line), line).to.equal(true);
                }
            }));

        it("are those of the instance itself, if it has its own", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, [linux, withRole]);
                const list = [{ instanceId: linux }, { instanceId: withRole, linux: texts("own") }];
                const args = { instanceIds: undefined, instances: list, linux: texts("all") };
                expectSuccess(await stack.up([fleetOf("a", [], args)]));
                expect(startedOn(emulator)).to.have.deep.members([[linux], [withRole]]);
                const sent = emulator.state.sentFiles.map(({ content, results }) => [
                    content.includes("own"),
                    results.map(({ instanceId }) => instanceId),
                ]);
                expect(sent).to.have.deep.members([
                    [false, [linux]],
                    [false, [linux]],
                    [true, [withRole]],
                    [true, [withRole]],
                ]);
                expect(delivered(emulator)).to.deep.equal([]);
                expect(expectSuccess(await stack.up([fleetOf("a", [], args)])).output).to.match(
                    /2 unchanged/,
                );
            }));

        it("of which one does not arrive fail only that instance", () =>
            scenario(async ({ emulator, stack }) => {
                const all = [linux, withRole, mixedDisks];
                attachRoles(emulator, all);
                // The directory that the scripts go to belongs to somebody else.
                const directory = { owner: "mysql", group: "mysql", mode: "0777" };
                emulator.controls.setDirectory(mixedDisks, { path: "/var/lib/app-snapshot", ...directory });
                expectFailure(await stack.up([fleetOf("a", all, { linux: texts("all") })]));
                const held = await fleetIn(stack, "a");
                expect(Object.keys(held.snapshots)).to.have.members([linux, withRole]);
                expect(Object.keys(held.failures)).to.deep.equal([mixedDisks]);
                expect(startedOn(emulator).flat()).to.have.members([linux, withRole]);
            }));
    });
}

function texts(word: string): { readonly preScript: string; readonly postScript: string } {
    return {
        preScript: `#!/bin/sh\n: pre ${word}\n`,
        postScript: `#!/bin/sh\n: post ${word}\n`,
    };
}

/** Returns the delivered files that are still on instances. */
function delivered({
    state,
}: {
    readonly state: {
        readonly instances: readonly { readonly files: readonly { readonly path: string }[] }[];
    };
}): string[] {
    return state.instances.flatMap(({ files }) =>
        files.map(({ path }) => path).filter((path) => path.startsWith("/var/lib/app-snapshot/")),
    );
}
