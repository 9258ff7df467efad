// The runs that the pictures show: the quickstart example with the real engine, and the doctor, against the emulator.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { configuration, INSTANCE_ID, PROGRAMS } from "../demo/instance.mjs";
import { createStack } from "../demo/stack.mjs";
import { capture } from "../process.mjs";
import { ROOT } from "../setup.mjs";

/**
 * @typedef {object} Runs The outputs, with their colours.
 * @property {string} success Of `pulumi up`.
 * @property {string} failure Of `pulumi up` while the agent of the instance is offline.
 * @property {string} doctor Of the doctor at that time.
 * @property {string} stack The name of the stack, which is part of the outputs.
 *
 * @typedef {import("../demo/stack.mjs").Stack} Stack
 *
 * @typedef {import("pulumi-alicloud-app-snapshot-emulator").Emulator} Emulator
 */

/** The options of the doctor's command. */
export const DOCTOR_OPTIONS = ["--instance-id", INSTANCE_ID, "--region", "cn-hangzhou"];

/**
 * @param {string} engine The folder of the engine.
 * @returns {Promise<Runs>}
 */
export async function makeRuns(engine) {
    /** @type {typeof import("pulumi-alicloud-app-snapshot-emulator")} */
    const { realisticTiming, startEmulator } = createRequire(import.meta.url)(
        "pulumi-alicloud-app-snapshot-emulator",
    );
    // Scripts refuse a path with symbolic links.
    const folder = await realpath(await mkdtemp(join(tmpdir(), "app-snapshot-pictures-")));
    const path = process.env["PATH"];
    // The instance finds its programs on the path of this process.
    process.env["PATH"] = `${PROGRAMS}${delimiter}${path}`;
    // A role that takes effect at once: otherwise the number of attempts would depend on the moment.
    const emulator = await startEmulator({ timing: { ...realisticTiming, rolePropagationMs: 0 } });
    try {
        const config = configuration(join(folder, "run"));
        const stack = await createStack({ engine, folder, url: emulator.url, config });
        try {
            return await runsOf(stack, emulator);
        } finally {
            await stack.captured("destroy");
            await stack.remove();
        }
    } finally {
        await emulator.close();
        process.env["PATH"] = path;
        await rm(folder, { recursive: true, force: true });
    }
}

/**
 * @param {Stack} stack
 * @param {Emulator} emulator
 * @returns {Promise<Runs>}
 */
async function runsOf(stack, { controls }) {
    const coloured = ["--color", "always", "--suppress-progress"];
    const success = printed("pulumi up", 0, await stack.captured("up", ...coloured));
    printed("pulumi destroy", 0, await stack.captured("destroy"));

    controls.setAgent(INSTANCE_ID, { online: false });
    const failure = printed("pulumi up without an agent", 1, await stack.captured("up", ...coloured));
    const cli = join(ROOT, "provider", "dist", "cli.js");
    const terminal = new URL("terminal.mjs", import.meta.url).href;
    const doctor = await capture(process.execPath, ["--import", terminal, cli, "doctor", ...DOCTOR_OPTIONS], {
        cwd: ROOT,
        env: { ...stack.env, TERM: "xterm", NO_COLOR: "" },
    });
    return { success, failure, doctor: printed("the doctor", 3, doctor), stack: stack.name };
}

/**
 * @param {string} command
 * @param {number} expected The exit code.
 * @param {import("../process.mjs").Finished} finished
 */
function printed(command, expected, { code, stdout, stderr }) {
    if (code !== expected) {
        throw new Error(`${command} ended with exit code ${code}, not ${expected}:\n${stdout}${stderr}`);
    }
    return stdout;
}
