// A terminal as an SVG picture: with its own background, so that it is readable on any page, and text to select.

/** @typedef {import("./colours.mjs").Line} Line */

const FONT =
    "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const FONT_SIZE = 12;
const COLUMN = 7.2;
const ROW = 17;
const MARGIN = 16;

/** @type {Readonly<Record<string, string>>} */
const COLOURS = {
    plain: "#d1d7e0",
    dim: "#9198a1",
    black: "#9198a1",
    red: "#ff7b72",
    green: "#56d364",
    yellow: "#e3b341",
    blue: "#79c0ff",
    magenta: "#d2a8ff",
    cyan: "#56d4dd",
    white: "#f0f6fc",
};

/** @type {Readonly<Record<string, string>>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** @param {string} text */
export function escaped(text) {
    return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/**
 * @param {object} picture
 * @param {string} picture.title
 * @param {string} picture.description What the picture tells, for those who don't see it.
 * @param {number} picture.columns
 * @param {readonly Line[]} picture.lines
 */
export function terminalPicture({ title, description, columns, lines }) {
    const width = Math.ceil(2 * MARGIN + columns * COLUMN);
    const height = 2 * MARGIN + lines.length * ROW;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6" fill="#151b23" stroke="#3d444d"/>
<g font-family="${FONT}" font-size="${FONT_SIZE}" fill="${COLOURS["plain"]}" xml:space="preserve">
${lines.flatMap(textElement).join("\n")}
</g>
</svg>
`;
}

/**
 * @param {Line} line
 * @param {number} row
 */
function textElement(line, row) {
    if (line.length === 0) return [];
    let column = 0;
    const spans = line.map(({ text, colour, bold }) => {
        // Each span has its place, so that columns stay aligned in every font.
        const x = number(MARGIN + column * COLUMN);
        column += text.length;
        const fill = colour === "plain" ? "" : ` fill="${COLOURS[colour]}"`;
        return `<tspan x="${x}"${fill}${bold ? ' font-weight="bold"' : ""}>${escaped(text)}</tspan>`;
    });
    return [`<text y="${MARGIN + (row + 0.75) * ROW}">${spans.join("")}</text>`];
}

/** @param {number} value */
function number(value) {
    return String(Math.round(value * 10) / 10);
}
