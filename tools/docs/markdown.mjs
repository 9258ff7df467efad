// Markdown for the pages that are generated.
import { join } from "node:path";

import { ROOT } from "../setup.mjs";

/** @param {string} text */
export function code(text) {
    return `\`${text}\``;
}

/**
 * Text of a message as Markdown: what stands in backticks is code there too; of the rest nothing is markup.
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
 * A page as prettier formats it.
 *
 * @param {string} markdown
 * @param {string} path The page's path in the repository.
 */
export async function formatted(markdown, path) {
    const { format, resolveConfig } = await import("prettier");
    const file = join(ROOT, path);
    return format(markdown, { ...(await resolveConfig(file)), filepath: file });
}
