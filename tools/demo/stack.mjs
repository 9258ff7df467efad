// The stack of the demo and of the pictures: the quickstart example under the real engine, with a state of its own.
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { withEngine } from "../engine.mjs";
import { capture } from "../process.mjs";
import { ROOT } from "../setup.mjs";

/** Differs from the stacks that the reader may have in this clone. */
const NAME = `demo-${process.pid}`;

/** The engine keeps a stack's configuration beside the program. */
const CONFIG_FILE = join(ROOT, `Pulumi.${NAME}.yaml`);

/**
 * @typedef {object} Stack
 * @property {string} name
 * @property {NodeJS.ProcessEnv} env In which its commands run.
 * @property {(command: string, ...flags: string[]) => Promise<void>} run Runs a command of the engine with its output
 *   shown; rejects when it fails.
 * @property {(command: string, ...flags: string[]) => Promise<import("../process.mjs").Finished>} captured Runs one
 *   with its output kept.
 * @property {() => Promise<void>} remove
 */

/**
 * @param {object} options
 * @param {string} options.engine The folder of the engine.
 * @param {string} options.folder The stack's state goes there.
 * @param {string} options.url The emulator's.
 * @param {Record<string, unknown>} options.config
 * @returns {Promise<Stack>}
 */
export async function createStack({ engine, folder, url, config }) {
    const env = withEngine(
        {
            ...process.env,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "demo",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ALIBABA_CLOUD_ECS_ENDPOINT: url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
            ALIBABA_CLOUD_SECURITY_TOKEN: "",
        },
        engine,
    );
    const remove = () => rm(CONFIG_FILE, { force: true });
    await writeFile(CONFIG_FILE, JSON.stringify({ config }));
    try {
        await pulumi(["stack", "init", NAME, "--no-select"], env);
    } catch (thrown) {
        await remove();
        throw thrown;
    }
    const args = (/** @type {string} */ command, /** @type {string[]} */ flags) => [
        ...[command, "--yes", "--skip-preview"],
        ...[...flags, "--stack", NAME],
    ];
    return {
        name: NAME,
        env,
        run: (command, ...flags) => pulumi(args(command, flags), env),
        captured: (command, ...flags) =>
            capture("pulumi", [...args(command, flags), "--non-interactive"], { cwd: ROOT, env }),
        remove,
    };
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
function pulumi(args, env) {
    console.log(`$ pulumi ${args.join(" ")}`);
    return new Promise((resolve, reject) => {
        const child = spawn("pulumi", [...args, "--non-interactive"], {
            cwd: ROOT,
            env,
            stdio: ["ignore", "inherit", "inherit"],
        });
        child.on("error", reject);
        child.on("close", (code) => {
            if (code === 0) resolve();
            else reject(new Error(`pulumi ${args[0]} ended with exit code ${code}`));
        });
    });
}
