// A stack of the real engine with a program of its own, in a temporary folder.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withEngine } from "../engine.mjs";
import { capture, tail } from "../process.mjs";
import { ROOT } from "../setup.mjs";

const NAME = "bench";

/** Longer than the longest measurement; an update that hangs must not keep the others from being made. */
const TIME_LIMIT_SECONDS = 1_800;

const PROBE = new URL("probe.mjs", import.meta.url);

/**
 * @typedef {object} Call A call of the engine in the process of the dynamic provider.
 * @property {string} method
 * @property {number} at
 * @property {number} tookMs
 * @property {boolean} failed
 *
 * @typedef {object} Finished A command of the engine, and what the process of the dynamic provider did in it.
 * @property {boolean} succeeded
 * @property {string} output
 * @property {number} wallMs
 * @property {Call[]} calls
 * @property {number} peakMb
 * @property {number} cpuMs
 *
 * @typedef {object} Stack
 * @property {(...command: string[]) => Promise<Finished>} run
 * @property {() => Promise<StateResource[]>} resources
 * @property {() => Promise<void>} remove
 *
 * @typedef {object} StateResource
 * @property {string} urn
 * @property {string} type
 * @property {string} [id]
 */

/**
 * @param {object} options
 * @param {string} options.engine The folder of the engine.
 * @param {"snapshots" | "empty"} options.program
 * @param {object} options.declared What the program declares.
 * @param {string} options.url The emulator's.
 * @returns {Promise<Stack>}
 */
export async function createStack({ engine, program, declared, url }) {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-bench-"));
    const programFolder = join(folder, "program");
    const env = environment({ engine, folder, url });
    /**
     * @param {string[]} command
     * @param {NodeJS.ProcessEnv} [more]
     */
    const pulumi = (command, more = {}) =>
        capture("pulumi", [...command, "--non-interactive", "--color", "never", "--stack", NAME], {
            cwd: programFolder,
            env: { ...env, ...more },
            timeLimitSeconds: TIME_LIMIT_SECONDS,
        });
    /** @param {string[]} command */
    const succeed = async (...command) => {
        const { code, stdout, stderr } = await pulumi(command);
        if (code !== 0) throw new Error(`pulumi ${command.join(" ")} failed:\n${tail(stdout + stderr)}`);
        return stdout;
    };
    let commands = 0;
    const stack = {
        run: async (/** @type {string[]} */ ...command) => {
            const probeFolder = join(folder, `probe-${commands++}`);
            await mkdir(probeFolder);
            const start = performance.now();
            const { code, stdout, stderr } = await pulumi([...command, "--yes", "--skip-preview"], {
                NODE_OPTIONS: `--import=${PROBE.href}`,
                BENCH_PROBE: probeFolder,
            });
            const wallMs = performance.now() - start;
            const probed = await probedIn(probeFolder);
            return { succeeded: code === 0, output: tail(stdout + stderr, 20), wallMs, ...probed };
        },
        resources: async () => {
            const { deployment } = JSON.parse(await succeed("stack", "export"));
            return deployment.resources ?? [];
        },
        remove: () => rm(folder, { recursive: true, force: true }),
    };
    try {
        await cp(fileURLToPath(new URL(`programs/${program}`, import.meta.url)), programFolder, {
            recursive: true,
        });
        await symlink(join(ROOT, "node_modules"), join(programFolder, "node_modules"), "junction");
        await writeFile(join(programFolder, "declared.json"), JSON.stringify(declared));
        await writeFile(
            join(programFolder, `Pulumi.${NAME}.yaml`),
            JSON.stringify({ config: { "alicloud:region": "cn-hangzhou" } }),
        );
        // `stack init` has the name as its argument.
        const { code, stdout, stderr } = await capture("pulumi", ["stack", "init", NAME, "--no-select"], {
            cwd: programFolder,
            env,
        });
        if (code !== 0) throw new Error(`pulumi stack init failed:\n${tail(stdout + stderr)}`);
    } catch (thrown) {
        await stack.remove();
        throw thrown;
    }
    return stack;
}

/**
 * Returns an environment without the machine's own settings for the cloud and for Pulumi.
 *
 * @param {{ engine: string, folder: string, url: string }} options
 */
function environment({ engine, folder, url }) {
    const own = Object.entries(process.env).filter(
        ([name]) => !/^(?:(?:ALIBABA_?CLOUD|ALICLOUD|PULUMI)_|NODE_OPTIONS$)/.test(name),
    );
    return withEngine(
        {
            ...Object.fromEntries(own),
            HOME: folder,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_HOME: join(folder, "home"),
            PULUMI_CONFIG_PASSPHRASE: "",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
            ALIBABA_CLOUD_ECS_ENDPOINT: url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "emulator",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "emulator",
        },
        engine,
    );
}

/**
 * Reads what the probe noted. One process serves all resources of a command, after another one that only checks the
 * configuration; so the one with the most calls counts.
 *
 * @param {string} folder
 */
async function probedIn(folder) {
    const files = await readdir(folder);
    const processes = await Promise.all(
        files.map(async (file) => {
            const lines = (await readFile(join(folder, file), "utf8")).trimEnd().split("\n");
            /** @type {(Partial<Call> & { peakMb: number, cpuMs: number })[]} */
            const entries = lines.map((line) => JSON.parse(line));
            return {
                calls: /** @type {Call[]} */ (entries.filter(({ method }) => method !== undefined)),
                peakMb: Math.max(...entries.map(({ peakMb }) => peakMb)),
                cpuMs: Math.max(...entries.map(({ cpuMs }) => cpuMs)),
            };
        }),
    );
    processes.sort((a, b) => b.calls.length - a.calls.length);
    return processes[0] ?? { calls: [], peakMb: NaN, cpuMs: NaN };
}
