// npm run live-test: the life of a snapshot on a real instance, and what it shows about the cloud.
import { createInterface } from "node:readline/promises";
import { setTimeout } from "node:timers/promises";

import { ensureEngine } from "./engine.mjs";
import { liveTest } from "./live-test/life.mjs";
import { readCommandLine } from "./live-test/options.mjs";
import { progress } from "./process.mjs";
import { setUp } from "./setup.mjs";

async function confirm() {
    if (!process.stdin.isTTY) throw new Error("There is no terminal to ask at; --yes agrees in advance.");
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const closed = new Promise((resolve) => terminal.once("close", () => resolve("")));
    const answer = await Promise.race([terminal.question("\nGo on? (yes/no) ").catch(() => ""), closed]);
    terminal.close();
    return /^y(?:es)?$/i.test(String(answer).trim());
}

/**
 * Lets the live test end in order: it never stops a run of the plugin.
 *
 * @returns {() => boolean} Tells whether the user wants it to end.
 */
function heedInterrupts() {
    let isInterrupted = false;
    for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
        process.on(signal, () => {
            isInterrupted = true;
            progress(
                "\nThe step in progress goes on to its end; then the snapshots are deleted. Please wait.",
            );
        });
    }
    // A closed terminal must not end it either.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    return () => isInterrupted;
}

async function main() {
    const options = readCommandLine();
    if (!options) return;
    try {
        await setUp({ log: progress });
        const engine = await ensureEngine({ log: progress });
        const succeeded = await liveTest(options, {
            engine,
            environment: process.env,
            say: console.log,
            show: (text) => process.stdout.write(text),
            confirm,
            isInterrupted: heedInterrupts(),
            pause: (ms) => setTimeout(ms),
        });
        process.exitCode = succeeded ? 0 : 1;
    } catch (thrown) {
        progress(thrown instanceof Error ? thrown.message : String(thrown));
        process.exitCode = 1;
    }
}

await main();
