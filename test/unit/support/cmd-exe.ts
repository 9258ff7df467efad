/*
 * A model of the programs that cmd.exe starts for a batch file, and of the arguments that they get,
 * independent of the package and of the emulator. The phases are those of
 * https://stackoverflow.com/questions/4094699 ("How does the Windows Command Interpreter (CMD.EXE) parse scripts?").
 *
 * Every program that may be started counts as started: an internal command such as `echo` is a program like others, and
 * exit codes decide nothing, except in `cmdRun`, which knows as much of `if` and `exit` as it needs. Anything unknown to
 * the model (blocks of several lines, code pages) is an error.
 */

export interface CmdCall {
    readonly program: string;
    readonly argv: readonly string[];
}

export interface CmdEffects {
    readonly calls: readonly CmdCall[];
    /** The files that output is redirected to, or input from. */
    readonly files: readonly string[];
}

/** The variables, by their names in upper case. */
export type Variables = Readonly<Record<string, string>>;

/** The error of a line that cmd.exe refuses, which ends the batch file. */
export class CmdError extends Error {}

/** The longest line, after the expansion of variables. Source: Microsoft's page on the limit of command lines. */
export const longestCmdLine = 8_191;

/** Returns everything that a batch file may do. */
export function cmdEffects(content: string, variables: Variables = {}): CmdEffects {
    const commands = [...logicalLines(content, () => variables)].flatMap(commandsOf);
    return {
        calls: commands.filter(({ text }) => text.length > 0).map(({ text }) => callOf(text)),
        files: commands.flatMap(({ files }) => files),
    };
}

/** Returns the arguments of a batch file's only call, which must be of this program; throws if it does anything else. */
export function cmdArguments(program: string, content: string, variables: Variables = {}): readonly string[] {
    const { calls, files } = cmdEffects(content, variables);
    const [call] = calls;
    if (call?.program !== program || calls.length > 1 || files.length > 0) {
        throw new CmdError("The command does more than it should.");
    }
    return call.argv;
}

export interface CmdRun {
    /** The arguments of the only call of the batch file. */
    readonly argv: readonly string[];
    /** The exit code of the batch file. */
    readonly exitCode: number;
}

/**
 * Runs a batch file whose only call is of this program, and which checks its exit code afterwards with
 * lines like `if 0 EQU 1 exit /b 2` and `exit /b 3`; throws if it does anything else.
 *
 * @param programExit the program's exit code.
 */
export function cmdRun(
    program: string,
    content: string,
    programExit: number,
    variables: Variables = {},
): CmdRun {
    let argv: readonly string[] | undefined;
    let level = 0;
    // A line is expanded when its turn comes: earlier lines have set the exit code.
    for (const line of logicalLines(content, () => ({ ...variables, ERRORLEVEL: String(level) }))) {
        const commands = commandsOf(line).filter(({ text, files }) => text.length > 0 || files.length > 0);
        const [command, ...others] = commands;
        if (command === undefined) {
            continue;
        }
        const end = endOfBatch(command.text);
        if (others.length > 0 || command.files.length > 0 || (end === undefined && argv !== undefined)) {
            throw new CmdError("The command does more than it should.");
        }
        if (end === undefined) {
            const call = callOf(command.text);
            if (call.program !== program) {
                throw new CmdError(`The command calls ${call.program}.`);
            }
            argv = call.argv;
            level = programExit;
        } else if (end.ends) {
            level = end.exitCode;
            break;
        }
    }
    if (argv === undefined) {
        throw new CmdError("The command calls nothing.");
    }
    return { argv, exitCode: level };
}

/**
 * Reads a command that ends its batch file; returns undefined for the call of a program. `EQU` compares as
 * numbers where both sides are some, and the rest of the line belongs to the `if`.
 */
function endOfBatch(
    text: readonly Lexeme[],
): { readonly ends: boolean; readonly exitCode: number } | undefined {
    const line = text.map(({ character, bare }) => (bare ? character : "\0")).join("");
    const match = /^\s*(?:if (-?\d+) EQU (-?\d+) )?exit \/b (-?\d+)\s*$/i.exec(line);
    if (match === null) {
        return undefined;
    }
    const [, left = "0", right = left, exitCode = ""] = match;
    return { ends: Number(left) === Number(right), exitCode: Number(exitCode) };
}

/**
 * Phases 0 and 1: lines, with their variables expanded; a caret at the end of one joins it with the next.
 *
 * @param variables returns the variables, before each line.
 */
