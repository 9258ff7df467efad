import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { expect } from "chai";

import { until } from "../support/until";

function load() {
    return import("../../tools/test/busy.mjs");
}

const reason = existsSync("/proc/self/stat") ? "" : " (skipped: it takes /proc to see them)";

describe(`the other work of npm run test:busy${reason}`, () => {
    before(function () {
        if (reason !== "") {
            this.skip();
        }
    });

    it("is eight processes that keep computing, until it is stopped", async () => {
        const { keepBusy } = await load();
        const { pids, stop } = keepBusy();
        try {
            expect(new Set(pids)).to.have.property("size", 8);
            await until(() => pids.every((pid) => processorTime(pid) > 20));
        } finally {
            await stop();
        }
        expect(pids.filter(isRunning)).to.deep.equal([]);
    });

    it("has the priority of the tests", async () => {
        const { keepBusy } = await load();
        const { pids, stop } = keepBusy({ processes: 1 });
        const [pid = 0] = pids;
        expect(fieldsOf(pid)[priority]).to.equal(fieldsOf(process.pid)[priority]);
        await stop();
    });

    for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
        it(`ends when what started it is ended by ${signal}`, async () => {
            const script = `
                import { keepBusy } from ${JSON.stringify(pathToFileURL(resolve("tools/test/busy.mjs")))};
                console.log(JSON.stringify(keepBusy({ processes: 2 }).pids));
                setInterval(() => undefined, 1e6);`;
            const parent = spawn(process.execPath, ["--input-type=module", "--eval", script]);
            const [output] = (await once(parent.stdout, "data")) as [Buffer];
            const pids = JSON.parse(output.toString()) as number[];
            expect(pids.filter(isRunning)).to.deep.equal(pids);
            const end = once(parent, "exit");
            parent.kill(signal);
            await end;
            await until(() => !pids.some(isRunning));
        });
    }

    it("ends at its limit if nothing else ends it", async () => {
        const { keepBusy } = await load();
        const { pids, stop } = keepBusy({ processes: 1, limitMs: 1 });
        await until(() => !pids.some(isRunning));
        await stop();
    });
});

/** Positions in what {@link fieldsOf} gives, see proc(5). */
const [state, userTime, systemTime, priority] = [0, 11, 12, 15];

/** Returns the fields that Linux shows of a process, from its state on. */
function fieldsOf(pid: number): string[] {
    try {
        // "PID (NAME) STATE …": the name may contain anything, so fields are counted from its end.
        return readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
    } catch {
        return [];
    }
}

/** Returns its processor time in ticks of Linux. */
function processorTime(pid: number): number {
    const fields = fieldsOf(pid);
    return Number(fields[userTime]) + Number(fields[systemTime]);
}

/** Tells whether a process runs; one that has ended stays listed until its parent asks for its exit code. */
function isRunning(pid: number): boolean {
    return !["Z", "X", undefined].includes(fieldsOf(pid)[state]);
}
