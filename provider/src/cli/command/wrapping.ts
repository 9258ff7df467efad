import type { Terminal } from "./services";

/** Breaks text between words into lines of at most `width` characters; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
    const lines: string[] = [];
    for (const word of text.split(" ")) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) {
            lines[lines.length - 1] = `${last} ${word}`;
        } else {
            lines.push(word);
        }
    }
    return lines;
}

/** Returns wrapped text after a label of one or more columns; its later lines are indented by the label's width. */
export function hanging(label: string, text: string, width: number): string {
    const indent = " ".repeat(label.length);
    return wrapped(text, width - label.length)
        .map((line, index) => `${index === 0 ? label : indent}${line}\n`)
        .join("");
}

const usualWidth = 100;
const leastWidth = 60;
const mostWidth = 120;

/** Returns the width of the lines for a terminal, or for a log. A terminal whose width nobody has set says that it has none. */
export function widthOf({ columns = 0 }: Pick<Terminal, "columns">): number {
    return columns === 0 ? usualWidth : Math.min(Math.max(columns, leastWidth), mostWidth);
}
