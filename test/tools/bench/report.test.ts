import { expect } from "chai";

import { measured } from "./support";

function load() {
    return Promise.all([
        import("../../../tools/bench/chart.mjs"),
        import("../../../tools/bench/curves.mjs"),
        import("../../../tools/bench/figure.mjs"),
        import("../../../tools/bench/files.mjs"),
        import("../../../tools/bench/markdown.mjs"),
        import("../../../tools/bench/reasons.mjs"),
        import("../../../tools/bench/report.mjs"),
        import("../../../tools/bench/rows.mjs"),
        import("../../../tools/bench/scenarios.mjs"),
    ]).then((modules) => Object.assign({}, ...modules) as Together);
}

type Together = typeof import("../../../tools/bench/chart.mjs") &
    typeof import("../../../tools/bench/curves.mjs") &
    typeof import("../../../tools/bench/figure.mjs") &
    typeof import("../../../tools/bench/files.mjs") &
    typeof import("../../../tools/bench/markdown.mjs") &
    typeof import("../../../tools/bench/reasons.mjs") &
    typeof import("../../../tools/bench/report.mjs") &
    typeof import("../../../tools/bench/rows.mjs") &
    typeof import("../../../tools/bench/scenarios.mjs");

const machine = { cores: 2, processor: "a processor", node: "20.19.0", pulumi: "3.230.0", sdk: "3.248.0" };
const head = { form: "quick", date: "2026-11-29", machine } as const;

/** Returns the row of a report about runs with these times over the cloud's own. */
async function singleTime(overheadsMs: readonly number[], reasons: Readonly<Record<string, string>> = {}) {
    const { ROWS, reportOf } = await load();
    const runs = {
        single: overheadsMs.map((overheadMs) => measured({ overheadMs })),
        "vendor-single": overheadsMs.map(() => measured({ overheadMs: 2_500 })),
    };
    const rows = ROWS.filter(({ id }) => id === "single-time");
    const report = reportOf(head, { runs, problems: {} }, { rows, reasons });
    return { report, row: report.rows[0] };
}

describe("a figure of the bench", () => {
    it("is the median of the runs, with the least and the most", async () => {
        const { figureOf, figureText } = await load();
        expect(figureOf([3, 1, 2])).to.deep.equal({ median: 2, least: 1, most: 3, runs: 3 });
        expect(figureOf([4, 1, 2, 3])).to.deep.equal({ median: 2.5, least: 1, most: 4, runs: 4 });
        expect(figureText(figureOf([0.5, 0.25]), 2)).to.equal("0.38 (0.25–0.50)");
        expect(figureText(figureOf([-0.001]), 2)).to.equal("0.00");
    });
});

