/** A text of a POSIX shell script. {@link sh} quotes the values in it. */
export class ShellText {
    constructor(readonly text: string) {}
}

type Value = ShellText | string | number | readonly Value[];

/**
 * Creates a piece of a shell script. Strings and numbers are inserted as one quoted word each, lists as words with
 * spaces between, other pieces unchanged. Backslashes are literal; the shell's own `${` is written `\${`. The
 * indentation of the first line is removed from all lines; the rest of it becomes tabs, to save space.
 */
export function sh(parts: TemplateStringsArray, ...values: readonly Value[]): ShellText {
    const literals = parts.raw.map((part) => part.replaceAll("\\${", "${"));
    const margin = /^\n( *)/.exec(literals[0] ?? "")?.[1] ?? "";
    const text = literals
        .map((literal) => literal.replaceAll(`\n${margin}`, "\n").replaceAll(/(?<=\n *) {4}/g, "\t"))
        .reduce((before, literal, index) => before + rendered(values[index - 1] ?? "") + literal);
    return new ShellText(text.replace(/^\n/, "").replace(/\n *$/, ""));
}

function rendered(value: Value): string {
    if (value instanceof ShellText) {
        return value.text;
    }
    return typeof value === "string" || typeof value === "number"
        ? quote(String(value))
        : value.map(rendered).join(" ");
}

/** A word without characters that have a meaning to a shell. */
const plainWord = /^[A-Za-z0-9._:/@%,+][A-Za-z0-9._:/@%,+=-]*$|^-[A-Za-z0-9._:/@%,+=-]+$/;

/** Quotes a text as one word of a shell command. Between single quotes, every character except the quote is literal. */
export function quote(text: string): string {
    if (text.includes("\0")) {
        throw new Error("A shell script can't hold a NUL character.");
    }
    return plainWord.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Joins pieces, without undefined ones. */
export function joined(pieces: readonly (ShellText | undefined)[], separator = "\n\n"): ShellText {
    return new ShellText(
        pieces
            .filter((piece) => piece !== undefined)
            .map(({ text }) => text)
            .join(separator),
    );
}

/** Creates a comment with lines that fit a terminal. */
export function comment(text: string): ShellText {
    const lines = text.replaceAll(/\s+/g, " ").match(/.{1,96}(?: |$)/g) ?? [];
    return new ShellText(lines.map((line) => `# ${line.trimEnd()}`).join("\n"));
}

/**
 * Creates a function that prints the text, and a line break if it does not end with one.
 *
 * @throws Error if no here-document can contain the text.
 */
export function printing(name: string, { text }: ShellText): ShellText {
    const lines = text.split("\n");
    const word = name.toUpperCase();
    const end = [
        word,
        ...Array.from("_XZQJKW0123456789abcdefghijklmnopqrstuvwxyz", (first) => `${first}_${word}`),
    ].find((candidate) => !lines.some((line) => clashes(line, candidate)));
    if (end === undefined) {
        throw new Error(
            "A script has too many lines that begin with a letter and no ASCII character after it.",
        );
    }
    return new ShellText(`${name}() { cat <<'${end}'\n${text}${text.endsWith("\n") ? "" : "\n"}${end}\n}`);
}

/**
 * Tells whether a line would end a here-document, or would be damaged in it: dash loses a character outside ASCII in a
 * line that begins like the end word and continues with that character.
 */
function clashes(line: string, word: string): boolean {
    let same = 0;
    while (same < word.length && line[same] === word[same]) {
        same += 1;
    }
    return same === word.length || (same > 0 && line.charCodeAt(same) > 0x7f);
}
