import { UsageError } from "./program";

/** The options that are modelled, by each of their spellings. */
export type OptionTable = Readonly<Record<string, { readonly name: string; readonly takesValue: boolean }>>;

export interface Options {
    /** The last value of each option; "" for one that takes none. */
    readonly values: ReadonlyMap<string, string>;
    /** The options as they were given. */
    readonly words: readonly string[];
    readonly operands: readonly string[];
}

/** Reads a command line as GNU's getopt_long does: options may follow operands, up to a `--`. */
export function readOptions(program: string, args: readonly string[], table: OptionTable): Options {
    const values = new Map<string, string>();
    const words: string[] = [];
    const operands: string[] = [];
    const rest = [...args];
    /** The value that is the next argument. */
    const next = (missing: string) => {
        const value = rest.shift();
        if (value === undefined) {
            throw new UsageError(`${program}: ${missing}\n${tryHelp(program)}`);
        }
        words.push(value);
        return value;
    };
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
        if (word.startsWith("--")) {
            const [flag = "", ...value] = word.split("=");
            const option = known(program, flag, table);
            if (option.takesValue) {
                values.set(
                    option.name,
                    value.length > 0 ? value.join("=") : next(`option '${flag}' requires an argument`),
                );
            } else if (value.length > 0) {
                throw new UsageError(
                    `${program}: option '${flag}' doesn't allow an argument\n${tryHelp(program)}`,
                );
            } else {
                values.set(option.name, "");
            }
            continue;
        }
        for (let index = 1; index < word.length; index++) {
            const letter = word.charAt(index);
            const option = known(program, `-${letter}`, table);
            if (option.takesValue) {
                const attached = word.slice(index + 1);
                values.set(
                    option.name,
                    attached === "" ? next(`option requires an argument -- '${letter}'`) : attached,
                );
                break;
            }
            values.set(option.name, "");
        }
    }
    return { values, words, operands };
}

function known(program: string, flag: string, table: OptionTable): OptionTable[string] {
    const option = Object.hasOwn(table, flag) ? table[flag] : undefined;
    if (option === undefined) {
        throw new UsageError(`${program}: the option '${flag}' is not modelled by the emulator\n`);
    }
    return option;
}

/** The operands, of which there must be one. */
export function needOperands(program: string, { operands }: Options): readonly string[] {
    if (operands.length === 0) {
        throw new UsageError(`${program}: missing operand\n${tryHelp(program)}`);
    }
    return operands;
}

function tryHelp(program: string): string {
    return `Try '${program} --help' for more information.\n`;
}
