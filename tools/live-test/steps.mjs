// The steps of a live test, and what they have seen.
import { pluginRuns } from "./evidence.mjs";

/**
 * @typedef {import("./stack.mjs").Stack} Stack
 *
 * @typedef {object} Services
 * @property {string} engine The folder of the engine.
 * @property {NodeJS.ProcessEnv} environment With the credentials.
 * @property {(line: string) => void} say
 * @property {(text: string) => void} show Shows what the engine prints.
 * @property {() => Promise<boolean>} confirm
 * @property {() => boolean} isInterrupted
 * @property {(ms: number) => Promise<void>} pause
 *
 * @typedef {object} Test
 * @property {Stack} stack
 * @property {import("./cloud.mjs").Cloud} cloud
 * @property {import("./report.mjs").CallLog} record
 * @property {import("./evidence.mjs").Step[]} steps Those that were made by this process.
 * @property {boolean} isContinued Tells whether this process only finishes it, by `--destroy`.
 */

/**
 * @param {Test} test
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.title
 * @param {() => Promise<boolean>} options.run
 * @param {(line: string) => void} options.say
 */
export async function step(test, { name, title, run, say }) {
    const { stack, cloud, record, steps } = test;
    say(`\n== ${title}`);
    record.step = name;
    const succeeded = await orFailure(run, say);
    await record.collect(stack.callsFile("doctor"));
    await orFailure(async () => {
        for (const invokeId of new Set(pluginRuns(evidenceOf(test), name))) await cloud.outputOf(invokeId);
        return true;
    }, say);
    if (!succeeded) say(`This step failed: ${name}.`);
    steps.push({ name, succeeded });
    return succeeded;
}

/**
 * @param {() => Promise<boolean>} run
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} False if it failed; then the reason was told.
 */
async function orFailure(run, say) {
    try {
        return await run();
    } catch (thrown) {
        say(thrown instanceof Error ? thrown.message : String(thrown));
        return false;
    }
}

/** The number of commands so far: each has a file of its own for its calls. */
let commands = 0;

/**
 * Runs a command of the engine, and adds its calls to the record.
 *
 * @param {Test} test
 * @param {string} command
 * @param {string[]} flags
 */
export async function pulumi({ stack, record }, command, ...flags) {
    const callsFile = stack.callsFile(`${command}-${commands++}`);
    const { succeeded } = await stack.pulumi(
        [command, "--yes", "--skip-preview", ...flags, "--stack", stack.setting.name],
        { callsFile },
    );
    await record.collect(callsFile);
    return succeeded;
}

/** @param {Stack} stack */
export async function groupIdIn(stack) {
    const { output } = await stack.pulumi(["stack", "output", "snapshot", "--stack", stack.setting.name], {
        quiet: true,
    });
    const [id] = /\bssg-[0-9a-z]+\b/i.exec(output) ?? [];
    if (id === undefined) throw new Error("The stack has no snapshot.");
    return id;
}

/**
 * @param {Test} test
 * @returns {import("./evidence.mjs").Evidence}
 */
export function evidenceOf({ record, steps, stack }) {
    const { instanceId, excludeDisks } = stack.setting.target;
    return { calls: record.calls, steps, instanceId, excludeDisks };
}
