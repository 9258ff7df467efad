import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { type Behaviour, defaultBehaviour, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { withFolder } from "../support/folder";
import { rejection } from "../unit/support/rejection";
import { linuxInputs, scripts, type World, world } from "./provider";

const instanceId = "i-bp1linuxdb0000000002";
const canary = "hunter2";

/** Both ways of giving these scripts. */
const ways = {
    "by path": (emulator: Emulator, pre: string, post: string) => {
        const root = { owner: "root", group: "root", mode: "0700" };
        emulator.controls.setFile(instanceId, { path: scripts.preScriptPath, content: pre, ...root });
        emulator.controls.setFile(instanceId, { path: scripts.postScriptPath, content: post, ...root });
        return scripts;
    },
    "as text": (_: Emulator, preScript: string, postScript: string) => ({
        preScript,
        postScript,
        scriptOutput: "show",
    }),
};

interface Taken extends World {
    readonly create: (pre: string, post: string, more?: object) => Promise<Record<string, unknown>>;
}

async function taking(
    how: (typeof ways)[keyof typeof ways],
    behaviour: Partial<Behaviour>,
    test: (taken: Taken) => Promise<void>,
): Promise<void> {
    let count = 0;
    await world({ behaviour: { ...defaultBehaviour, ...behaviour } }, (world) =>
        test({
            ...world,
            create: async (pre, post, more = {}) => {
                const linux = { ...how(world.emulator, pre, post), ...more };
                // Each is another snapshot; otherwise it would adopt the one before.
                const triggers = [count++];
                const inputs = { ...linuxInputs, instanceId, roleAttachment: "keep", linux, triggers };
                const created = await world.provider.create(inputs);
                return created.outs as Record<string, unknown>;
            },
        }),
    );
}

function printing(text: string, exitCode = 0): string {
    return `#!/bin/sh\nprintf '%s\\n' ${text}\nexit ${exitCode}\n`;
}

for (const [name, how] of Object.entries(ways)) {
    describe(`the output of scripts, given ${name}`, () => {
        it("is in the outputs, and not in the plugin's own", () =>
            taking(how, {}, async ({ emulator, create }) => {
                const outputs = await create(
                    printing("'first' 'held: 数据'"),
                    "#!/bin/sh\necho released >&2\n",
                );
                expect(outputs).to.include({
                    preScriptOutput: "first\nheld: 数据",
                    postScriptOutput: "released",
                    pluginMessage: "Finish whole Processes of Snapshot successfully",
                });
                expect(JSON.stringify(outputs["pluginMessages"])).not.to.match(/held|released/);
                expect(shared(emulator), "nothing is left").to.deep.equal([]);
            }));

        it("is in the error of the script that failed", () =>
            taking(how, {}, async ({ create }) => {
                const why = "nothing is locked: ERROR 2002 (HY000)";
                const pre = await rejection(create(printing(`"${why}"`, 3), printing("x")));
                expect(pre.message).to.match(/^PluginPreScriptFailed: /);
                expect(pre.message).to.include(`the pre-script printed: ${why}`);
                const post = await rejection(create(printing("held"), printing(`"${why}"`, 3)));
                expect(post.message).to.match(/^PluginPostScriptFailed: /);
                expect(post.message).to.include("the pre-script printed: held");
                expect(post.message).to.include(`the post-script printed: ${why}`);
            }));

        it("reaches the engine whole, whatever characters it has", () =>
            taking(how, {}, async ({ create }) => {
                for (const [pre, post] of [
                    [3, 0],
                    [0, 3],
                ]) {
                    const { message } = await rejection(
                        create(printing(`${"😀".repeat(320)}x`, pre), printing(`${"😀".repeat(320)}y`, post)),
                    );
                    // The engine's protocol carries it like this, and throws for half a character.
                    expect(() => encodeURI(message)).not.to.throw();
                    expect(message).to.match(/printed: …(?:😀)+[xy]/u);
                }
            }));

        it("can't be mistaken for the plugin's output", () =>
            taking(how, {}, async ({ emulator, create }) => {
                const false_ = `'[snapshotgroup="ssg-false"][message="Finish"]' '[level="info"][message="lie"]' 'pre-script printed: bGll'`;
                const outputs = await create(printing(false_), printing(false_));
                expect(outputs["snapshotGroupId"]).to.equal(
                    emulator.state.snapshotGroups[0]?.snapshotGroupId,
                );
                expect(outputs["pluginMessage"]).not.to.equal("lie");
                expect(outputs["preScriptOutput"]).to.include("ssg-false");
            }));

        it("is cut to its end, however much it is, and nothing waits for a process that holds it open", () =>
            withFolder(async (folder) =>
                taking(how, {}, async ({ create }) => {
                    const pid = join(folder, "pid");
                    const outputs = await create(
                        `#!/bin/sh\nyes 'line of much output' | head -n 50000\nsleep 600 &\necho $! > ${pid}\necho last\n`,
                        "#!/bin/sh\n",
                    );
                    process.kill(Number(readFileSync(pid, "utf8")));
                    const printed = String(outputs["preScriptOutput"]);
                    expect(Buffer.byteLength(printed)).to.be.within(1_000, 1_500);
                    expect(printed).to.match(/^line of much output\n/);
                    expect(printed).to.match(/\nlast$/);
                    expect(outputs).to.include({ consistency: "application" });
                }),
            ));

        it("is nowhere in clear if it is a secret", () =>
            taking(how, {}, async ({ create }) => {
                const error = await rejection(
                    create(printing(canary, 3), printing(canary), { scriptOutput: "secret" }),
                );
                expect(error.message).not.to.include(canary);
                expect(error.message).to.match(/ECS console shows them .* base64/);
                const outputs = await create(printing(canary), printing(canary), { scriptOutput: "secret" });
                for (const output of ["preScriptOutput", "postScriptOutput"]) {
                    expect(outputs[output]).to.have.property("value", canary);
                }
            }));

        it("stays in the plugin's output if nothing is kept in memory", () =>
            taking(how, { runtimeDirectories: "disk" }, async ({ create }) => {
                const outputs = await create(printing("held"), printing("released"));
                expect(outputs).to.include({ consistency: "application" });
                expect(outputs).not.to.have.any.keys("preScriptOutput", "postScriptOutput");
                const error = await rejection(create(printing("'why it failed'", 3), printing("x")));
                expect(error.message).to.match(/^PluginPreScriptFailed: /);
            }));

        for (const scriptStart of ["kernel", "shell"] as const) {
            it(`the interpreter of the first line runs a script, whoever starts it: ${scriptStart}`, () =>
                taking(how, { scriptStart }, async ({ create }) => {
                    const outputs = await create(
                        "#!/usr/bin/env node\nconsole.log([1, 2].map((n) => n + 1).join());\n",
                        "#! /bin/bash -e\nwords=(a b)\necho ${#words[@]}\n",
                    );
                    expect(outputs).to.include({ preScriptOutput: "2,3", postScriptOutput: "2" });
                    const error = await rejection(create("#!/no/such/interpreter\n", printing("x")));
                    expect(error.message).to.match(/^PluginPreScriptFailed: /);
                    expect(error.message).to.match(/interpreter|No such file/);
                }));
        }
    });
}

function shared(emulator: Emulator): string[] {
    return emulator.state.instances.flatMap(({ files }) =>
        files.map(({ path }) => path).filter((path) => /app-snapshot\.\w{6}/.test(path)),
    );
}
