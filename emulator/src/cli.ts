#!/usr/bin/env node
import { parseArgs } from "node:util";

import { type EmulatorOptions, startEmulator } from "./emulator";
import { readFixture } from "./fixture/read";
import { readSettings } from "./settings/settings";
import { fastTiming, realisticTiming } from "./settings/timing";

const usage = `Usage: alicloud-app-snapshot-emulator [options]

Serves a local emulator of the Alibaba Cloud ECS API on 127.0.0.1.

  --port N        port to listen on, 0 for a free one (default 4566)
  --fixture FILE  what exists at the start (default: the fixture of the package)
  --timing NAME   "realistic" (default) or "fast"
  --settings FILE changes to the behaviour and to the timing, as JSON
  --control       serve state, ledger, cost, faults, quotas and releases under /_emulator/
  --help          print this
`;

/** A command line that makes no sense. */
class CommandLineError extends Error {}

async function main(args: string[]): Promise<void> {
    const options = readCommandLine(args);
    if (options === "help") {
        process.stdout.write(usage);
        return;
    }
    const emulator = await startEmulator(options).catch((thrown: unknown) => {
        const busy = (thrown as NodeJS.ErrnoException).code === "EADDRINUSE";
        throw busy ? new Error(`port ${options.port} is in use; choose another with --port`) : thrown;
    });
    process.stdout.write(`listening on ${emulator.url}\n`);
    const stop = () => {
        void emulator.close().then(() => process.exit(0));
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
}

function readCommandLine(args: string[]): EmulatorOptions | "help" {
    const values = parse(args);
    if (values.help === true) {
        return "help";
    }
    const port = values.port ?? "4566";
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
        throw new CommandLineError(`--port must be a number from 0 to 65535, not "${port}"`);
    }
    const timing = values.timing ?? "realistic";
    if (timing !== "realistic" && timing !== "fast") {
        throw new CommandLineError(`--timing must be "realistic" or "fast", not "${timing}"`);
    }
    const settings = values.settings === undefined ? {} : readSettings(values.settings);
    return {
        ...settings,
        port: Number(port),
        timing: { ...(timing === "fast" ? fastTiming : realisticTiming), ...settings.timing },
        control: values.control === true,
        ...(values.fixture === undefined ? {} : { fixture: readFixture(values.fixture) }),
    };
}

function parse(args: string[]) {
    try {
        return parseArgs({
            args,
            options: {
                port: { type: "string" },
                fixture: { type: "string" },
                timing: { type: "string" },
                settings: { type: "string" },
                control: { type: "boolean" },
                help: { type: "boolean" },
            },
        }).values;
    } catch (thrown) {
        // After its first sentence it has advice for other programs.
        const [problem = ""] = (thrown as Error).message.split(". ");
        throw new CommandLineError(problem);
    }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
    process.stderr.write(
        `alicloud-app-snapshot-emulator: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`,
    );
    if (thrown instanceof CommandLineError) {
        process.stderr.write(`Run it with --help for the options.\n`);
    }
    process.exitCode = thrown instanceof CommandLineError ? 2 : 1;
});
