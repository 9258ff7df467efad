import { parseArgs } from "node:util";

import { UsageError } from "./command-error";
import { nearest } from "./nearest";

/** The options that every command has. The command line acts on them before the command's own options are read. */
export const commonOptions = { version: { type: "boolean" }, help: { type: "boolean" } } as const;

type Options = Readonly<Record<string, { readonly type: "string" | "boolean"; readonly multiple?: boolean }>>;

/**
 * Refuses unknown options, missing values and superfluous values. Node.js would refuse them too, but with advice that
 * does not fit.
 *
 * @throws UsageError that names the option.
 */
export function checkOptions(args: readonly string[], options: Options): void {
    const { tokens } = parseArgs({
        args: [...args],
        options,
        strict: false,
        allowPositionals: true,
        tokens: true,
    });
    for (const token of tokens) {
        if (token.kind !== "option") {
            continue;
        }
        const { name, rawName, value, inlineValue } = token;
        const option = Object.hasOwn(options, name) ? options[name] : undefined;
        if (option === undefined || !rawName.startsWith("--")) {
            const meant = nearest(name, Object.keys(options));
            throw new UsageError(
                `there is no option ${rawName}${meant === undefined ? "" : `; did you mean --${meant}?`}`,
            );
        }
        if (option.type === "boolean" && value !== undefined) {
            throw new UsageError(`${rawName} takes no value`);
        }
        // An argument that looks like an option is not a value; in `--stack=-x`, `-x` is one.
        if (option.type === "string" && (value === undefined || (!inlineValue && value.startsWith("-")))) {
            throw new UsageError(`${rawName} needs a value`);
        }
    }
}
