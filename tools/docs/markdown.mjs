// Markdown for the generated pages.
import { join } from "node:path";

import { ROOT } from "../setup.mjs";

/** @param {string} text */
export function code(text) {
    return `\`${text}\``;
}

/**
 * Converts the text of a message to Markdown: text in backticks stays code, and nothing else is markup.
 *
 * @param {string} text
 */
export function inline(text) {
    return text
        .split(/(`[^`]*`)/)
        .map((part) => (part.startsWith("`") ? part : part.replace(/[\\*_<>[\]]/g, "\\$&")))
        .join("");
}

/**
 * Returns the anchor that GitHub gives a heading.
 *
 * @param {string} heading
 */
export function headingAnchor(heading) {
    return heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-");
}

/**
 * @param {string[]} head
 * @param {string[][]} rows
 */
export function table(head, rows) {
    return (
        [head, head.map(() => "---"), ...rows]
            // A bar ends a cell, even one in code.
            .map(
                (row) =>
                    `| ${row.map((cell) => cell.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|")).join(" | ")} |`,
            )
            .join("\n")
    );
}

/**
 * Formats a page with prettier.
 *
 * @param {string} markdown
 * @param {string} path The page's path in the repository.
 */
export async function formatted(markdown, path) {
    const { format, resolveConfig } = await import("prettier");
    const file = join(ROOT, path);
    return format(markdown, { ...(await resolveConfig(file)), filepath: file });
}
