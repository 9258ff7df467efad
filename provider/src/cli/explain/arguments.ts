import { parseArgs } from "node:util";

import { UsageError } from "../command/command-error";
import { checkOptions, commonOptions } from "../command/options";

export const synopsis = "Usage: app-snapshot explain [CODE …] [options]";

export const usage = `${synopsis}

Explains errors: what happened, what to do, what may be frozen or paused on the instance, what exists in the cloud, and
whether to run \`pulumi up\` again. It needs no network. Without a code it lists all of them.

  CODE       the code of an error, such as PluginThawFailed, or an exit code of the plugin, such as 12
  -          read an error, or a whole log, from standard input, and explain the codes in it
  --json     print JSON
  --version  print the version of this package
  --help     print this

Exit codes: 0 done, 1 no code was found in the text, 2 wrong usage or an unknown code.
`;

export interface ExplainArguments {
    /** The codes to explain. Default: the list of all. */
    readonly codes: readonly string[];
    /** True if the text of an error is read. */
    readonly readsText: boolean;
    readonly json: boolean;
}

const options = { json: { type: "boolean" }, ...commonOptions } as const;

/**
 * Reads the arguments after the command's name.
 *
 * @throws UsageError if they are wrong.
 */
export function parseArguments(args: readonly string[]): ExplainArguments {
    checkOptions(args, options);
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const codes = positionals.filter((positional) => positional !== "-");
    const readsText = codes.length < positionals.length;
    if (readsText && codes.length > 0) {
        throw new UsageError("- can't be combined with codes");
    }
    return { codes, readsText, json: values.json === true };
}
