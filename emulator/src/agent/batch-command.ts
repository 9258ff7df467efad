import type { Child, Ending } from "../processes/children";
import type { ShimHandler } from "../processes/shim-channel";
import { runBatch } from "../windows/batch";
import type { RunningCommand } from "./running-command";

/**
 * Starts a batch file. Its cmd.exe is modelled, so nothing but the plugin manager is a process.
 *
 * @param manager serves the shim of the plugin manager.
 * @param startManager starts that shim with arguments.
 */
export function startBatch(
    content: string,
    manager: ShimHandler,
    onOutput: (chunk: Buffer) => void,
    startManager: (args: readonly string[], handler: ShimHandler) => Child,
): RunningCommand {
    let current: Child | undefined;
    // On this machine a process ends with a byte; on Windows with all of the number.
    const fullExitCodes: number[] = [];
    const stop = new AbortController();
    const finished = runBatch(content, {
        print: (text) => {
            onOutput(Buffer.from(text, "utf8"));
        },
        stopped: () => stop.signal.aborted,
        runManager: async (args) => {
            current = startManager(args, async (shim) => {
                const exitCode = await manager(shim);
                fullExitCodes.push(exitCode);
                return exitCode;
            });
            const { exitCode } = await current.closed;
            const told = fullExitCodes.pop() ?? exitCode;
            return exitCode < 0 ? exitCode : told;
        },
    }).then((code): Ending => ({ exitCode: code }));
    // cmd.exe is only modelled, so ending it ends at once, with or without what it started.
    const ended = new Promise<void>((resolve) => {
        stop.signal.addEventListener("abort", () => {
            resolve();
        });
    });
    return {
        finished,
        ended,
        kill: () => {
            stop.abort();
        },
        killTree: () => {
            stop.abort();
            current?.killTree();
        },
    };
}
