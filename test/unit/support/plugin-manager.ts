/*
 * A model of the plugin manager's command line, independent of the package: it takes `--params=…` or
 * `--paramsV2=…`, turns the commas of the first into spaces wherever they stand, and splits as google/shlex does.
 */

export interface ManagerCall {
    readonly plugin: string;
    readonly timeout: string | undefined;
    /** The plugin's own arguments. */
    readonly options: readonly string[];
}

/** Parses arguments as the manager does; it refuses unknown ones. */
export function managerCall(argv: readonly string[]): ManagerCall {
    const rest = [...argv];
    let plugin: string | undefined;
    let timeout: string | undefined;
    let options: readonly string[] | undefined;
    if (rest.shift() !== "--exec") {
        throw new Error("not --exec");
    }
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
        if (word === "--plugin") {
            plugin = rest.shift();
        } else if (word === "--timeout") {
            timeout = rest.shift();
        } else if (word.startsWith("--params=")) {
            options = shlex(word.slice("--params=".length).replaceAll(",", " "));
        } else if (word.startsWith("--paramsV2=")) {
            options = shlex(word.slice("--paramsV2=".length));
        } else {
            throw new Error(`a stray argument: ${word}`);
        }
    }
    if (plugin === undefined || options === undefined) {
        throw new Error("no plugin or no options");
    }
    return { plugin, timeout, options };
}

/** Splits like google/shlex, but drops the rest of the line at an error, as the manager does. */
export function shlex(line: string): string[] {
    const words: string[] = [];
    let at = 0;
    while (at < line.length) {
        if (" \t\r\n".includes(line.charAt(at))) {
            at += 1;
            continue;
        }
        if (line.charAt(at) === "#") {
            const end = line.indexOf("\n", at);
            at = end === -1 ? line.length : end;
            continue;
        }
        const word = readWord(line, at);
        if (word === undefined) {
            return words;
        }
        words.push(word.text);
        at = word.end;
    }
    return words;
}

/** Reads one word from a position on; returns undefined if a quote or an escape does not end. */
function readWord(line: string, start: number): { readonly text: string; readonly end: number } | undefined {
    let text = "";
    let quote = "";
    for (let at = start; ; at += 1) {
        const character = line.charAt(at);
        if (character === "") {
            return quote === "" ? { text, end: at } : undefined;
        }
        if (quote === "" && " \t\r\n".includes(character)) {
            return { text, end: at };
        }
        if (character === "\\" && quote !== "'") {
            at += 1;
            if (at >= line.length) {
                return undefined;
            }
            text += line.charAt(at);
        } else if (character === quote) {
            quote = "";
        } else if (quote === "" && (character === '"' || character === "'")) {
            quote = character;
        } else {
            text += character;
        }
    }
}
