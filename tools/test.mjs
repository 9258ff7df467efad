// npm test: runs every check and every test but the long forms; the last line is "N passed, N failed".
// npm run test:full (--full) runs the long forms; npm run test:busy (--busy) runs npm test beside other work.
import { availableParallelism } from "node:os";

import { ensureEngine, withEngine } from "./engine.mjs";
import { progress, seconds } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";
import { splitArguments } from "./test/arguments.mjs";
import { batchesOf } from "./test/batches.mjs";
import { keepBusy } from "./test/busy.mjs";
import { runChecks } from "./test/checks.mjs";
import { testFiles } from "./test/files.mjs";
import { runMocha } from "./test/mocha.mjs";
import { installPackages } from "./test/packages.mjs";
import { inQueue } from "./test/queue.mjs";
import { summaryLine, tally } from "./test/tally.mjs";

const USAGE = `Usage: npm test -- [options] [FILE or FOLDER …]

Runs every check and every test but the long forms; the last line is "N passed, N failed". With files or folders of
tests it runs those, and no checks.

  --full   only the long forms (npm run test:full)
  --busy   beside other work on the machine (npm run test:busy)
  --help   print this

All other options are mocha's, such as --grep TEXT and --bail.
`;

/**
 * Returns the number of jobs at once. There are more than processors, because a test often waits for a program to start
 * or for the cloud to answer, and the long forms with the real engine even more so. On a busy machine, more jobs get a
 * larger share of the processors.
 *
 * @param {{ full: boolean, busy: boolean }} options
 */
function jobsFor({ full, busy }) {
    const jobs = availableParallelism() + (full ? 4 : 2);
    return busy ? 2 * jobs : jobs;
}

const CI = process.env["CI"] === "true";

/** @type {import("./test/time.mjs").TimedPhase[]} */
const phases = [];

/**
 * Announces a phase and its duration.
 *
 * @template Result
 * @param {string} name
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
async function phase(name, work) {
    const start = Date.now();
    progress(`== ${name}`);
    try {
        return await work();
    } finally {
        const durationMs = Date.now() - start;
        progress(`== ${name} took ${seconds(durationMs)}`);
        phases.push({ name, durationMs });
    }
}

/**
 * @param {object} options
 * @param {import("./test/batches.mjs").Batch[]} options.batches
 * @param {number} options.jobs The number of batches at once.
 * @param {string[]} options.args For mocha.
 * @param {NodeJS.ProcessEnv} options.env
 */
function runTests({ batches, jobs, args, env }) {
    return inQueue(batches, jobs, async (batch) => {
        const start = Date.now();
        progress(`-- ${batch.name}`);
        const run = await runMocha({ root: ROOT, batch, args, env, live: batches.length === 1 });
        progress(`-- ${batch.name} took ${seconds(Date.now() - start)}`);
        return run;
    });
}

/** @returns {Promise<import("./test/tally.mjs").Tally>} */
async function runAll() {
    const { full, busy, named, options } = splitArguments(process.argv.slice(2));
    /** @type {ReturnType<typeof keepBusy> | undefined} */
    let others;
    try {
        await phase("set-up", () => setUp({ log: progress }));
        // One waits for the network while the other computes.
        const [engine] = await Promise.all([
            phase("engine", () => ensureEngine({ log: progress })),
            CI ? phase("packages", () => installPackages({ log: progress })) : undefined,
        ]);
        // The set-up is not a test.
        others = busy ? keepBusy() : undefined;
        const batches = batchesOf(testFiles({ root: ROOT, full, named }));
        const args = CI ? [...options, "--forbid-only"] : options;
        const env = withEngine(process.env, engine);
        const [failedChecks, runs] = await Promise.all([
            // Only a run of all tests has checks.
            full || named.length > 0 ? [] : runChecks(phase),
            phase("tests", () => runTests({ batches, jobs: jobsFor({ full, busy }), args, env })),
        ]);
        return tally({ failedChecks, runs, ci: CI, isSelection: options.length > 0, phases });
    } catch (thrown) {
        return { passed: 0, failed: 1, notes: [thrown instanceof Error ? thrown.message : String(thrown)] };
    } finally {
        await others?.stop();
    }
}

if (process.argv.slice(2).includes("--help")) {
    process.stdout.write(USAGE);
} else {
    const { passed, failed, notes } = await runAll();
    for (const note of notes) console.log(note);
    console.log(summaryLine({ passed, failed }));
    process.exitCode = failed === 0 ? 0 : 1;
}
