import { commandLineToArgv } from "./command-line-to-argv";

/** The world outside a batch file. */
interface BatchHost {
    /** Prints a text as it is. */
    print(text: string): void;
    /** Runs the plugin manager with these arguments and returns its exit code. */
    runManager(args: readonly string[]): Promise<number>;
    /** Tells whether the command was killed; nothing further is started then. */
    stopped(): boolean;
}

// cmd.exe's exit codes for a program that it cannot find, and for a line that it cannot read.
const notFound = 9009;
const unreadable = 255;

/**
 * Runs a batch file: lines with the plugin manager, and `exit /b N`, either of them behind an `if M EQU N`. What else
 * means something to cmd.exe is refused, and ends the file. Returns the exit code.
 */
export async function runBatch(content: string, host: BatchHost): Promise<number> {
    let exitCode = 0;
    for (const line of content.split(/\r?\n/)) {
        // A line is expanded when it is its turn: what came before it has set the exit code.
        const command = chosenCommand(
            expandVariables(line, new Map([["ERRORLEVEL", String(exitCode)]])).trim(),
        );
        if (command === "" || host.stopped()) {
            continue;
        }
        const [operator] = /[&|<>^()]/.exec(command.replace(/"[^"]*("|$)/g, "")) ?? [];
        if (operator !== undefined) {
            host.print(`the emulator does not model '${operator}' outside quotes\r\n`);
            return unreadable;
        }
        const [, end] = /^exit \/b (-?\d+)$/i.exec(command) ?? [];
        if (end !== undefined) {
            return Number(end);
        }
        const [program = "", ...args] = commandLineToArgv(command);
        if (program.toLowerCase() === "acs-plugin-manager") {
            exitCode = await host.runManager(args);
        } else {
            host.print(
                `'${program}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`,
            );
            exitCode = notFound;
        }
    }
    return exitCode;
}

/** Returns the part of a line that is to be run: nothing if its `if` does not hold. */
function chosenCommand(line: string): string {
    const [, left, right, rest = ""] = /^if (-?\d+) EQU (-?\d+) (.*)$/i.exec(line) ?? [];
    if (left === undefined) {
        return line;
    }
    return Number(left) === Number(right) ? rest.trim() : "";
}

/**
 * Expands percent signs, which happens before anything else and inside quotes too: `%NAME%` is the variable or nothing,
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
