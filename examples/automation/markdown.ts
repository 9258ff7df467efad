/** Returns a text as it stands, in one line, whatever Markdown or HTML it contains. */
export function inline(text: string): string {
    return text
        .replace(/\s+/g, " ")
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/[\\`*_[\]#|~]/g, "\\$&");
}

/** Returns a text as it stands, in a block of code with a fence that is longer than all in the text. */
export function block(text: string): string {
    const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}text\n${text.trim()}\n${fence}`;
}

/** Returns a table; a value that is missing is left empty. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
    const lines = [
        head,
        head.map(() => "---"),
        ...rows.map((row) => row.map((cell) => inline(textOf(cell)))),
    ];
    return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}
