import { parseArgs } from "node:util";

import { UsageError } from "../command/command-error";
import { checkOptions, commonOptions } from "../command/options";
import type { RemovalOptions } from "./removal";

export const synopsis = "Usage: app-snapshot orphans --stack NAME [options]";

export const usage = `${synopsis}

Finds resources that runs of the snapshot plugin left in the cloud and that no state contains: snapshot groups and
temporary RAM roles of updates that were killed and not run again. It reads the state and the configuration of the
stack with \`pulumi\`, so run it in the project's folder with the credentials of \`pulumi up\`.

  --stack NAME          the stack: NAME, ORG/NAME or ORG/PROJECT/NAME
  --project NAME        its project, if neither the state nor a Pulumi.yaml names it
  --region ID           a region to search in addition to those of the state and the configuration; repeatable
  --json                print JSON
  --delete              show the orphans, ask, and delete them
  --yes                 don't ask; required with --delete if there is no terminal
  --include-committed   with --delete: also snapshots shown as retained, which a resource released through
                        retainOnDelete, keepLast or \`pulumi state delete\`; they are usually kept on purpose
  --include-handed      with --delete: also snapshots shown as handed, which an interrupted update handed to Pulumi; a
                        state may hold or have retained them without having confirmed it
  --include-recent      with --delete: also snapshots and roles that a running update may be using, because the command
                        ended less than 15 minutes ago, an upload is in progress, or the role's lease has not expired
  --version             print the version of this package
  --help                print this

A running command is never stopped, because that could leave a file system frozen: run this command again later. It
can't take the stack's lock, so make sure that no update of the stack is running when you delete. Cloud Assistant
remembers a run for about 30 days; older runs are not found. If the stack was removed, first create an empty one of the
same name (\`pulumi stack init\`), and name its regions.

Exit codes: 0 no orphans are left (retained snapshots do not count), 1 an error, or a deletion failed, 2 wrong usage,
3 there are orphans, or some were skipped.
`;

export interface OrphansArguments {
    /** The stack's name in the form that `pulumi` accepts. */
    readonly stack: string;
    readonly project: string | undefined;
    readonly regions: readonly string[];
    readonly json: boolean;
    /** The removal of orphans. Default: they are only listed. */
    readonly removal: (RemovalOptions & { readonly yes: boolean }) | undefined;
}

/**
 * Reads the arguments after the command's name.
 *
 * @throws UsageError if they are wrong.
 */
export function parseArguments(args: readonly string[]): OrphansArguments {
    const { values, positionals } = parse(args);
    const [superfluous] = positionals;
    if (superfluous !== undefined) {
        throw new UsageError(`orphans takes options only, not ${JSON.stringify(superfluous)}`);
    }
    const { stack = "", project, region = [] } = values;
    if (stack === "" || project === "" || region.includes("")) {
        throw new UsageError("--stack is required, and no name may be empty");
    }
    return { stack, project, regions: region, json: values.json === true, removal: removalOf(values) };
}

const options = {
    stack: { type: "string" },
    project: { type: "string" },
    region: { type: "string", multiple: true },
    json: { type: "boolean" },
    delete: { type: "boolean" },
    yes: { type: "boolean" },
    "include-committed": { type: "boolean" },
    "include-recent": { type: "boolean" },
    "include-handed": { type: "boolean" },
    ...commonOptions,
} as const;

function parse(args: readonly string[]) {
    checkOptions(args, options);
    return parseArgs({ args: [...args], allowPositionals: true, options });
}

function removalOf(values: ReturnType<typeof parse>["values"]): OrphansArguments["removal"] {
    const onlyWithDelete = ["yes", "include-committed", "include-handed", "include-recent"] as const;
    if (values.delete !== true) {
        const idle = onlyWithDelete.find((name) => values[name] === true);
        if (idle !== undefined) {
            throw new UsageError(`--${idle} only works with --delete`);
        }
        return undefined;
    }
    return {
        yes: values.yes === true,
        includeCommitted: values["include-committed"] === true,
        includeRecent: values["include-recent"] === true,
        includeHanded: values["include-handed"] === true,
    };
}
