// npm run demo: the quickstart example from nothing to a snapshot and back, against the emulator, step by step.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { ABOUT_SCRIPTS, configuration, INSTANCE_ID, PROGRAMS } from "./demo/instance.mjs";
import { createStack } from "./demo/stack.mjs";
import { commandLines, instanceLines, memberLines, NEXT } from "./demo/story.mjs";
import { ensureEngine } from "./engine.mjs";
import { optionsOf } from "./options.mjs";
import { progress } from "./process.mjs";
import { setUp } from "./setup.mjs";

const USAGE = `Usage: npm run demo

Takes a snapshot with the real Pulumi engine against a local emulator of the ECS API, tells what happens, and deletes it
again. Installs the dependencies, compiles the packages and fetches the engine first where needed. It takes no options.
`;

/** @typedef {import("pulumi-alicloud-app-snapshot-emulator").Emulator} Emulator */

/**
 * @param {string} title
 * @param {string[]} lines
 */
function step(title, ...lines) {
    console.log([`\n== ${title}`, ...lines].join("\n"));
}

/** @param {Emulator} emulator */
function showSnapshot({ state }) {
    // A run that came before the role had reached the instance failed, and was repeated.
    const [command] = state.invocations
        .filter(({ content }) => content.includes("acs-plugin-manager"))
        .flatMap(({ results }) => results.filter(({ exitCode }) => exitCode === 0));
    step(
        "What ran on the instance",
        "What the scripts and the plugin said, in order:",
        ...commandLines(command?.output ?? ""),
    );
    step(
        "What is in the snapshot group",
        "The tags of every member must prove the consistency: APPConsistent=True means application-consistent.",
        ...memberLines(state.snapshots),
    );
}

/**
 * @param {Emulator} emulator
 * @param {import("./demo/stack.mjs").Stack} stack
 */
async function takeAndDelete(emulator, stack) {
    step(
        "pulumi up takes the snapshot",
        "The program is examples/quickstart/index.ts. The package checks the instance, attaches the RAM role, delivers the",
        "two scripts and starts the snapshot plugin. Then it waits for the snapshot group and verifies its consistency.",
    );
    await stack.run("up");
    showSnapshot(emulator);

    step("A second pulumi up changes nothing", "The state has the snapshot, and its inputs are the same.");
    await stack.run("up", "--expect-no-changes");

    step("pulumi destroy deletes the snapshot", "It belongs to the stack, and goes with it.");
    await stack.run("destroy");
    const left = emulator.state.snapshotGroups.length;
    if (left > 0) throw new Error(`${left} snapshot groups are left in the emulator`);
}

/** @param {string} folder Of the stack's state, and of the recipe's scripts. */
async function demo(folder) {
    step(
        "Set-up",
        "What is missing is installed, compiled or fetched. The first time, this takes about a minute, or five if the",
        "Pulumi engine has to be built.",
    );
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });

    /** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
    const { defaultFixture, realisticTiming, startEmulator } = createRequire(import.meta.url)(
        "pulumi-alicloud-app-snapshot-emulator",
    );
    const emulator = await startEmulator({ timing: realisticTiming });
    try {
        step(
            "The instance",
            `An emulator of the ECS API listens on ${emulator.url}. The snapshot will be of this instance:`,
            ...defaultFixture()
                .instances.filter(({ instanceId }) => instanceId === INSTANCE_ID)
                .flatMap(instanceLines),
            ...ABOUT_SCRIPTS,
        );
        const config = configuration(join(folder, "run"));
        const stack = await createStack({ engine, folder, url: emulator.url, config });
        // The instance finds its programs on the path of this process.
        process.env["PATH"] = `${PROGRAMS}${delimiter}${process.env["PATH"]}`;
        try {
            await takeAndDelete(emulator, stack);
        } catch (thrown) {
            await stack.run("destroy").catch(() => undefined);
            throw thrown;
        } finally {
            await stack.remove();
        }
    } finally {
        await emulator.close();
    }
    step("What to try next", "The snapshot and the stack of the demo are gone. From here:", ...NEXT);
}

async function main() {
    // Scripts refuse a path with symbolic links.
    const folder = await realpath(await mkdtemp(join(tmpdir(), "app-snapshot-demo-")));
    try {
        await demo(folder);
    } catch (thrown) {
        progress(thrown instanceof Error ? thrown.message : String(thrown));
        process.exitCode = 1;
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

if (optionsOf(USAGE)) await main();
