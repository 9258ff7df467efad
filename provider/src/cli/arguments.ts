import { parseArgs } from "node:util";
import { UsageError } from "./command-error";
import { checkOptions } from "./options";
import type { RemovalOptions } from "./removal";

export const synopsis = "Usage: app-snapshot orphans --stack NAME [options]";

export const usage = `${synopsis}

Finds what runs of the snapshot plugin left in the cloud and no state knows: snapshot groups and temporary RAM roles
of updates that were killed and never run again. Reads the state and the configuration of the stack with \`pulumi\`,
so run it in the project's folder, with the credentials that \`pulumi up\` has.

  --stack NAME          the stack: NAME, ORG/NAME or ORG/PROJECT/NAME
  --project NAME        its project, where neither the state nor a Pulumi.yaml tells it
  --region ID           a region to search besides those of the state and the configuration; may be repeated
  --json                print JSON
  --delete              show the orphans, ask, and delete them
  --yes                 don't ask; required with --delete where there is no terminal
  --include-committed   with --delete: also what was a resource's once and was given up, by retainOnDelete, keepLast
                        or \`pulumi state delete\`; it is shown as retained, and kept on purpose as a rule
  --include-handed      with --delete: also what was handed to Pulumi by an update that was interrupted, so that a state
                        may hold it, or may have retained it, without having confirmed it; it is shown as handed
  --include-recent      with --delete: also what an update that runs now may be at work on, because its command ended
                        less than 15 minutes ago, it waits for an upload, or its role's time is not over
  --version             print the version of this package
  --help                print this

A snapshot whose command is still running is never stopped, as that could leave a file system frozen: look again
later. The stack's lock can't be taken from outside, so make sure that no update of the stack is running when you
delete. Cloud Assistant remembers a run for about 30 days; what is older is not found. Of a removed stack nothing can
be read: create an empty one of its name first (\`pulumi stack init\`), and name its regions.

Exit code: 0 nothing is left (what is retained does not count), 1 an error, or something could not be deleted,
2 wrong usage, 3 there are orphans, or some were skipped.
`;

export interface OrphansArguments {
    /** As `pulumi` takes it. */
    readonly stack: string;
    readonly project: string | undefined;
    readonly regions: readonly string[];
    readonly json: boolean;
    /** Undefined: they are only listed. */
    readonly removal: (RemovalOptions & { readonly yes: boolean }) | undefined;
}

/** Whether a command line asks for the version, whatever else is there. */
export function asksForVersion(args: readonly string[]): boolean {
    return args.includes("--version");
}

/**
 * Reads the command line.
 *
 * @returns undefined when it asks for help.
 * @throws UsageError
 */
export function parseArguments(args: readonly string[]): OrphansArguments | undefined {
    const { values, positionals } = parse(args);
    if (values.help === true) {
        return undefined;
    }
    if (positionals.length !== 1 || positionals[0] !== "orphans") {
        throw new UsageError('the only command is "orphans"');
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
    version: { type: "boolean" },
    help: { type: "boolean" },
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
            throw new UsageError(`--${idle} means something with --delete only`);
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
