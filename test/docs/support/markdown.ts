import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository's folder. */
export const root = join(__dirname, "..", "..", "..");

/** The text of a document, by its path in the repository. */
export function document(path: string): string {
    return readFileSync(join(root, path), "utf8");
}

/** Returns the text under a heading, including its subsections. */
export function section(markdown: string, heading: string): string {
    const lines = outsideOfCode(markdown);
    const start = lines.findIndex(({ text, code }) => !code && text === heading);
    if (start < 0) {
        throw new Error(`There is no heading "${heading}".`);
    }
    const level = heading.indexOf(" ");
    const rest = lines.slice(start + 1);
    const end = rest.findIndex(({ text, code }) => !code && /^#+ /.test(text) && text.indexOf(" ") <= level);
    return (end < 0 ? rest : rest.slice(0, end)).map(({ text }) => text).join("\n");
}

/** Tells whether a line is inside a code block, where a `#` is no heading. */
function outsideOfCode(markdown: string): { readonly text: string; readonly code: boolean }[] {
    let code = false;
    return markdown.split("\n").map((text) => {
        code = text.startsWith("```") ? !code : code;
        return { text, code };
    });
}

/** The code blocks of a language. */
export function codeBlocks(markdown: string, language: string): string[] {
    return [...markdown.matchAll(new RegExp("^```" + language + "\\n([^]*?)^```$", "gm"))].map(
        ([, text]) => text ?? "",
    );
}

/** The rows of the first table, its head left out; each cell as it is written. */
export function tableRows(markdown: string): string[][] {
    const lines = markdown.split("\n");
    const start = lines.findIndex((line) => line.startsWith("|"));
    const length = lines.slice(start).findIndex((line) => !line.startsWith("|"));
    return lines
        .slice(start, length < 0 ? undefined : start + length)
        .slice(2)
        .map((line) =>
            line
                .replace(/^\||\|$/g, "")
                .split(/(?<!\\)\|/)
                .map((cell) => cell.trim()),
        );
}

/** The words in backticks. */
export function codeSpans(markdown: string): string[] {
    const prose = markdown.replace(/^```[^]*?^```$/gm, "");
    return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text ?? "");
}
