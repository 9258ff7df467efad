import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import { type Emulator, type EmulatorOptions, manyInstances } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, goodParams, pluginLine, region, sdk, send, start, until } from "./support";

const ids = ["i-bench0000001", "i-bench0000002", "i-bench0000003"];
const [first = "", second = ""] = ids;
const preScript = "/root/app-snapshot/prescript.sh";
const line = pluginLine(goodParams);

/** Every run of a shell leaves a line in a file of this machine. */
class Shells {
    private readonly folder = mkdtempSync(path.join(tmpdir(), "shells-"));
    private readonly file = path.join(this.folder, "starts");
    readonly note = `echo x >>${this.file}`;

    /** The number of shells so far. */
    get count(): number {
        return readFileSync(this.file, "utf8").split("\n").length - 1;
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

function startMany(options: EmulatorOptions = {}): Promise<Emulator> {
    return start({
        fixture: manyInstances(3, { role: true, scripts: true }),
        commands: "sampled",
        ...options,
    });
}

function resultsOf(emulator: Emulator) {
    return emulator.state.invocations.flatMap(({ results }) => results);
}

/** Sends a command to all instances, and waits for its end on each of them. */
async function runEverywhere(emulator: Emulator, content: string) {
    await send(sdk(emulator), ids, content);
    await until(() => resultsOf(emulator).every(({ finishTime }) => finishTime !== undefined));
    return resultsOf(emulator).map(({ status, exitCode, output }) => ({ status, exitCode, output }));
}

/** Replaces what is different in each run. */
function normal(output: string): string {
    return output
        .replace(/ssg-\w+/g, "ssg")
        .replace(/time="[^"]*"/g, "time")
        .replace(/=\d[\d.]*m?s/g, "=0s");
}

describe("emulator: sampled commands", () => {
    let shells: Shells;
    beforeEach(() => {
        shells = new Shells();
    });
    afterEach(async () => {
        await closeAll();
        shells.remove();
    });

    /** A command as the provider sends it: it looks at the scripts, runs the plugin, and ends by its exit code. */
    const command = () => `${shells.note}
found=$(stat -c '%n %u %f' -- ${preScript} 2>&1)
echo "found $found"
[ "$found" = '${preScript} 0 81c0' ] || exit 64
${line}
code=$?
echo "the code is $code"
case $code in 9) code=19 ;; esac
exit "$code"`;

    it("have one shell for all instances, and end everywhere as each in its own shell would", async () => {
        const outcomes: unknown[] = [];
        for (const [commands, count] of [
            ["executed", 3],
            ["sampled", 4],
        ] as const) {
            const emulator = await startMany({ commands });
            const results = await runEverywhere(emulator, command());
            expect(results.map(({ status, exitCode }) => [status, exitCode])).to.deep.equal(
                ids.map(() => ["Success", 0]),
            );
            expect(emulator.state.snapshotGroups.map((group) => group.instanceId)).to.have.members(ids);
            outcomes.push(results.map((each) => ({ ...each, output: normal(each.output) })));
            expect(shells.count).to.equal(count);
            // Each run of the plugin has two scripts.
            expect(emulator.cost.processes).to.equal((commands === "executed" ? 3 : 1) + 6);
        }
        expect(outcomes[1]).to.deep.equal(outcomes[0]);
    });

    it("have another shell for each exit code of the plugin", async () => {
        const emulator = await startMany();
        emulator.controls.addOutcomes(first, { exitCode: 9 });
        emulator.controls.addOutcomes(second, { exitCode: 9 });
        const results = await runEverywhere(emulator, command());
        expect(results.map(({ status, exitCode }) => [status, exitCode])).to.deep.equal([
            ["Failed", 19],
            ["Failed", 19],
            ["Success", 0],
        ]);
        expect(results.map(({ output }) => /the code is (\d+)\n$/.exec(output)?.[1])).to.deep.equal([
            "9",
            "9",
            "0",
        ]);
        expect(shells.count).to.equal(2);
    });

    it("are executed on an instance whose files give another answer", async () => {
        const emulator = await startMany();
        emulator.controls.setFile(second, {
            ...{ path: preScript, owner: "root", group: "root", mode: "0644" },
        });
        const results = await runEverywhere(emulator, command());
        expect(results.map(({ exitCode }) => exitCode)).to.deep.equal([0, 64, 0]);
        expect(results[1]?.output).to.equal(`found ${preScript} 0 81a4\n`);
        expect(shells.count).to.equal(2);
    });

    it("are executed everywhere if they change files, of which the sample changes none", async () => {
        const emulator = await startMany();
        const results = await runEverywhere(
            emulator,
            `${shells.note}\nstat -c %n ${preScript} && ${line} && rm ${preScript}`,
        );
        expect(results.map(({ status }) => status)).to.deep.equal(ids.map(() => "Success"));
        expect(emulator.state.snapshotGroups).to.have.length(3);
        for (const { files } of emulator.state.instances) {
            expect(files.map((file) => file.path)).not.to.include(preScript);
        }
        expect(shells.count).to.equal(4);
    });

    for (const [what, ending] of [
        ["print the plugin's output after its end only", `said=$(${line}); echo "$said"`],
        ["run the plugin twice", `${line}; ${line}`],
        ["never run the plugin", "echo nothing"],
        ["ask for a file of this machine, too", `stat -c %n ${preScript} . ; ${line}`],
    ] as const) {
        it(`are executed everywhere if they ${what}`, async () => {
            const emulator = await startMany();
            const results = await runEverywhere(emulator, `${shells.note}; ${ending}`);
            expect(results.map(({ status }) => status)).to.deep.equal(ids.map(() => "Success"));
            expect(shells.count).to.equal(4);
        });
    }

    for (const [terminationMode, survives] of [
        ["Process", true],
        ["ProcessTree", false],
    ] as const) {
        it(`are stopped like others; with ${terminationMode} the plugin ${survives ? "goes on" : "ends too"}`, async () => {
            const emulator = await startMany();
            for (const id of ids) {
                emulator.controls.addOutcomes(id, { holdAt: "start" });
            }
            const client = sdk(emulator);
            const invokeId = await send(client, ids, command(), { terminationMode });
            await until(() => emulator.state.instances.every(({ pluginWaits }) => pluginWaits));
            await client.stopInvocation(
                new StopInvocationRequest({ regionId: region, invokeId, instanceId: [first] }),
            );
            await until(() => resultsOf(emulator)[0]?.status === "Terminated");
            expect(emulator.state.instances.map(({ pluginWaits }) => pluginWaits)).to.deep.equal([
                survives,
                true,
                true,
            ]);
            for (const id of survives ? ids : ids.slice(1)) {
                emulator.controls.releasePlugin(id);
            }
            await until(() => emulator.state.snapshotGroups.length === (survives ? 3 : 2));
            await until(() => resultsOf(emulator).every(({ finishTime }) => finishTime !== undefined));
            expect(resultsOf(emulator).map(({ status }) => status)).to.deep.equal([
                "Terminated",
                "Success",
                "Success",
            ]);
            expect(resultsOf(emulator)[0]?.output).not.to.include("the code is");
        });
    }

    it("end with the emulator", async () => {
        const emulator = await startMany();
        for (const id of ids) {
            emulator.controls.addOutcomes(id, { holdAt: "start" });
        }
        await send(sdk(emulator), ids, command());
        await until(() => emulator.state.instances.every(({ pluginWaits }) => pluginWaits));
        await emulator.close();
        expect(emulator.state.instances.map(({ pluginWaits }) => pluginWaits)).to.deep.equal([
            false,
            false,
            false,
        ]);
        expect(emulator.state.snapshotGroups).to.be.empty;
    });
});
