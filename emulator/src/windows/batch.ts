/** One command of a batch line, and when it runs. */
export interface BatchCommand {
    /** The text given to the program, quotes included, carets and redirections removed. */
    text: string;
    /** How it is joined to the command before it. */
    after: "always" | "success" | "failure" | "pipe";
    /** Files its output goes to or its input comes from. */
    redirections: string[];
    /** Set for an `if`, to which all the rest of the line belongs, operators and redirections included. */
    if?: true;
}

/** A line that cmd.exe cannot read; it prints this and stops the batch file. */
export class BatchSyntaxError extends Error {}

/** The lines of a batch file, a caret at the end of one joining it with the next. */
export function batchLines(content: string): string[] {
    const lines: string[] = [];
    let pending = "";
    for (const line of content.split(/\r?\n/)) {
        const joined = pending + line;
        if (endsInOpenCaret(joined)) {
            pending = joined.slice(0, -1);
        } else {
            lines.push(joined);
            pending = "";
        }
    }
    return pending === "" ? lines : [...lines, pending];
}

function endsInOpenCaret(line: string): boolean {
    let quoted = false;
    let escaped = false;
    for (const character of line) {
        if (escaped) {
            escaped = false;
        } else if (character === '"') {
            quoted = !quoted;
        } else if (character === "^" && !quoted) {
            escaped = true;
        }
    }
    return escaped;
}

/**
 * Percent expansion, which happens before anything else and inside quotes too: `%NAME%` is the variable or nothing,
 * `%%` one percent sign, `%0` to `%9` and `%*` the batch file's arguments (none), any other lone percent sign is lost.
 */
export function expandVariables(line: string, variables: ReadonlyMap<string, string>): string {
    return line.replace(/%%|%[0-9*]|%([^%:]+)(?::[^%]*)?%|%/g, (whole: string, name: string | undefined) => {
        if (whole === "%%") {
            return "%";
        }
        return name === undefined ? "" : (variables.get(name.toUpperCase()) ?? "");
    });
}

function isIf(text: string): boolean {
    return /^[\s@]*if(?=[\s"(]|$)/i.test(text);
}

/**
 * Cuts an expanded line into commands. `"` switches quoting on and off, inside it nothing is special; outside it
 * `^` makes the next character literal and `& | < >` are operators.
 */
export function splitCommands(line: string): BatchCommand[] {
    const commands: BatchCommand[] = [];
    let current: BatchCommand = { text: "", after: "always", redirections: [] };
    let quoted = false;
    let index = 0;
    const finish = (next: BatchCommand["after"], operator: string) => {
        if (current.text.trim() === "" && current.redirections.length === 0) {
            throw new BatchSyntaxError(`${operator} was unexpected at this time.`);
        }
        commands.push(current);
        current = { text: "", after: next, redirections: [] };
    };
    while (index < line.length) {
        if (current.text.trim() === "" && isIf(line.slice(index))) {
            commands.push({ ...current, text: line.slice(index), if: true });
            return commands;
        }
        const character = line.charAt(index);
        const two = line.slice(index, index + 2);
        if (character === '"') {
            quoted = !quoted;
        }
        if (quoted || !"^&|<>".includes(character)) {
            current.text += character;
            index++;
        } else if (character === "^") {
            current.text += line.charAt(index + 1);
            index += 2;
        } else if (two === "&&" || two === "||") {
            finish(two === "&&" ? "success" : "failure", two);
            index += 2;
        } else if (character === "&" || character === "|") {
            finish(character === "&" ? "always" : "pipe", character);
            index++;
        } else {
            // A digit directly before the operator is a handle number, not an argument.
            current.text = current.text.replace(/(^|\s)\d$/, "$1");
            const target = /^(?:>>|[<>])(?:&\d|[ \t]*("[^"]*"|[^\s&|<>^]+))/.exec(line.slice(index));
            if (target === null) {
                throw new BatchSyntaxError("The syntax of the command is incorrect.");
            }
            current.redirections.push(target[1] ?? target[0]);
            index += target[0].length;
        }
    }
    if (current.text.trim() !== "" || current.redirections.length > 0) {
        commands.push(current);
    } else if (commands.length > 0 && current.after !== "always") {
        throw new BatchSyntaxError("The syntax of the command is incorrect.");
    }
    return commands;
}
