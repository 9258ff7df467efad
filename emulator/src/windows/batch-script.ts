import { type BatchCommand, batchLines, BatchSyntaxError, expandVariables, splitCommands } from "./batch";
import { type BatchIf, readIf } from "./batch-if";
import { commandLineToArgv } from "./command-line-to-argv";

/** What a batch file does outside itself. */
export interface BatchHost {
    /** Prints a text as it is. */
    print(text: string): void;
    /** Runs the plugin manager with these arguments and returns its exit code; `silent` drops its output. */
    runManager(args: readonly string[], silent: boolean): Promise<number>;
    /** True once the command was killed; nothing further is started. */
    stopped(): boolean;
}

// cmd.exe's exit code for a program that it cannot find.
const notFound = 9009;

interface BatchState {
    errorLevel: number;
    exited: boolean;
    variables: Map<string, string>;
}

/**
 * Runs a batch file: `rem`, `echo`, `set`, `cd`, `exit`, the plugin manager and an `if` in one line, joined by `&`,
 * `&&`, `||` and `|`. Blocks, labels, other forms of `if`, `for` and `call` are not modelled; they end like an unknown
 * program.
 * Returns the exit code, which is that of the last command.
 */
export async function runBatchScript(
    content: string,
    environment: ReadonlyMap<string, string>,
    host: BatchHost,
): Promise<number> {
    const state: BatchState = { errorLevel: 0, exited: false, variables: new Map(environment) };
    for (const line of batchLines(content)) {
        const expanded = expandVariables(line, variablesNow(state)).trim();
        if (expanded === "" || expanded.startsWith("::") || expanded.startsWith(":")) {
            continue;
        }
        let commands: Command[];
        try {
            commands = readCommands(splitCommands(expanded));
        } catch (thrown) {
            if (thrown instanceof BatchSyntaxError) {
                host.print(`${thrown.message}\r\n`);
                return 255;
            }
            throw thrown;
        }
        await runLine(commands, state, host);
        if (state.exited || host.stopped()) {
            break;
        }
    }
    return state.errorLevel;
}

/** A command, and what it decides on if it is an `if`. */
interface Command extends BatchCommand {
    readonly branch?: { readonly holds: BatchIf["holds"]; readonly commands: readonly Command[] };
}

/** Reads an `if` to its end before anything of the line runs, as its mistakes are mistakes of the line. */
function readCommands(commands: readonly BatchCommand[]): Command[] {
    return commands.map((command) => {
        const read = command.if === true ? readIf(command.text) : undefined;
        return read === undefined
            ? command
            : { ...command, branch: { holds: read.holds, commands: readCommands(read.commands) } };
    });
}

function variablesNow(state: BatchState): Map<string, string> {
    // A variable of that name, once set, hides the exit code.
    return new Map([["ERRORLEVEL", String(state.errorLevel)], ...state.variables]);
}

async function runLine(commands: readonly Command[], state: BatchState, host: BatchHost): Promise<void> {
    for (const [index, command] of commands.entries()) {
        const wanted =
            command.after === "success"
                ? state.errorLevel === 0
                : command.after === "failure"
                  ? state.errorLevel !== 0
                  : true;
        if (!wanted || state.exited || host.stopped()) {
            continue;
        }
        if (command.branch !== undefined) {
            if (command.branch.holds(state.errorLevel)) {
                await runLine(command.branch.commands, state, host);
            }
        } else {
            // What a pipe or a file swallows is not part of the command's output.
            const silent = command.redirections.length > 0 || commands[index + 1]?.after === "pipe";
            await runOne(command.text.trim().replace(/^@+/, "").trim(), state, host, silent);
        }
    }
}

async function runOne(text: string, state: BatchState, host: BatchHost, silent: boolean): Promise<void> {
    const print = (line: string) => {
        if (!silent) {
            host.print(line);
        }
    };
    const word = /^("[^"]*"|[^\s"]+)/.exec(text)?.[0] ?? text;
    const rest = text.slice(word.length);
    switch (word.toLowerCase()) {
        case "rem":
        case "cd":
        case "setlocal":
        case "endlocal":
        case "chcp":
            return;
        case "echo":
            if (!/^\s+(off|on)\s*$/i.test(rest)) {
                print(`${rest.slice(1)}\r\n`);
            }
            return;
        case "echo.":
            print(`${rest}\r\n`);
            return;
        case "set":
            assign(rest, state);
            return;
        case "exit": {
            const code = /^\s*(?:\/b)?\s*(-?\d+)?\s*$/i.exec(rest);
            state.errorLevel = code?.[1] === undefined ? state.errorLevel : Number(code[1]);
            state.exited = true;
            return;
        }
        default:
            await runProgram(text, state, host, silent);
            return;
    }
}

function assign(rest: string, state: BatchState): void {
    const form = /^\s+"?([^="]+)=([^"]*)"?\s*$/.exec(rest);
    if (form === null) {
        state.errorLevel = 1;
    } else {
        state.variables.set((form[1] ?? "").toUpperCase(), form[2] ?? "");
    }
}

async function runProgram(text: string, state: BatchState, host: BatchHost, silent: boolean): Promise<void> {
    const [program = "", ...args] = commandLineToArgv(text);
    const name = (program.split("\\").at(-1) ?? "").toLowerCase();
    if (name === "acs-plugin-manager" || name === "acs-plugin-manager.exe") {
        state.errorLevel = await host.runManager(args, silent);
        return;
    }
    // Written to the error output, which a redirection of the normal output does not catch.
    host.print(
        `'${program}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`,
    );
    state.errorLevel = notFound;
}
