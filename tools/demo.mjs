// npm run demo: runs the quickstart example against the emulator, from nothing to a snapshot and back.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { optionsOf } from "./options.mjs";
import { capture, progress, tail } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const USAGE = `Usage: npm run demo

Takes a snapshot with the real Pulumi engine against a local emulator of the ECS API, shows it, and deletes it again.
Installs the dependencies, compiles the packages and fetches the engine first if needed. It takes no options.
`;

/** An instance of the emulator's default fixture: Linux, a system disk and a data disk, no role yet. */
const INSTANCE_ID = "i-bp1linuxdb0000000001";

/** A separate stack, beside those that the reader may have in this clone. */
const STACK = `demo-${process.pid}`;

/** The engine keeps a stack's configuration beside the program. */
const configFile = join(ROOT, `Pulumi.${STACK}.yaml`);

/** @param {string} title */
function step(title) {
    console.log(`\n== ${title}`);
}

/**
 * Runs the engine with its output shown; throws when it fails.
 *
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
function pulumi(args, env) {
    return new Promise((resolve, reject) => {
        console.log(`$ pulumi ${args.join(" ")}`);
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

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<any>}
 */
async function outputs(env) {
    const { code, stdout, stderr } = await capture(
        "pulumi",
        ["stack", "output", "--json", "--stack", STACK],
        { cwd: ROOT, env },
    );
    if (code !== 0) throw new Error(tail(stderr));
    return JSON.parse(stdout);
}

/** @param {string} folder The folder of the stack's state and configuration. */
async function demo(folder) {
    step("setting up");
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });

    step("starting the emulator of the ECS API");
    const require = createRequire(import.meta.url);
    const { startEmulator, realisticTiming } = require("pulumi-alicloud-app-snapshot-emulator");
    const emulator = await startEmulator({ timing: realisticTiming });
    console.log(`listening on ${emulator.url}`);

    const config = { "app-consistent-snapshot:instanceId": INSTANCE_ID, "alicloud:region": "cn-hangzhou" };
    await writeFile(configFile, JSON.stringify({ config }));
    const stack = ["--stack", STACK];
    const env = withEngine(
        {
            ...process.env,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "demo",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ALIBABA_CLOUD_ECS_ENDPOINT: emulator.url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
            ALIBABA_CLOUD_SECURITY_TOKEN: "",
        },
        engine,
    );

    try {
        await pulumi(["stack", "init", STACK, "--no-select"], env);
        try {
            step("pulumi up takes the snapshot");
            await pulumi(["up", "--yes", "--skip-preview", ...stack], env);
            const taken = await outputs(env);

            step("a second pulumi up changes nothing");
            await pulumi(["up", "--yes", "--skip-preview", "--expect-no-changes", ...stack], env);

            step("pulumi destroy deletes the snapshot");
            await pulumi(["destroy", "--yes", "--skip-preview", ...stack], env);

            const left = emulator.state.snapshotGroups.length;
            if (left > 0) throw new Error(`${left} snapshot groups are left in the emulator`);
            return taken;
        } catch (thrown) {
            await pulumi(["destroy", "--yes", "--skip-preview", ...stack], env).catch(() => undefined);
            throw thrown;
        }
    } finally {
        await emulator.close();
        await rm(configFile, { force: true });
    }
}

/** @param {any} taken The outputs of the quickstart example. */
function show({ snapshotGroupId, consistency, snapshots }) {
    step("the snapshot that was taken, verified and deleted again");
    console.log(`consistency: ${consistency}`);
    for (const { snapshotId, sourceDiskId, sourceDiskType } of snapshots) {
        console.log(`${snapshotId} of ${sourceDiskType} disk ${sourceDiskId}`);
    }
    console.log(`snapshotGroupId: ${snapshotGroupId}`);
}

async function main() {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-demo-"));
    try {
        show(await demo(folder));
    } catch (thrown) {
        progress(thrown instanceof Error ? thrown.message : String(thrown));
        process.exitCode = 1;
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

if (optionsOf(USAGE)) await main();
