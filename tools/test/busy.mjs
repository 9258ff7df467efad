// Other work for the machine during the tests, to reveal tests that depend on a quick machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const LOOP = fileURLToPath(new URL("busy-loop.mjs", import.meta.url));

const PROCESSES = 8;
const HOUR_MS = 3_600_000;

/**
 * Starts processes that only compute. They end with this process, even if it is killed, and after the limit
 * in any case.
 *
 * @param {{ processes?: number, limitMs?: number }} [options]
 * @returns {{ pids: number[], stop: () => Promise<void> }}
 */
export function keepBusy({ processes = PROCESSES, limitMs = HOUR_MS } = {}) {
    const loops = Array.from({ length: processes }, () => {
        const args = [LOOP, String(process.pid), String(limitMs)];
        const loop = spawn(process.execPath, args, { stdio: "ignore" });
        loop.unref();
        return { loop, end: once(loop, "exit") };
    });
    return {
        pids: loops.flatMap(({ loop }) => loop.pid ?? []),
        stop: async () => {
            for (const { loop, end } of loops) {
                loop.ref();
                loop.kill();
                await end;
            }
        },
    };
}
