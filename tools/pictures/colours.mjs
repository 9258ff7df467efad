// The escape sequences by which a program colours its output.

/**
 * @typedef {object} Style
 * @property {string} colour A colour of the palette, or "dim".
 * @property {boolean} bold
 *
 * @typedef {Style & { text: string }} Span A text in one style.
 *
 * @typedef {Span[]} Line
 */

const ESCAPE = "\u001b";

/** In the order of their codes; from 8 on, the bright ones. */
const PALETTE = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** @type {Style} */
const PLAIN = { colour: "plain", bold: false };

/**
 * Reads an output line by line. A style goes on until it is changed, also on the next line.
 *
 * @param {string} output
 * @returns {Line[]}
 * @throws {Error} If the output has a sequence that is not known here: its style would be missing.
 */
export function styledLines(output) {
    let style = PLAIN;
    return output.split("\n").map((line) => {
        const [first = "", ...others] = line.split(ESCAPE);
        /** @type {Line} */
        const spans = [{ ...style, text: first }];
        for (const other of others) {
            const [sequence, codes] = /^\[([\d;]*)m/.exec(other) ?? [];
            if (sequence === undefined || codes === undefined) {
                throw new Error(`Unknown escape sequence: ${JSON.stringify(other.slice(0, 12))}`);
            }
            style = restyled(style, codes);
            spans.push({ ...style, text: other.slice(sequence.length) });
        }
        return spans.filter(({ text }) => text !== "");
    });
}

/**
 * @param {Style} style
 * @param {string} codes
 * @returns {Style}
 */
function restyled(style, codes) {
    if (codes === "" || codes === "0") return PLAIN;
    if (codes === "1") return { ...style, bold: true };
    if (codes === "2") return { ...style, colour: "dim" };
    const [, number] = /^(?:38;5;|3)(\d+)$/.exec(codes) ?? [];
    const colour = number === undefined || Number(number) > 15 ? undefined : PALETTE[Number(number) % 8];
    if (colour === undefined) throw new Error(`Unknown style: ${codes}`);
    return { ...style, colour };
}

/** @param {Line} line */
export function textOf(line) {
    return line.map(({ text }) => text).join("");
}

/**
 * Breaks a line between words. Its continuations are a little further to the right than its beginning.
 *
 * @param {Line} line
 * @param {number} columns
 * @returns {Line[]}
 */
export function wrapped(line, columns) {
    const text = textOf(line);
    const indentation = (/^ */.exec(text)?.[0].length ?? 0) + 2;
    /** @type {Line[]} */
    const lines = [];
    let rest = line;
    while (textOf(rest).trimEnd().length > columns) {
        const end = textOf(rest).lastIndexOf(" ", columns);
        // A word that is longer than a line stays whole.
        if (end <= indentation) break;
        lines.push(part(rest, 0, end));
        rest = [{ ...PLAIN, text: " ".repeat(indentation) }, ...part(rest, end + 1)];
    }
    return [...lines, rest];
}

/**
 * @param {Line} line
 * @param {number} from
 * @param {number} [to]
 * @returns {Line}
 */
function part(line, from, to = Infinity) {
    let column = 0;
    return line.flatMap((span) => {
        const start = column;
        column += span.text.length;
        const text = span.text.slice(Math.max(0, from - start), Math.max(0, to - start));
        return text === "" ? [] : [{ ...span, text }];
    });
}
