#!/usr/bin/env node
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";

import { commandContext } from "./cli/command/command-context";
import { runPulumi } from "./cli/command/pulumi";
import type { Services } from "./cli/command/services";
import { asksForVersion, runCommandLine } from "./cli/command-line";
import { systemClock } from "./runtime/clock";
import type { Logger } from "./runtime/logger";

/* The program `app-snapshot`. Only this file binds it to its process. */

const { stdin, stdout, stderr } = process;

const log: Logger = {
    status: () => undefined,
    info: say,
    warn: say,
    debug: () => undefined,
};

const services: Services = {
    environment: process.env,
    folder: process.cwd(),
    runPulumi,
    connect: (settings, regionId, { onStatus, signal } = {}) =>
        commandContext(settings, regionId, {
            clock: systemClock,
            log: onStatus === undefined ? log : { ...log, status: onStatus },
            signal,
        }),
    interruption,
    print: (text) => stdout.write(text),
    note: (text) => stderr.write(text),
    terminal: stdout.isTTY
        ? { columns: stdout.columns, colours: wantsColours(process.env) }
        : { colours: false },
    readInput: () => text(stdin),
    confirm: stdin.isTTY && stderr.isTTY ? confirm : undefined,
};

for (const stream of [stdout, stderr]) {
    // A reader such as `head` may have enough: the command goes on, and its exit code stays true.
    stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") {
            throw error;
        }
    });
}

function interruption(): AbortSignal {
    const controller = new AbortController();
    process.once("SIGINT", () => {
        controller.abort();
    });
    return controller.signal;
}

function wantsColours({ NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
    return (NO_COLOR ?? "") === "" && TERM !== "dumb";
}

function say(message: string): void {
    stderr.write(`${message}\n`);
}

async function confirm(question: string): Promise<boolean> {
    const terminal = createInterface({ input: stdin, output: stderr });
    // Ctrl-C and Ctrl-D close the terminal without an answer.
    const closed = once(terminal, "close").then(() => "");
    const answer = await Promise.race([terminal.question(question).catch(() => ""), closed]);
    terminal.close();
    return /^y(?:es)?$/i.test(answer.trim());
}

function version(): string {
    const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
        readonly version: string;
    };
    return version;
}

const args = process.argv.slice(2);
if (asksForVersion(args)) {
    stdout.write(`${version()}\n`);
} else {
    void runCommandLine(args, services).then((code) => {
        process.exitCode = code;
    });
}