function* logicalLines(content: string, variables: () => Variables): Generator<string> {
    // The meaning of characters beyond ASCII depends on the system's code page.
    // eslint-disable-next-line no-control-regex -- these are the ones that are known
    if (!/^[\u0001-\u007f]*$/.test(content)) {
        throw new CmdError("A character that is not modelled.");
    }
    let open = "";
    // Ctrl-Z ends a line like a line feed. Carriage returns are dropped everywhere.
    for (const physical of content.replaceAll("\u001a", "\n").split("\n")) {
        // The caret stays: it escapes the first character of the next line.
        const line = open + expandPercent(physical, variables()).replaceAll("\r", "");
        if (line.length > longestCmdLine) {
            throw new CmdError("The input line is too long.");
        }
        open = line;
        if (!lex(line).endsInCaret) {
            yield line;
            open = "";
        }
    }
    yield open;
}

/** Phase 1, for a batch file without arguments. It also works inside quotes. */
export function expandPercent(line: string, variables: Variables): string {
    let expanded = "";
    let at = 0;
    while (at < line.length) {
        const [consumed, text] =
            line.charAt(at) === "%" ? expansion(line.slice(at), variables) : [1, line.charAt(at)];
        expanded += text;
        at += consumed;
    }
    return expanded;
}

/** Returns the length of the variable at the start of a text, and its replacement. */
function expansion(text: string, variables: Variables): readonly [consumed: number, by: string] {
    if (text.startsWith("%%")) {
        return [2, "%"];
    }
    const argument = /^%(?:[0-9*]|~[fdpnxsatz]*(?:\$[^:%]*:)?[0-9])/i.exec(text);
    if (argument !== null) {
        return [argument[0].length, ""];
    }
    if (text.startsWith("%~")) {
        throw new CmdError("The following usage of the path operator is invalid.");
    }
    // The name goes up to a percent sign or a colon; a colon right before the percent sign belongs to it.
    const [name = ""] = /^[^%:]*(?::(?=%))?/.exec(text.slice(1)) ?? [];
    const value = variables[name.toUpperCase()];
    const after = text.charAt(1 + name.length);
    if (name !== "" && after === "%") {
        return [name.length + 2, value ?? ""];
    }
    if (name !== "" && after === ":") {
        return value === undefined ? [name.length + 2, ""] : modified(text, name, value);
    }
    return [1, ""];
}

/** `%NAME:~start,length%` and `%NAME:search=replacement%`. */
function modified(text: string, name: string, value: string): readonly [consumed: number, by: string] {
    const modifier = text.slice(name.length + 2);
    const part = /^~(-?\d+)(?:,(-?\d+))?%/.exec(modifier);
    if (part !== null) {
        const start = Number(part[1]);
        const rest = value.slice(start);
        const length = part[2] === undefined ? rest.length : Number(part[2]);
        return [name.length + 2 + part[0].length, rest.slice(0, length)];
    }
    const replacement = /^([^%=*~][^%=]*)=([^%]*)%/.exec(modifier);
    if (replacement === null) {
        throw new CmdError("A modifier of a variable that is not modelled.");
    }
    const [whole, search = "", by = ""] = replacement;
    const everywhere = new RegExp(search.replace(/[^\w]/g, "\\$&"), "gi");
    return [name.length + 2 + whole.length, value.replace(everywhere, () => by)];
}

interface Lexeme {
    readonly character: string;
    /** Tells whether a character is neither quoted nor escaped, so that it may be an operator or a delimiter. */
    readonly bare: boolean;
}

/** Phase 2, first part: double quotes disable special characters until the next quote, a caret disables one. */
function lex(line: string): { readonly lexemes: Lexeme[]; readonly endsInCaret: boolean } {
    const lexemes: Lexeme[] = [];
    let quoted = false;
    for (let at = 0; at < line.length; at += 1) {
        const character = line.charAt(at);
        if (character === '"') {
            quoted = !quoted;
        } else if (character === "^" && !quoted) {
            at += 1;
            if (at === line.length) {
                return { lexemes, endsInCaret: true };
            }
            lexemes.push({ character: line.charAt(at), bare: false });
            continue;
        }
        lexemes.push({ character, bare: !quoted });
    }
    return { lexemes, endsInCaret: false };
}

interface Command {
    readonly text: Lexeme[];
    readonly files: string[];
}

/** The characters that separate the name of a program from the rest. */
const delimiters = " \t;,=\u000b\u000c";

function isBare(lexeme: Lexeme | undefined, characters: string): boolean {
    return lexeme?.bare === true && characters.includes(lexeme.character);
}

function isBlank(lexemes: readonly Lexeme[]): boolean {
    return lexemes.every((lexeme) => isBare(lexeme, `${delimiters}@`));
}

