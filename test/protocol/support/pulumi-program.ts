import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The answers of a stack's `pulumi`. */
export interface Told {
    /** The name of the stack, without its project. */
    readonly name: string;
    /** The output of `pulumi stack export`. */
    readonly state: object;
    readonly config: Readonly<Record<string, string>>;
}

/**
 * Writes a program `pulumi` that answers the three questions of the search for orphans like the real one.
 *
 * @returns its folder, for the path.
 */
export async function writePulumi(folder: string, { name, state, config }: Told): Promise<string> {
    await mkdir(folder, { recursive: true });
    const stateFile = join(folder, "state.json");
    const configFile = join(folder, "config.json");
    const values = Object.entries(config).map(([key, value]) => [key, { value, secret: false }]);
    await writeFile(stateFile, JSON.stringify(state));
    await writeFile(configFile, JSON.stringify(Object.fromEntries(values)));
    const script = `#!/bin/sh
case "$1 $2" in
"stack export") exec cat '${stateFile}' ;;
"config --json") exec cat '${configFile}' ;;
"stack --show-name") echo 'organization/program/${name}'; exit ;;
esac
echo "error: unknown command $*" >&2
exit 255
`;
    await writeFile(join(folder, "pulumi"), script, { mode: 0o755 });
    return folder;
}
