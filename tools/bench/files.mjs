// The files of a report.
import { formatted } from "../docs/markdown.mjs";
import { chartOf } from "./chart.mjs";
import { curvesOf } from "./curves.mjs";
import { pageOf } from "./markdown.mjs";

/** The folder of the reports in the repository. */
export const FOLDER = "bench";

/**
 * Returns the texts of a whole report, by their paths in the repository.
 *
 * @param {import("./report.mjs").Report} report
 * @param {string} command The command that makes the report.
 * @returns {Promise<Record<string, string>>}
 */
export async function filesOf(report, command) {
    const { form, runs } = report;
    const page = `${FOLDER}/${form}.md`;
    const figures = `${FOLDER}/${form}.json`;
    return {
        [page]: await formatted(pageOf(report, { command, chart: `${form}.svg` }), page),
        [figures]: await formatted(JSON.stringify(report), figures),
        [`${FOLDER}/${form}.svg`]: chartOf(curvesOf(runs)),
    };
}
