// The files of the report: what the cloud answered, and what follows.
import { appendFileSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * @typedef {import("./questions.mjs").Answered} Answered
 * @typedef {import("./evidence.mjs").Call} Call
 */

/** The record of all calls, in memory and in calls.jsonl. */
export class CallLog {
    /** @type {Call[]} */
    calls = [];
    /** The step that the live test's own calls belong to. */
    step = "before";

    /** @param {string} folder */
    constructor(folder) {
        this.file = join(folder, "calls.jsonl");
    }

    /** @param {Omit<Call, "step">} call */
    add(call) {
        const labelled = { step: this.step, ...call };
        this.calls.push(labelled);
        appendFileSync(this.file, `${JSON.stringify(labelled)}\n`, { mode: 0o600 });
        return labelled;
    }

    /**
     * Adds the calls that the provider has recorded in a step.
     *
     * @param {string} path
     */
    async collect(path) {
        const calls = (await linesOf(path)).map((line) => ({ step: this.step, ...JSON.parse(line) }));
        this.calls.push(...calls);
        this.calls.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
        if (calls.length === 0) return;
        const lines = calls.map((call) => `${JSON.stringify(call)}\n`).join("");
        await appendFile(this.file, lines, { mode: 0o600 });
        await rm(path);
    }

    /** Reads what another process has written, so that a killed live test can be finished. */
    async restore() {
        this.calls.push(...(await linesOf(this.file)).map((line) => JSON.parse(line)));
    }
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function linesOf(path) {
    try {
        const text = await readFile(path, "utf8");
        // A killed process may have left a part of a line.
        return text.split("\n").filter((line) => line.endsWith("}"));
    } catch (thrown) {
        if (/** @type {NodeJS.ErrnoException} */ (thrown).code === "ENOENT") return [];
        throw thrown;
    }
}

/**
 * @typedef {object} About What a report is about.
 * @property {string} version Of the package.
 * @property {string} startedAt
 * @property {string} endpoint The host that answered.
 * @property {boolean} isContinued Tells whether `--destroy` has finished it.
 */

/**
 * @param {string} folder
 * @param {object} result
 * @param {About} result.about
 * @param {readonly Answered[]} result.answers
 * @param {readonly import("./evidence.mjs").Step[]} result.steps
 * @param {import("./look.mjs").Remains} result.remains
 * @param {ReturnType<typeof import("./evidence.mjs").subjectOf>} result.subject
 */
export async function writeReport(folder, { about, answers, steps, remains, subject }) {
    const json = { ...about, subject, steps, left: remains.left, answers };
    await Promise.all([
        writeFile(join(folder, "answers.json"), `${JSON.stringify(json, undefined, 4)}\n`),
        writeFile(join(folder, "answers.md"), page(json)),
        writeFile(join(folder, "emulator.json"), `${JSON.stringify(settingsOf(answers), undefined, 4)}\n`),
    ]);
}

/**
 * The settings of the emulator that follow. Pure.
 *
 * @param {readonly Answered[]} answers
 * @returns {{ behaviour: Record<string, unknown>, timing: Record<string, unknown> }}
 */
export function settingsOf(answers) {
    /** @type {ReturnType<typeof settingsOf>} */
    const settings = { behaviour: {}, timing: {} };
    for (const answered of answers) {
        if (answered.setting !== undefined && "value" in answered) {
            settings[answered.setting.kind][answered.setting.name] = answered.value;
        }
    }
    return settings;
}

/**
 * @param {About & {
 *     subject: ReturnType<typeof import("./evidence.mjs").subjectOf>,
 *     steps: readonly import("./evidence.mjs").Step[],
 *     left: readonly string[],
 *     answers: readonly Answered[],
 * }} result
 */
function page({ version, startedAt, endpoint, isContinued, subject, steps, left, answers }) {
    const seen = answers.filter((answered) => "answer" in answered);
    const open = answers.filter((answered) => "notSeen" in answered);
    return [
        "# What the live test showed",
        "",
        `- Version of the package: ${version}`,
        `- Begun: ${startedAt}`,
        `- Region: ${known(subject.region)}, endpoint ${endpoint}`,
        `- System of the instance: ${known(subject.system)}`,
        `- Cloud Assistant agent: ${known(subject.agent)}; snapshot plugin: ${known(subject.plugin)}`,
        `- Steps: ${steps.map(({ name, succeeded }) => `${name} ${succeeded ? "succeeded" : "FAILED"}`).join(", ")}`,
        ...(isContinued
            ? ["- Finished with `--destroy`. The answers belong to earlier steps, which are not listed."]
            : []),
        "",
        left.length === 0 ? "Nothing is left in the cloud." : `LEFT IN THE CLOUD: ${left.join(", ")}.`,
        "",
        "## Answered",
        ...seen.flatMap((answered) => [
            "",
            `### ${answered.question}`,
            "",
            ...answerLines(answered.answer),
            ...(answered.setting && answered.value !== undefined
                ? ["", `The emulator's \`${answered.setting.name}\`: \`${answered.value}\`.`]
                : []),
            "",
            ...answered.evidence.map((call) => `- ${call}`),
        ]),
        "",
        "## Still open",
        "",
        ...open.map(({ question, notSeen }) => `- ${question} ${notSeen}`),
        "",
    ].join("\n");
}

/** @param {string} text */
function known(text) {
    return text === "" ? "unknown" : text;
}

/** @param {string} answer */
function answerLines(answer) {
    const [first = "", ...printed] = answer.split("\n");
    return printed.length === 0 ? [first] : [first, "", "```text", ...printed, "```"];
}
