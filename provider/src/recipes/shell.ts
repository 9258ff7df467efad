/** Text of a POSIX shell script. Only {@link sh} makes it, so no value gets into it unquoted. */
export class ShellText {
    constructor(readonly text: string) {}
}

type Value = ShellText | string | number | readonly Value[];

/**
 * A piece of a shell script. Strings and numbers are put in as one quoted word each, lists as words with spaces between,
 * other pieces as they are. Backslashes stand for themselves; the shell's own `${` is written `\${`. The indentation of
 * the first line is taken off all lines; what is left of it becomes tabs, which take less of the room that there is.
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

/** Nothing here means anything to a shell, wherever in a word it stands. */
const plainWord = /^[A-Za-z0-9._:/@%,+][A-Za-z0-9._:/@%,+=-]*$|^-[A-Za-z0-9._:/@%,+=-]+$/;

/** The text as one word of a shell command. Between single quotes every character but the quote itself is literal. */
export function quote(text: string): string {
    if (text.includes("\0")) {
        throw new Error("A shell script can't hold a NUL character.");
    }
    return plainWord.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Pieces one after the other, those that are missing left out. */
export function joined(pieces: readonly (ShellText | undefined)[], separator = "\n\n"): ShellText {
    return new ShellText(
        pieces
            .filter((piece) => piece !== undefined)
            .map(({ text }) => text)
            .join(separator),
    );
}

/** A comment, its lines broken for a terminal. */
export function comment(text: string): ShellText {
    const lines = text.replaceAll(/\s+/g, " ").match(/.{1,96}(?: |$)/g) ?? [];
    return new ShellText(lines.map((line) => `# ${line.trimEnd()}`).join("\n"));
}

/**
 * A function that prints the text as it is, but for a line break at its end.
 *
 * @throws Error if the text is such that no here-document can hold it.
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
 * Whether a line of a here-document would end it, or would be damaged: dash loses a character that is not ASCII where a
 * line begins like the word at the end and goes on with that character.
 */
function clashes(line: string, word: string): boolean {
    let same = 0;
    while (same < word.length && line[same] === word[same]) {
        same += 1;
    }
    return same === word.length || (same > 0 && line.charCodeAt(same) > 0x7f);
}
