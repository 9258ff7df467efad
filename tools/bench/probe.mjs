// Loaded into every Node.js process of an update (`--import`). In that of the dynamic provider it notes how long each
// call of the engine took, and the process's memory and processor time. A line of JSON is appended at once for each:
// the engine ends the process with a signal, which a hook must not handle in its place.
import { appendFileSync, readFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";

const METHODS = ["check", "diff", "create", "read", "update", "delete"];
const SAMPLE_MS = 250;

const folder = process.env["BENCH_PROBE"];

/**
 * Returns the peak of the memory. Not that of getrusage: a process starts with its parent's, here the engine's.
 */
function peakMb() {
    try {
        const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
        return (Number(kilobytes) * 1024) / 1e6;
    } catch {
        return (process.resourceUsage().maxRSS * 1024) / 1e6;
    }
}

/** @param {object} entry */
function note(entry) {
    const { user, system } = process.cpuUsage();
    const line = { ...entry, peakMb: peakMb(), cpuMs: (user + system) / 1000 };
    appendFileSync(join(folder ?? "", `${process.pid}.jsonl`), `${JSON.stringify(line)}\n`);
}

/**
 * @typedef {(call: unknown, callback: (error: unknown, ...rest: unknown[]) => void) => unknown} Handler
 *
 * @typedef {{ addService: (service: unknown, handlers: Record<string, Handler>) => unknown }} Server
 */

/** @param {{ Server: { prototype: Server } }} grpc */
function timeCalls({ Server }) {
    const { addService } = Server.prototype;
    /** @this {Server} @param {unknown} service @param {Record<string, Handler>} handlers */
    Server.prototype.addService = function (service, handlers) {
        for (const method of METHODS) {
            const handler = handlers[method];
            if (handler === undefined) continue;
            handlers[method] = (call, callback) => {
                const at = Date.now();
                const start = performance.now();
                return handler.call(handlers, call, (error, ...rest) => {
                    const tookMs = performance.now() - start;
                    callback(error, ...rest);
                    note({ method, at, tookMs, failed: Boolean(error) });
                });
            };
        }
        return addService.call(this, service, handlers);
    };
}

if (folder !== undefined && /dynamic-provider/.test(process.argv[1] ?? "")) {
    const internals = /** @type {{ _load: (...args: [string, ...unknown[]]) => any }} */ (
        /** @type {unknown} */ (Module)
    );
    const { _load: load } = internals;
    internals._load = function (request, ...rest) {
        const loaded = load.call(this, request, ...rest);
        if (request === "@grpc/grpc-js") {
            internals._load = load;
            timeCalls(loaded);
        }
        return loaded;
    };
    setInterval(() => note({}), SAMPLE_MS).unref();
}
