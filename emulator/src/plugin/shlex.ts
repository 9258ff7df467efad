type SplitterState = "between" | "word" | "escaped" | "double" | "double-escaped" | "single" | "comment";

/**
 * Splits a line into words as the Go package google/shlex does, which the plugin manager uses: blanks separate,
 * `'` and `"` quote, a backslash escapes the next character outside quotes and inside double quotes, and `#` begins
 * a comment, but only at the start of a word. An open quote is an error that the manager ignores, so that the
 * unfinished word and the rest of the line silently disappear.
 */
export function splitWords(line: string): string[] {
    const words: string[] = [];
    let state: SplitterState = "between";
    let word = "";
    for (const rune of line) {
        switch (state) {
            case "between":
                if (!isBlank(rune)) {
                    word = "";
                    state = rune === "#" ? "comment" : open(rune);
                    word += state === "word" ? rune : "";
                }
                break;
            case "word":
                if (isBlank(rune)) {
                    words.push(word);
                    state = "between";
                } else {
                    state = open(rune);
                    word += state === "word" ? rune : "";
                }
                break;
            case "escaped":
                word += rune;
                state = "word";
                break;
            case "double":
                if (rune === '"') {
                    state = "word";
                } else if (rune === "\\") {
                    state = "double-escaped";
                } else {
                    word += rune;
                }
                break;
            case "double-escaped":
                word += rune;
                state = "double";
                break;
            case "single":
                if (rune === "'") {
                    state = "word";
                } else {
                    word += rune;
                }
                break;
            case "comment":
                if (rune === "\n") {
                    state = "between";
                }
                break;
        }
    }
    if (state === "word") {
        words.push(word);
    }
    return words;
}

function isBlank(rune: string): boolean {
    return rune === " " || rune === "\t" || rune === "\r" || rune === "\n";
}

/** Returns the state to which an unquoted character leads. */
function open(rune: string): SplitterState {
    switch (rune) {
        case '"':
            return "double";
        case "'":
            return "single";
        case "\\":
            return "escaped";
        default:
            return "word";
    }
}
