import { parseArgs } from "node:util";

import { alphabet } from "../../core/inputs/alphabet";
import { mostInstances } from "../../core/inputs/fleet-inputs";
import type { RoleAttachment } from "../../core/inputs/inputs";
import { excludeDiskIds, instanceId, regionRule, roleAttachments } from "../../core/inputs/inputs";
import { matching, oneOf, problemsOf, type Schema } from "../../runtime/schema";
import { UsageError } from "../command/command-error";
import { checkOptions, commonOptions } from "../command/options";

export const synopsis = "Usage: app-snapshot doctor --instance-id ID [--instance-id ID …] [options]";

export const usage = `${synopsis}

Checks whether snapshots of instances can be taken, as \`pulumi up\` does before it touches anything, and prints a list
with a remedy for each problem. It changes nothing. What only a change would tell is listed as not checked.

  --instance-id ID       an instance; repeatable, up to ${mostInstances} times
  --region ID            the region; default: that of the settings
  --stack NAME           read the settings from this stack's configuration too, with \`pulumi\`, in the project's folder;
                         default: from the environment alone
  --ram-role NAME        the resource's ramRoleName; default: AppSnapshotRoleName
  --role-attachment HOW  the resource's roleAttachment: keep (default), temporary or none
  --exclude-disk-id ID   a disk in the resource's excludeDiskIds; repeatable, for one instance only
  --run                  also run a command on the Linux instances that reads, and changes and freezes nothing; it is shown
                         before
  --pre-script-path PATH, --post-script-path PATH
                         with --run: a script on the instances to check
  --json                 print JSON
  --version              print the version of this package
  --help                 print this

Exit codes: 0 no problems, perhaps warnings, 1 the checks could not be made (credentials, network, an interruption),
2 wrong usage, 3 problems were found.
`;

export interface DoctorArguments {
    readonly instanceIds: readonly string[];
    readonly region: string | undefined;
    readonly stack: string | undefined;
    readonly ramRoleName: string | undefined;
    readonly roleAttachment: RoleAttachment | undefined;
    readonly excludeDiskIds: readonly string[];
    /** The run of a command on the instances. Default: none. */
    readonly run: { readonly scriptPaths: readonly string[] } | undefined;
    readonly json: boolean;
}

const options = {
    "instance-id": { type: "string", multiple: true },
    region: { type: "string" },
    stack: { type: "string" },
    "ram-role": { type: "string" },
    "role-attachment": { type: "string" },
    "exclude-disk-id": { type: "string", multiple: true },
    run: { type: "boolean" },
    "pre-script-path": { type: "string" },
    "post-script-path": { type: "string" },
    json: { type: "boolean" },
    ...commonOptions,
} as const;

/**
 * Reads the arguments after the command's name.
 *
 * @throws UsageError if they are wrong.
 */
export function parseArguments(args: readonly string[]): DoctorArguments {
    checkOptions(args, options);
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [superfluous] = positionals;
    if (superfluous !== undefined) {
        throw new UsageError(
            `doctor takes options only, not ${JSON.stringify(superfluous)}; an instance is named with --instance-id`,
        );
    }
    const instanceIds = [...new Set(values["instance-id"] ?? [])];
    if (instanceIds.length === 0) {
        throw new UsageError("--instance-id is required");
    }
    if (instanceIds.length > mostInstances) {
        throw new UsageError(`--instance-id may name at most ${mostInstances} instances`);
    }
    instanceIds.forEach((id) => {
        check("--instance-id", instanceId, id);
    });
    const disks = [...new Set(values["exclude-disk-id"] ?? [])];
    check("--exclude-disk-id", excludeDiskIds, disks);
    if (disks.length > 0 && instanceIds.length > 1) {
        throw new UsageError("--exclude-disk-id only works with one --instance-id");
    }
    const { region, stack, "ram-role": ramRoleName, "role-attachment": roleAttachment } = values;
    if (stack === "") {
        throw new UsageError("--stack must not be empty");
    }
    return {
        instanceIds,
        region: checked("--region", regionRule, region),
        stack,
        ramRoleName: checked("--ram-role", ramRoleRule, ramRoleName),
        roleAttachment: checked("--role-attachment", oneOf(roleAttachments), roleAttachment),
        excludeDiskIds: disks,
        run: runOf(values),
        json: values.json === true,
    };
}

const ramRoleRule = matching(alphabet.ramRoleName.pattern, alphabet.ramRoleName.rule);
const pathRule = matching(alphabet.scriptPath.pattern, alphabet.scriptPath.rule);

const pathOptions = ["pre-script-path", "post-script-path"] as const;

function runOf(
    values: Partial<Record<(typeof pathOptions)[number], string>> & { readonly run?: boolean },
): DoctorArguments["run"] {
    const given = pathOptions.flatMap((name) => {
        const path = checked(`--${name}`, pathRule, values[name]);
        return path === undefined ? [] : [{ name, path }];
    });
    const [first] = given;
    if (values.run !== true && first !== undefined) {
        throw new UsageError(`--${first.name} only works with --run`);
    }
    return values.run === true ? { scriptPaths: [...new Set(given.map(({ path }) => path))] } : undefined;
}

function checked<T extends string>(
    option: string,
    rule: Schema<T>,
    value: string | undefined,
): T | undefined {
    if (value === undefined) {
        return undefined;
    }
    check(option, rule, value);
    return value as T;
}

/** Checks a value by the rule of the input that it stands for. */
function check(option: string, rule: Schema<unknown>, value: unknown): void {
    const [broken] = problemsOf(rule, value, { noun: "an option" });
    if (broken !== undefined) {
        throw new UsageError(`${option} ${broken.reason}`);
    }
}
