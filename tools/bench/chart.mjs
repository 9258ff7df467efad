// The chart of the report: an SVG made by hand, readable on a light and on a dark ground.

/** @typedef {import("./curves.mjs").Curve} Curve */

const WIDTH = 760;
const HEIGHT = 460;
const LEFT = 70;
const RIGHT = 30;
const TOP = 50;
const LEGEND_LINE = 18;

/** Colours that differ in lightness too, and have enough contrast with white and with black. */
const COLOURS = ["#0a84d0", "#d4561c", "#7d7f84", "#1f9d61", "#a860c8", "#b08400"];

const COUNTS = [1, 10, 100, 1_000];
const SECONDS = [10, 30, 60, 300, 1_800, 7_200, 36_000];

/** @param {number} durationSeconds */
function timeLabel(durationSeconds) {
    if (durationSeconds < 60) return `${durationSeconds} s`;
    return durationSeconds < 3_600 ? `${durationSeconds / 60} min` : `${durationSeconds / 3_600} h`;
}

/** @param {string} text */
function escaped(text) {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Draws wall times against numbers of instances, both on logarithmic scales. A computed point is hollow.
 *
 * @param {readonly Curve[]} curves
 */
export function chartOf(curves) {
    const bottom = HEIGHT - 60;
    const height = HEIGHT + curves.length * LEGEND_LINE;
    const longest = Math.max(...curves.flatMap(({ points }) => points.map(({ wallMs }) => wallMs / 1000)));
    const top = SECONDS.find((value) => value >= longest) ?? longest;
    const x = scale([1, 1_000], [LEFT, WIDTH - RIGHT]);
    const y = scale([10, top], [bottom, TOP]);
    const lines = [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
        `<title id="title">Wall time against the number of instances</title>`,
        "<style>",
        "text { font: 13px system-ui, sans-serif; fill: #1f2328; }",
        ".grid { stroke: #8884; } .curve { fill: none; stroke-width: 2; } .hollow { fill: #ffffff; stroke-width: 2; }",
        "@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .hollow { fill: #0d1117; } }",
        "</style>",
        `<text x="${LEFT}" y="24">Wall time of taking snapshots, against the number of instances (hollow: computed)</text>`,
        ...SECONDS.filter((value) => value <= top).flatMap((value) => [
            `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/>`,
            `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${timeLabel(value)}</text>`,
        ]),
        ...COUNTS.flatMap((count) => [
            `<line class="grid" x1="${x(count)}" x2="${x(count)}" y1="${TOP}" y2="${bottom}"/>`,
            `<text x="${x(count)}" y="${bottom + 20}" text-anchor="middle">${count.toLocaleString("en")}</text>`,
        ]),
        `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 42}" text-anchor="middle">instances</text>`,
    ];
    // The first curve comes last, on top of the others.
    for (const [index, { name, points }] of [...curves.entries()].reverse()) {
        const colour = COLOURS[index % COLOURS.length] ?? "";
        const places = points.map(({ count, wallMs, computed }) => ({
            ...{ left: x(count), top: y(wallMs / 1000), computed },
        }));
        const path = places.map(({ left, top: above }) => `${left},${above}`).join(" ");
        const legend = HEIGHT + index * LEGEND_LINE;
        lines.push(
            `<polyline class="curve" stroke="${colour}" points="${path}"/>`,
            ...places.map(({ left, top: above, computed }) =>
                computed
                    ? `<circle class="hollow" stroke="${colour}" cx="${left}" cy="${above}" r="4"/>`
                    : `<circle fill="${colour}" cx="${left}" cy="${above}" r="5"/>`,
            ),
            `<rect fill="${colour}" x="${LEFT}" y="${legend - 9}" width="20" height="4"/>`,
            `<text x="${LEFT + 28}" y="${legend - 3}">${escaped(name)}</text>`,
        );
    }
    return `${[...lines, "</svg>"].join("\n")}\n`;
}

/**
 * @param {readonly [number, number]} from
 * @param {readonly [number, number]} to
 */
function scale([least, most], [start, end]) {
    return (/** @type {number} */ value) => {
        const share = Math.log(value / least) / Math.log(most / least);
        return Math.round((start + share * (end - start)) * 10) / 10;
    };
}
