// The stack of a live test: a program of its own under the real engine, with its state in the folder of the report.
import { spawn } from "node:child_process";
import { cp, mkdir, open, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withEngine } from "../engine.mjs";
import { ROOT } from "../setup.mjs";

/**
 * @typedef {object} Finished
 * @property {boolean} succeeded
 * @property {number} code
 * @property {string} output
 *
 * @typedef {object} Setting What a stack is made from; kept beside it, so that a killed live test can be finished.
 * @property {string} name
 * @property {string} startedAt
 * @property {string} endpoint The host of the API.
 * @property {import("./options.mjs").Target} target
 * @property {import("./look.mjs").Look} before What the cloud had before.
 *
 * @typedef {object} RunOptions
 * @property {string} [callsFile] The file for the calls of the API.
 * @property {boolean} [quiet] Hides the output.
 *
 * @typedef {object} Place
 * @property {string} engine The folder of the engine.
 * @property {string} folder The folder of the stack.
 * @property {NodeJS.ProcessEnv} environment With the credentials.
 * @property {(text: string) => void} show Shows what a program prints.
 *
 * @typedef {object} Stack
 * @property {Setting} setting
 * @property {(declared: object) => Promise<void>} declare Sets the snapshots of the program.
 * @property {(command: string[], options?: RunOptions) => Promise<Finished>} pulumi
 * @property {(args: string[], options?: RunOptions) => Promise<Finished>} appSnapshot Runs the package's CLI.
 * @property {(command: string) => string} callsFile The file for the calls of a command.
 * @property {() => Promise<string[]>} callsFiles All of these files.
 * @property {() => Promise<boolean>} isInUse Tells whether an engine that outlived its live test is still at work.
 * @property {() => Promise<void>} remove
 */

const PROGRAM = fileURLToPath(new URL("program", import.meta.url));
const CLI = join(ROOT, "provider", "dist", "cli.js");

/** The time between two looks at the output of a program. */
const FOLLOW_MS = 150;

/**
 * Creates the stack in a folder that does not exist.
 *
 * @param {Place & { setting: Setting }} options
 * @returns {Promise<Stack>}
 */
