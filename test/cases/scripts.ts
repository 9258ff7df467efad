import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import type { Emulator, InstanceState } from "pulumi-alicloud-app-snapshot-emulator";

import { withFolder } from "../support/folder";
import { killDuringPlugin } from "../support/stack/interruption";
import { pluginRuns } from "../support/stack/plugin-runs";
import { calls, expectFailure, expectSuccess, groupIds, instances, scripts } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestResource } from "../support/stack/test-stack";

const directory = "/var/lib/app-snapshot";
const trivial = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

/** A snapshot whose scripts are delivered. */
function snapshot(linux: object, more: object = {}): TestResource {
    return { name: "a", args: { instanceId: instances.withRole, linux, ...more } };
}

export function scriptDelivery(how: string, scenario: Scenario): void {
    describe(`scripts given as text, ${how}`, () => {
        it("run on the instance around the snapshot, are never readable by others, and are gone afterwards", () =>
            withNotes(async (notes) =>
                scenario(async ({ emulator, stack }) => {
                    const linux = {
                        preScript: `#!/bin/sh\necho before >> ${notes}\n`,
                        postScript: `#!/bin/sh\necho after >> ${notes}\n`,
                    };
                    expectSuccess(await stack.up([snapshot(linux)]));
                    expect(await readFile(notes, "utf8")).to.equal("before\nafter\n");
                    expect((await stack.outputs())["a"]).to.include({ consistency: "application" });

                    const { sentFiles } = emulator.state;
                    expect(
                        sentFiles.map(({ fileMode, fileOwner, overwrite }) => [
                            fileMode,
                            fileOwner,
                            overwrite,
                        ]),
                    ).to.deep.equal([
                        ["0700", "root", false],
                        ["0700", "root", false],
                    ]);
                    expect(
                        sentFiles.flatMap(({ results }) => results.map(({ exposed }) => exposed)),
                    ).to.deep.equal([false, false]);
                    expect(delivered(emulator)).to.be.empty;
                    expect(instanceOf(emulator).directories).to.deep.include({
                        path: directory,
                        owner: "root",
                        group: "root",
                        mode: "0700",
                    });
                }),
            ));

        it("stay for root alone on demand", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([snapshot({ ...trivial, keepScripts: true })]));
                const files = instanceOf(emulator).files.filter(({ path }) =>
                    path.startsWith(`${directory}/`),
                );
                expect(
                    files.map(({ owner, mode, content }) => ({ owner, mode, content })),
                ).to.have.deep.members([
                    { owner: "root", mode: "0700", content: trivial.preScript },
                    { owner: "root", mode: "0700", content: trivial.postScript },
                ]);
            }));

        it("are also removed after a failure", () =>
            scenario(async ({ emulator, stack }) => {
                const linux = { ...trivial, preScript: "#!/bin/sh\nexit 3\n" };
                expect(expectFailure(await stack.up([snapshot(linux)])).output).to.match(
                    /PluginPreScriptFailed: .*exit code 9/,
                );
                expect(delivered(emulator)).to.be.empty;
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("are not sent into a directory that others can enter", () =>
            scenario(async ({ emulator, stack }) => {
                for (const theirs of [
                    { owner: "root", mode: "0755" },
                    { owner: "admin", mode: "0700" },
                ]) {
                    emulator.controls.setDirectory(instances.withRole, {
                        path: directory,
                        group: "root",
                        ...theirs,
                    });
                    const { output } = expectFailure(await stack.up([snapshot(trivial)]));
                    expect(output)
                        .to.match(/ScriptsNotDelivered: /)
                        .and.to.include(directory);
                }
                expect(calls(emulator, "SendFile")).to.be.empty;
                expect(pluginRuns(emulator)).to.be.empty;
            }));

        it("take no new snapshot when their text is corrected, but do when a path replaces the text", () =>
            scenario(async ({ emulator, stack }) => {
                expectSuccess(await stack.up([snapshot(trivial)]));
                const [first] = groupIds(emulator);
                const corrected = { ...trivial, preScript: "#!/bin/sh\n# better\n" };
                expect(expectSuccess(await stack.up([snapshot(corrected)])).output).to.match(/2 unchanged/);
                expectSuccess(await stack.up([snapshot(corrected, { description: "with another name" })]));
                expect(groupIds(emulator)).to.deep.equal([first]);
                expectSuccess(await stack.up([snapshot(scripts, { description: "with another name" })]));
                expect(groupIds(emulator)).to.have.length(1).and.not.to.include(first);
            }));

        it("of a killed update are adopted with its snapshot, or cleared away with it if the texts have changed", () =>
            scenario(async ({ emulator, stack }) => {
                const { instanceId } = { instanceId: instances.withRole };
                const resources = [snapshot(trivial)];
                await killDuringPlugin(emulator, stack, { resources, instanceId });
                expectSuccess(await stack.up(resources));
                expect(groupIds(emulator)).to.deep.equal((await stack.snapshots()).map(({ id }) => id));
                expect(calls(emulator, "SendFile")).to.have.length(2);
                expectSuccess(await stack.destroy());

                await killDuringPlugin(emulator, stack, { resources, instanceId });
                expectSuccess(
                    await stack.up([snapshot({ ...trivial, preScript: "#!/bin/sh\n# another\n" })]),
                );
                expect(groupIds(emulator)).to.deep.equal((await stack.snapshots()).map(({ id }) => id));
                expect(calls(emulator, "SendFile")).to.have.length(6);
                expect(delivered(emulator)).to.be.empty;
            }));
    });
}

function instanceOf({ state }: Emulator): InstanceState {
    const [found] = state.instances.filter(({ instanceId }) => instanceId === instances.withRole);
    if (found === undefined) {
        throw new Error("the instance is gone");
    }
    return found;
}

/** The files in the directory of delivered scripts. */
function delivered(emulator: Emulator): string[] {
    return instanceOf(emulator)
        .files.map(({ path }) => path)
        .filter((path) => path.startsWith(`${directory}/`));
}

/** A file on this machine, which scripts of the emulator's instances can reach. */
async function withNotes(test: (notes: string) => Promise<void>): Promise<void> {
    await withFolder((folder) => test(join(folder, "notes")));
}
