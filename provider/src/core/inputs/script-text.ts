/** What SendFile takes: 32 KB, after it was made a third longer by base64. In bytes. */
export const longestScript = 24_576;

/**
 * What the kernel runs a script with, by its first line: an interpreter's absolute path, and all that follows it as one
 * argument. Undefined where the line names none.
 */
export function interpreterOf(text: string): readonly string[] | undefined {
    const [line = ""] = text.split(/[\r\n]/, 1);
    const [, path, argument] = /^#![ \t]*(\/[^ \t]*)(?:[ \t]+([^ \t][^]*?))?[ \t]*$/.exec(line) ?? [];
    return path === undefined ? undefined : argument === undefined ? [path] : [path, argument];
}

/** Some editors write it first, unseen; to the kernel the script then begins with no `#!`. */
const byteOrderMark = "\ufeff";

/**
 * Why a text can't be run as a script, for a person; empty where it can. The same for all scripts, whether they are
 * delivered as they are or as parts of a combined one. The text itself, which may be a secret, is never quoted.
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
