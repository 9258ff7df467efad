import { ProgramUsageError } from "./program";

/** The options that are modelled: single letters. */
type OptionTable = Readonly<Record<string, { readonly name: string; readonly takesValue: boolean }>>;

interface ReadOptions {
    /** The last value of each option; "" for one that takes none. */
    readonly values: ReadonlyMap<string, string>;
    /** The options as they were given. */
    readonly words: readonly string[];
    readonly operands: readonly string[];
}

/** Reads a command line as GNU's getopt does: options may follow operands, up to a `--`. */
export function readOptions(program: string, args: readonly string[], table: OptionTable): ReadOptions {
    const values = new Map<string, string>();
    const words: string[] = [];
    const operands: string[] = [];
    const rest = [...args];
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
        if (word === "--") {
            operands.push(...rest);
            break;
        }
        if (!word.startsWith("-") || word === "-") {
            operands.push(word);
            continue;
        }
        words.push(word);
        for (let index = 1; index < word.length; index++) {
            const flag = word.startsWith("--") ? word : `-${word.charAt(index)}`;
            const option = Object.hasOwn(table, flag) ? table[flag] : undefined;
            if (option === undefined) {
                throw new ProgramUsageError(
                    `${program}: the option '${flag}' is not modelled by the emulator\n`,
                );
            }
            if (!option.takesValue) {
                values.set(option.name, "");
                continue;
            }
            const attached = word.slice(index + 1);
            const value = attached === "" ? rest.shift() : attached;
            if (value === undefined) {
                throw new ProgramUsageError(
                    `${program}: option requires an argument -- '${flag.charAt(1)}'\n${tryHelp(program)}`,
                );
            }
            words.push(...(attached === "" ? [value] : []));
            values.set(option.name, value);
            break;
        }
    }
    return { values, words, operands };
}

/** Returns the operands, of which there must be one. */
export function needOperands(program: string, { operands }: ReadOptions): readonly string[] {
    if (operands.length === 0) {
        throw new ProgramUsageError(`${program}: missing operand\n${tryHelp(program)}`);
    }
    return operands;
}

function tryHelp(program: string): string {
    return `Try '${program} --help' for more information.\n`;
}
