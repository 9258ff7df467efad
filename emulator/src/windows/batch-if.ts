import { type BatchCommand, BatchSyntaxError, splitCommands } from "./batch";

/** An `if` of a batch file. */
export interface BatchIf {
    /** Whether it holds, given the exit code of the command before. */
    readonly holds: (errorLevel: number) => boolean;
    readonly commands: readonly BatchCommand[];
}

type Condition = BatchIf["holds"];

/**
 * Reads an `if` with what it does, all in one line: `[not] errorlevel N`, `[not] "a"=="b"`, and `[not] a EQU b` with
 * the other five comparisons. Undefined for any other form, none of which is modelled. Throws a
 * {@link BatchSyntaxError} where there is nothing to do.
 */
export function readIf(text: string): BatchIf | undefined {
    const [, not, rest = ""] = /^[\s@]*if\s+(not\s+)?([\s\S]*)$/i.exec(text) ?? [];
    const read = errorLevel(rest) ?? equality(rest) ?? comparison(rest);
    if (read === undefined || read.body.trimStart().startsWith("(")) {
        return undefined;
    }
    // All of a line is read before any of it runs.
    const commands = splitCommands(read.body.trim());
    if (commands.length === 0) {
        throw new BatchSyntaxError("The syntax of the command is incorrect.");
    }
    return { holds: (level) => read.condition(level) === (not === undefined), commands };
}

interface Read {
    readonly condition: Condition;
    readonly body: string;
}

function errorLevel(text: string): Read | undefined {
    const form = /^errorlevel\s+(-?\d+)(?=\s|$)([\s\S]*)$/i.exec(text);
    return form === null
        ? undefined
        : { condition: (level) => level >= Number(form[1]), body: form[2] ?? "" };
}

function equality(text: string): Read | undefined {
    const form = /^("[^"]*")\s*==\s*("[^"]*")([\s\S]*)$/.exec(text);
    return form === null ? undefined : { condition: () => form[1] === form[2], body: form[3] ?? "" };
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
    EQU: (order) => order === 0,
    NEQ: (order) => order !== 0,
    LSS: (order) => order < 0,
    LEQ: (order) => order <= 0,
    GTR: (order) => order > 0,
    GEQ: (order) => order >= 0,
};

function comparison(text: string): Read | undefined {
    const word = `"[^"]*"|[^\\s"=,;]+`;
    const form = new RegExp(
        `^(${word})\\s+(${Object.keys(comparisons).join("|")})\\s+(${word})(?=\\s|$)([\\s\\S]*)$`,
        "i",
    ).exec(text);
    if (form === null) {
        return undefined;
    }
    const [, left = "", operator = "", right = "", body = ""] = form;
    const order = compare(left, right);
    return { condition: () => comparisons[operator.toUpperCase()]?.(order) ?? false, body };
}

/** As numbers if both are numbers, else as texts. */
function compare(left: string, right: string): number {
    const [a, b] = [readNumber(left), readNumber(right)];
    if (a !== undefined && b !== undefined) {
        return a - b;
    }
    return left === right ? 0 : left < right ? -1 : 1;
}

const greatest = 0x7fff_ffff;

/** A number as C's strtol reads it: hexadecimal after `0x`, octal after `0`, and no greater than 32 bits hold. */
function readNumber(text: string): number | undefined {
    const form = /^([+-]?)(?:0x([\da-f]+)|(0[0-7]*)|([1-9]\d*))$/i.exec(text);
    if (form === null) {
        return undefined;
    }
    const [, sign, hexadecimal, octal, decimal = ""] = form;
    const value =
        hexadecimal !== undefined
            ? Number.parseInt(hexadecimal, 16)
            : octal !== undefined
              ? Number.parseInt(octal, 8)
              : Number(decimal);
    return sign === "-" ? -Math.min(value, greatest + 1) : Math.min(value, greatest);
}
