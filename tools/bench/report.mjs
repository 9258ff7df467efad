// The report as data: pure functions of what was measured.
import { figureOf } from "./figure.mjs";
import { ROWS } from "./rows.mjs";

/**
 * @typedef {import("./figure.mjs").Figure} Figure
 * @typedef {import("./rows.mjs").Row} Row
 * @typedef {import("./setting.mjs").Measured} Measured
 * @typedef {import("./setting.mjs").Setting} Setting
 *
 * @typedef {object} Results What was measured, by the name of the measurement.
 * @property {Readonly<Record<string, readonly Measured[]>>} runs
 * @property {Readonly<Record<string, string>>} problems Why measurements failed.
 *
 * @typedef {object} ReportRow
 * @property {string} id
 * @property {string} title
 * @property {string} unit
 * @property {number} digits
 * @property {number} goal
 * @property {Figure} [figure] Missing if it could not be measured.
 * @property {{ name: string, unit: string, digits: number, figure: Figure }} [baseline]
 * @property {boolean} met
 * @property {string} [reason] Why the goal is missed, or why nothing was measured.
 *
 * @typedef {object} Machine
 * @property {number} cores
 * @property {string} processor
 * @property {string} node
 * @property {string} pulumi
 * @property {string} sdk
 *
 * @typedef {object} Report
 * @property {"quick" | "full"} form
 * @property {string} date
 * @property {Machine} machine
 * @property {ReportRow[]} rows
 * @property {Readonly<Record<string, readonly Measured[]>>} runs
 */

/**
 * @param {Row} row
 * @param {Results} results
 * @param {Readonly<Record<string, string>>} reasons
 * @returns {ReportRow}
 */
export function reportRow(row, { runs, problems }, reasons) {
    const { id, title, unit, digits, limit, scenario, beside, value, baseline } = row;
    const head = { id, title, unit, digits, goal: limit };
    const pairs = (runs[scenario] ?? []).flatMap((measured, index) => {
        const other = runs[beside]?.[index];
        return other === undefined ? [] : [{ measured, other }];
    });
    if (pairs.length === 0) {
        // What follows the first line is the engine's output, which names paths of this machine.
        const [problem] = (problems[scenario] ?? problems[beside] ?? "it was left out").split("\n");
        return { ...head, met: false, reason: `Not measured: ${problem?.replace(/:$/, "")}.` };
    }
    const figure = figureOf(pairs.map(({ measured, other }) => value(measured, other)));
    const met = figure.median <= limit;
    const reason = met ? undefined : reasons[id];
    return {
        ...head,
        figure,
        baseline: {
            ...{ name: baseline.name, unit: baseline.unit, digits: baseline.digits },
            figure: figureOf(pairs.map(({ other }) => baseline.value(other))),
        },
        met,
        ...(reason === undefined ? {} : { reason }),
    };
}

/**
 * @param {Pick<Report, "form" | "date" | "machine">} head
 * @param {Results} results
 * @param {object} options
 * @param {readonly Row[]} [options.rows]
 * @param {Readonly<Record<string, string>>} options.reasons
 * @returns {Report}
 */
export function reportOf(head, results, { rows = ROWS, reasons }) {
    return {
        ...head,
        rows: rows.map((row) => reportRow(row, results, reasons)),
        runs: results.runs,
    };
}
