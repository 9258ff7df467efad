/** The longest script that SendFile accepts, in bytes: base64 makes it a third longer, 32 KB. */
export const longestScript = 24_576;

/**
 * Returns the interpreter with which the kernel runs a script, from its first line: an absolute path, and the rest of
 * the line as one argument; undefined if the line names none.
 */
export function interpreterOf(text: string): readonly string[] | undefined {
    const [line = ""] = text.split(/[\r\n]/, 1);
    const [, path, argument] = /^#![ \t]*(\/[^ \t]*)(?:[ \t]+([^ \t][^]*?))?[ \t]*$/.exec(line) ?? [];
    return path === undefined ? undefined : argument === undefined ? [path] : [path, argument];
}

/** Some editors add it invisibly; the kernel then does not recognize `#!`. */
const byteOrderMark = "\ufeff";

/**
 * Returns the reasons why a text can't be run as a script; empty if it can. They apply to delivered scripts and to the
 * parts of combined ones. The text, which may be a secret, is never quoted.
 */
export function scriptProblems(text: unknown): string[] {
    if (typeof text !== "string") {
        return ["must be a string, the text of a script"];
    }
    const marked = text.startsWith(byteOrderMark);
    return [
        ...(marked ? ["must not begin with a byte order mark (BOM): save it as UTF-8 without one"] : []),
        ...(interpreterOf(marked ? text.slice(byteOrderMark.length) : text) === undefined
            ? ["must begin with the line that names its interpreter, such as #!/bin/sh"]
            : []),
        ...(text.includes("\r") ? ["must not contain carriage returns: end its lines with \\n only"] : []),
        ...(/[\0\p{Cs}]/u.test(text) ? ["must not contain NUL or invalid characters"] : []),
    ];
}
