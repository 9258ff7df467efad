import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { withEngine } from "../e2e/support/engine";
import { withFolder } from "../support/folder";
import { pluginRuns } from "../support/stack/plugin-runs";
import { expectFailure, expectSuccess, instances } from "../support/stack/program";
import { copyOfExample } from "./support/example-stack";

const tier = [instances.mixedDisks, instances.linux, instances.withRole];
const [first = "", second = "", third = ""] = tier;

interface Outputs {
    readonly consistency: string;
    readonly snapshotGroupIdByInstanceId: Readonly<Record<string, string>>;
    readonly snapshotIdByDiskId: Readonly<Record<string, string>>;
}

describe("the fleet example", () => {
    it("takes the snapshots one after the other, and begins the migration only if it has all of them", () =>
        withFolder(async (folder) => {
            const programFolder = await copyOfExample("fleet", join(folder, "program"));
            const migrations = join(programFolder, "migrations");
            const config = {
                "alicloud:region": "cn-hangzhou",
                "fleet:instanceIds": JSON.stringify(tier),
                "fleet:migrate": `node -e "fs.appendFileSync('migrations', process.env.RELEASE + ' ')"`,
                "fleet:release": "1.4.0",
            };
            await withEngine(
                async ({ emulator, stack }) => {
                    emulator.controls.addOutcomes(second, { exitCode: 9 });
                    const { output } = expectFailure(await stack.up([]));
                    expect(output).to.match(new RegExp(`${second}: PluginPreScriptFailed: `));
                    expect(output).to.match(new RegExp(`${third}: NotBegun: `));
                    expect(startedOn(emulator)).to.deep.equal([[first], [second]]);
                    expect(await textOf(migrations)).to.equal("");

                    expectSuccess(await stack.up([]));
                    expect(startedOn(emulator).slice(2)).to.deep.equal([[second], [third]]);
                    expect(await textOf(migrations)).to.equal("1.4.0 ");
                    const outputs = await stack.outputs<Outputs>();
                    expect(outputs.consistency).to.equal("application");
                    expect(outputs.snapshotGroupIdByInstanceId).to.have.all.keys(...tier);
                    expect(Object.values(outputs.snapshotIdByDiskId)).to.have.members(
                        emulator.state.snapshots.map(({ snapshotId }) => snapshotId),
                    );

                    await stack.setConfig("fleet:release", "1.5.0");
                    expectSuccess(await stack.up([]));
                    expect(startedOn(emulator).slice(4)).to.deep.equal([[first], [second], [third]]);
                    expect(await textOf(migrations)).to.equal("1.4.0 1.5.0 ");
                    expect(namesIn(emulator)).to.deep.equal([
                        ...["before-1.4.0", "before-1.4.0", "before-1.4.0"],
                        ...["before-1.5.0", "before-1.5.0", "before-1.5.0"],
                    ]);
                    expectSuccess(await stack.up([], "--expect-no-changes"));

                    expectSuccess(await stack.destroy());
                    expect(namesIn(emulator)).to.have.length(6);
                },
                { stack: { programFolder, config } },
            );
        }));
});

/** Returns the instances of each command that ran the plugin, in the order of the commands. */
function startedOn(emulator: Emulator): string[][] {
    return pluginRuns(emulator).map(({ results }) => results.map(({ instanceId }) => instanceId));
}

function namesIn({ state }: Emulator): string[] {
    return state.snapshotGroups.map(({ name }) => name).sort();
}

/** Returns the text of a file; an empty one if it does not exist. */
async function textOf(file: string): Promise<string> {
    return readFile(file, "utf8").catch(() => "");
}