describe("the report of the bench", () => {
    it("compares the median with the goal, and shows the baseline beside it", async () => {
        const { row } = await singleTime([700, 300, 500]);
        expect(row).to.deep.include({
            goal: 0.5,
            figure: { median: 0.5, least: 0.3, most: 0.7, runs: 3 },
            met: true,
        });
        expect(row?.baseline).to.deep.include({ figure: { median: 2.5, least: 2.5, most: 2.5, runs: 3 } });
    });

    it("gives the reason for a goal that is missed, and only for that", async () => {
        const reasons = { "single-time": "The cloud is slow." };
        expect((await singleTime([501], reasons)).row).to.deep.include({
            met: false,
            reason: "The cloud is slow.",
        });
        expect((await singleTime([500], reasons)).row).not.to.have.property("reason");
    });

    it("says why something was not measured, without the paths of the engine's output", async () => {
        const { ROWS, reportOf } = await load();
        const problems = { single: "pulumi up took 0 of 1 snapshots:\nerror in /home/somebody" };
        const { rows } = reportOf(head, { runs: {}, problems }, { rows: ROWS, reasons: {} });
        expect(rows.map(({ id }) => id)).to.deep.equal(ROWS.map(({ id }) => id));
        expect(rows.filter(({ met }) => met)).to.deep.equal([]);
        expect(rows[0]?.reason).to.equal("Not measured: pulumi up took 0 of 1 snapshots.");
    });

    it("is a page that marks what is missed", async () => {
        const { pageOf } = await load();
        const page = pageOf((await singleTime([700])).report, { chart: "x.svg", command: "npm run bench" });
        expect(page).to.include("| 0.70 s | ≤ 0.5 s | **no** | 2.50 s: the vendor's steps as a script |");
        expect(page).to.include("No reason is known yet.");
        expect(page).to.include("](x.svg)");
        const other = pageOf((await singleTime([300])).report, { command: "npm run bench" });
        expect(other).not.to.include(".svg");
        expect(other).to.include("| 0.30 s | ≤ 0.5 s | yes |");
        expect(other).to.include("All goals are met.");
    });

    it("is written as a page with its chart, and as the figures behind it", async () => {
        const { filesOf } = await load();
        const { report } = await singleTime([700]);
        const files = await filesOf(report, "npm run bench");
        expect(Object.keys(files)).to.deep.equal(["bench/quick.md", "bench/quick.json", "bench/quick.svg"]);
        expect(files["bench/quick.md"]).to.include("(quick.svg)");
        expect(JSON.parse(files["bench/quick.json"] ?? "")).to.deep.equal(report);
        expect(files["bench/quick.svg"]).to.match(/^<svg [^]*<\/svg>\n$/);
    });

    it("has only rows that can be measured, and reasons only for rows", async () => {
        const { ORDER, REASONS, ROWS, SCENARIOS, scenariosOf } = await load();
        expect(ORDER.flat()).to.have.members(Object.keys(SCENARIOS));
        expect(ORDER.flat()).to.include.members(ROWS.flatMap(scenariosOf));
        expect(ROWS.map(({ id }) => id)).to.include.members(Object.keys(REASONS));
    });

    it("computes every row from a complete measurement", async () => {
        const { ROWS, SCENARIOS, reportOf } = await load();
        const complete = Object.keys(SCENARIOS).map((name) => [name, [measured({})]] as const);
        const { rows } = reportOf(
            head,
            { runs: Object.fromEntries(complete), problems: {} },
            { rows: ROWS, reasons: {} },
        );
        for (const { id, figure, baseline } of rows) {
            expect(Number.isFinite(figure?.median), id).to.equal(true);
            expect(Number.isFinite(baseline?.figure.median), id).to.equal(true);
        }
    });
});

describe("the chart of the bench", () => {
    it("tells measured times from computed ones", async () => {
        const { curvesOf } = await load();
        const vendor = curvesOf({ vendor: [measured({ count: 16, wallMs: 70_000 })] }).find(({ name }) =>
            name.endsWith("polls of 5 s"),
        );
        expect(vendor?.points.map(({ count, computed }) => [count, computed])).to.deep.equal([
            [1, true],
            [10, true],
            [16, false],
            [100, true],
            [1_000, true],
        ]);
    });

    it("draws the grid of the full form, without what was throttled", async () => {
        const { curvesOf, GRID } = await load();
        const runs = Object.fromEntries(
            Object.entries(GRID).map(([name, { count }]) => [name, [measured({ count, wallMs: 70_000 })]]),
        );
        const drawn = curvesOf(runs).map(({ name, points }) => [
            name,
            points.filter(({ computed }) => !computed).map(({ count }) => count),
        ]);
        expect(drawn).to.deep.equal([
            ["fleet", [1, 10, 100]],
            ["single resources", [1, 10, 400]],
            ["one after another", [10]],
            ["vendor script, 16 at a time, polls of 5 s", [1, 10, 100]],
            ["vendor script, 16 at a time, polls of 1 s", [1, 10, 100]],
            ["the slowest instance's own time", []],
        ]);
    });

    it("has every curve with its points, inside of the drawing", async () => {
        const { chartOf, curvesOf } = await load();
        const curves = curvesOf({ fleet: [measured({ count: 1_000, wallMs: 65_000 })] });
        const svg = chartOf(curves);
        expect(svg.match(/<polyline/g)).to.have.length(curves.length);
        expect(svg.match(/<circle/g)).to.have.length(curves.flatMap(({ points }) => points).length);
        const heights = [...svg.matchAll(/<circle[^>]* cy="([^"]*)"/g)].map(([, y]) => Number(y));
        expect(heights.filter((y) => !(y >= 50 && y <= 400))).to.deep.equal([]);
    });
});
