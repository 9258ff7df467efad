// Measures the times of the tests, and of the files with their hooks.
import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";

/**
 * @typedef {object} TimedTest
 * @property {string} title
 * @property {number} durationMs Without hooks.
 *
 * @typedef {object} TimedFile
 * @property {string} file Its path in the repository.
 * @property {number} durationMs From its first hook to its last; of a file alone in its process, from the start.
 * @property {number} cpuMs The processor time of this process and of those that it waited for; 0 if unknown.
 *
 * @typedef {{ tests: TimedTest[], files: TimedFile[] }} Times
 *
 * @typedef {{ name: string, durationMs: number }} TimedPhase Set-up, a check, all tests.
 */

const SLOWEST_FILES = 20;
const SLOWEST_TESTS = 20;

/** Linux counts processor time in hundredths of a second on every machine. */
const TICK_MS = 10;

/** @returns {number} Milliseconds of processor time so far. */
export function cpuTime() {
    try {
        // "PID (NAME) STATE …": the name may contain anything, so fields are counted from its end.
        const fields = readFileSync("/proc/self/stat", "utf8")
            .replace(/^.*\) /s, "")
            .split(" ");
        // utime, stime, cutime and cstime of proc(5).
        return fields
            .slice(11, 15)
            .map(Number)
            .reduce((sum, ticks) => sum + ticks * TICK_MS, 0);
    } catch {
        return 0;
    }
}

/** Measures the times of a run of mocha. */
export class Stopwatch {
    /** @type {TimedTest[]} */
    #tests = [];
    /** @type {Map<string, TimedFile>} */
    #files = new Map();

    /**
     * @param {import("mocha").Runner} runner
     * @param {{ folder: string, start?: number, now?: () => number, cpu?: () => number }} options `start`: when this
     *     process began.
     */
    constructor(runner, { folder, start = performance.timeOrigin, now = Date.now, cpu = cpuTime }) {
        let from = { at: start, cpu: 0 };
        const isAlone = new Set(runner.suite.suites.map(({ file }) => file)).size === 1;
        let isFirst = true;
        runner.on("suite", (suite) => {
            if (!suite.parent?.root) return;
            if (!isFirst || !isAlone) from = { at: now(), cpu: cpu() };
            isFirst = false;
        });
        runner.on("suite end", (suite) => {
            if (!suite.parent?.root) return;
            const file = relative(folder, suite.file ?? "").replaceAll(sep, "/");
            this.#addTo(file, now() - from.at, cpu() - from.cpu);
        });
        runner.on("test end", (test) => {
            this.#tests.push({ title: test.fullTitle(), durationMs: test.duration ?? 0 });
        });
    }

    /** @returns {Times} */
    get times() {
        return { tests: this.#tests, files: [...this.#files.values()] };
    }

    /**
     * @param {string} file
     * @param {number} durationMs
     * @param {number} cpuMs
     */
    #addTo(file, durationMs, cpuMs) {
        const before = this.#files.get(file) ?? { file, durationMs: 0, cpuMs: 0 };
        this.#files.set(file, {
            file,
            durationMs: before.durationMs + durationMs,
            cpuMs: before.cpuMs + cpuMs,
        });
    }
}

/** @param {number} durationMs */
function column(durationMs) {
    return `${(durationMs / 1000).toFixed(1).padStart(8)} s`;
}

/**
 * @template {{ durationMs: number }} Timed
 * @param {Timed[]} all
 * @param {number} many
 */
function slowest(all, many) {
    return all.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, many);
}

/**
 * Reports the times of a run: the slowest files and tests, and the phases in their order.
 *
 * @param {Times[]} all
 * @param {TimedPhase[]} phases
 * @returns {string[]}
 */
export function timeLines(all, phases) {
    const files = all.flatMap((times) => times.files);
    const tests = all.flatMap((times) => times.tests);
    const cpu = files.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
    return [
        ...(files.length === 0 ? [] : ["slowest files (time, processor time):"]),
        ...slowest(files, SLOWEST_FILES).map(
            ({ file, durationMs, cpuMs }) => `${column(durationMs)} ${column(cpuMs)}  ${file}`,
        ),
        ...(tests.length === 0 ? [] : ["slowest tests:"]),
        ...slowest(tests, SLOWEST_TESTS).map(({ title, durationMs }) => `${column(durationMs)}  ${title}`),
        "where the time went, side by side:",
        ...phases.map(({ name, durationMs }) => `${column(durationMs)}  ${name}`),
        ...(cpu === 0 ? [] : [`${column(cpu)}  processor time of all test files`]),
    ];
}