/** Phase 2, second part: the commands of a line, without their redirections. */
function commandsOf(line: string): Command[] {
    const { lexemes } = lex(line);
    if (/^[\s;,=@]*:/.test(line)) {
        return []; // a label
    }
    const commands: Command[] = [];
    let current: Command = { text: [], files: [] };
    let depth = 0;
    /** The operand that must stand on each side of an operator: a command, or something in parentheses. */
    let missing = true;
    let optional = true;
    const finish = (): void => {
        const blank = isBlank(current.text);
        missing &&= blank && current.files.length === 0;
        commands.push({ ...current, text: blank ? [] : current.text });
        current = { text: [], files: [] };
    };
    for (let at = 0; at < lexemes.length; at += 1) {
        const lexeme = lexemes[at];
        if (lexeme === undefined) {
            break;
        }
        if (isBare(lexeme, "&|")) {
            finish();
            if (missing) {
                throw new CmdError(`${lexeme.character} was unexpected at this time.`);
            }
            const double = isBare(lexemes[at + 1], lexeme.character);
            at += double ? 1 : 0;
            // Only a single `&` may be the last of a line.
            missing = true;
            optional = lexeme.character === "&" && !double;
        } else if (isBare(lexeme, "(") && isBlank(current.text)) {
            depth += 1;
        } else if (isBare(lexeme, ")") && depth > 0) {
            depth -= 1;
            finish();
            missing = false;
        } else if (isBare(lexeme, "<>")) {
            const { file, end } = redirection(lexemes, at);
            withoutHandle(current.text);
            current.files.push(file);
            at = end - 1;
        } else {
            current.text.push(lexeme);
        }
    }
    if (depth > 0) {
        throw new CmdError("A block of several lines is not modelled.");
    }
    finish();
    if (missing && !optional) {
        throw new CmdError("The syntax of the command is incorrect.");
    }
    return commands;
}

/** Returns the target of a redirection, and where the line continues. */
function redirection(
    lexemes: readonly Lexeme[],
    start: number,
): { readonly file: string; readonly end: number } {
    let at = start + 1;
    at += isBare(lexemes[at], ">") && isBare(lexemes[start], ">") ? 1 : 0;
    if (isBare(lexemes[at], "&")) {
        return { file: `&${lexemes[at + 1]?.character ?? ""}`, end: at + 2 };
    }
    while (isBare(lexemes[at], delimiters)) {
        at += 1;
    }
    let file = "";
    for (; at < lexemes.length && !isBare(lexemes[at], `${delimiters}&|<>`); at += 1) {
        file += lexemes[at]?.character ?? "";
    }
    if (file === "") {
        throw new CmdError("The syntax of the command is incorrect.");
    }
    return { file, end: at };
}

/** A digit right before a redirection is the number of a handle, if it stands alone. */
function withoutHandle(text: Lexeme[]): void {
    const [before, last] = [text.at(-2), text.at(-1)];
    if (isBare(last, "0123456789") && (before === undefined || isBare(before, delimiters))) {
        text.pop();
    }
}

/** Phase 7: the program's name ends at the first delimiter; the rest is passed to it as one text. */
function callOf(text: readonly Lexeme[]): CmdCall {
    const start = text.findIndex((lexeme) => !isBare(lexeme, `${delimiters}@`));
    const end = text.findIndex((lexeme, at) => at > start && isBare(lexeme, delimiters));
    const textOf = (lexemes: readonly Lexeme[]): string => lexemes.map(({ character }) => character).join("");
    return {
        program: textOf(text.slice(start, end === -1 ? undefined : end)).replaceAll('"', ""),
        argv: end === -1 ? [] : windowsArgv(textOf(text.slice(end))),
    };
}

/**
 * Splits a command line as a program does: by Microsoft's rules for C programs ("Parsing C command-line
 * arguments"). Two quotes in a row inside quotes are, as in CommandLineToArgvW and in Go, the language of the plugin
 * manager, a quote and the end of the quoted part.
 */
export function windowsArgv(line: string): string[] {
    const argv: string[] = [];
    let at = 0;
    const blank = (): boolean => " \t".includes(line.charAt(at));
    for (;;) {
        while (at < line.length && blank()) {
            at += 1;
        }
        if (at >= line.length) {
            return argv;
        }
        let argument = "";
        let quoted = false;
        while (at < line.length && (quoted || !blank())) {
            const [backslashes = ""] = /^\\*/.exec(line.slice(at)) ?? [];
            at += backslashes.length;
            if (line.charAt(at) !== '"') {
                argument += backslashes;
                if (backslashes === "") {
                    argument += line.charAt(at);
                    at += 1;
                }
                continue;
            }
            argument += "\\".repeat(Math.floor(backslashes.length / 2));
            at += 1;
            if (backslashes.length % 2 === 1) {
                argument += '"';
                continue;
            }
            if (quoted && line.charAt(at) === '"') {
                argument += '"';
                at += 1;
            }
            quoted = !quoted;
        }
        argv.push(argument);
    }
}