export async function createStack({ setting, ...place }) {
    const { folder } = place;
    const program = join(folder, "program");
    await mkdir(folder, { mode: 0o700 });
    await cp(PROGRAM, program, { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(program, "node_modules"), "junction");
    await writeFile(
        join(program, `Pulumi.${setting.name}.yaml`),
        JSON.stringify({ config: { "alicloud:region": setting.target.region } }),
    );
    await writeFile(join(folder, "setting.json"), JSON.stringify(setting));
    const stack = stackIn({ setting, ...place });
    await stack.declare({});
    const { succeeded, output } = await stack.pulumi(["stack", "init", setting.name, "--no-select"], {
        quiet: true,
    });
    if (!succeeded) throw new Error(`pulumi stack init failed:\n${output}`);
    return stack;
}

/**
 * Opens the stack of a live test that was killed.
 *
 * @param {Place} place
 * @returns {Promise<Stack>}
 */
export async function openStack(place) {
    const { folder } = place;
    /** @type {string} */
    let text;
    try {
        text = await readFile(join(folder, "setting.json"), "utf8");
    } catch {
        throw new Error(
            `${folder} has no stack of a live test: it is finished, or --report names another folder.`,
        );
    }
    return stackIn({ setting: JSON.parse(text), ...place });
}

/**
 * The ids of the engines that have locked a stack. One that was killed leaves its lock.
 *
 * @param {string} folder
 * @returns {Promise<number[]>}
 */
async function lockedBy(folder) {
    const locks = join(folder, "program", ".pulumi", "locks");
    const files = await readdir(locks, { recursive: true }).catch(() => []);
    const ids = await Promise.all(
        files.filter((file) => file.endsWith(".json")).map((file) => lockHolder(join(locks, file))),
    );
    return ids.flat();
}

/**
 * The id in a lock; none if the engine has removed it since it was listed.
 *
 * @param {string} file
 * @returns {Promise<number[]>}
 */
async function lockHolder(file) {
    try {
        return [JSON.parse(await readFile(file, "utf8")).pid];
    } catch (thrown) {
        if (/** @type {NodeJS.ErrnoException} */ (thrown).code === "ENOENT") return [];
        throw thrown;
    }
}

/** @param {number} pid */
function isAlive(pid) {
    try {
        process.kill(pid, 0);
        return true;
    } catch (thrown) {
        return /** @type {NodeJS.ErrnoException} */ (thrown).code === "EPERM";
    }
}

/**
 * @param {Place & { setting: Setting }} options
 * @returns {Stack}
 */
function stackIn({ setting, ...place }) {
    const { folder, show } = place;
    const program = join(folder, "program");
    const env = stackEnvironment(place);
    const log = join(folder, "..", "output.log");
    /**
     * @param {string} name
     * @param {string[]} args
     * @param {RunOptions} [options]
     */
    const run = (name, args, { callsFile, quiet = false } = {}) =>
        runLogged(name, args, {
            cwd: program,
            log,
            show: quiet ? () => undefined : show,
            env: callsFile === undefined ? env : { ...env, ALICLOUD_APP_SNAPSHOT_CALLS_FILE: callsFile },
        });
    return {
        setting,
        declare: (declared) => writeFile(join(program, "declared.json"), JSON.stringify(declared)),
        pulumi: (command, options) =>
            run("pulumi", [...command, "--non-interactive", "--color", "never"], options),
        appSnapshot: (args, options) => run(process.execPath, [CLI, ...args], options),
        callsFile: (command) => join(folder, `calls-${command}.jsonl`),
        callsFiles: async () =>
            (await readdir(folder))
                .filter((name) => name.endsWith(".jsonl"))
                .map((name) => join(folder, name)),
        isInUse: async () => (await lockedBy(folder)).some(isAlive),
        remove: () => rm(folder, { recursive: true, force: true }),
    };
}

/**
 * Returns the user's environment, whose credentials are used, without their settings for other stacks.
 *
 * @param {Place} options
 */
function stackEnvironment({ engine, folder, environment }) {
    const own = Object.entries(environment).filter(
        ([name]) => !/^(?:PULUMI_|NODE_OPTIONS$|ALICLOUD_APP_SNAPSHOT_)/.test(name),
    );
    return withEngine(
        {
            ...Object.fromEntries(own),
            // The folder of the program.
            PULUMI_BACKEND_URL: "file://.",
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "live-test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
        },
        engine,
    );
}

/**
 * Runs a program to its end, and shows its output. The program writes to a file, in a process group of its own: neither
 * Ctrl-C nor the end of this process or its terminal reaches it.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, log: string, show: (text: string) => void }} options
 * @returns {Promise<Finished>}
 */
async function runLogged(program, args, { cwd, env, log, show }) {
    const file = await open(log, "a+", 0o600);
    try {
        let at = (await file.stat()).size;
        let output = "";
        const follow = async () => {
            const { size } = await file.stat();
            const { buffer, bytesRead } = await file.read(Buffer.alloc(size - at), 0, size - at, at);
            const text = buffer.toString("utf8", 0, bytesRead);
            at += bytesRead;
            output += text;
            if (text !== "") show(text);
        };
        let code = -1;
        const child = spawn(program, args, {
            cwd,
            env,
            detached: process.platform !== "win32",
            stdio: ["ignore", file.fd, file.fd],
        });
        /** @type {Promise<void>} */
        const ended = new Promise((resolve, reject) => {
            child.on("error", reject);
            child.on("exit", (exitCode) => {
                code = exitCode ?? 1;
                resolve();
            });
        });
        let isRunning = true;
        ended.then(
            () => (isRunning = false),
            () => (isRunning = false),
        );
        while (isRunning) {
            await follow();
            await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, FOLLOW_MS))]);
        }
        await ended;
        await follow();
        return { succeeded: code === 0, code, output };
    } finally {
        await file.close();
    }
}
