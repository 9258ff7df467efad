import type { OsType } from "../fixture/fixture";
import type { Behaviour } from "../settings/behaviour";

/** The plugin's options after reading, with its defaults. */
export interface PluginOptions {
    readonly ramRoleName: string;
    readonly name: string;
    readonly description: string;
    readonly excludeDiskIds: string[];
    readonly instantAccess: boolean;
    readonly instantAccessRetentionDays: number;
    /** Linux only. */
    readonly preScriptPath: string;
    readonly postScriptPath: string;
    readonly enableFsFreeze: boolean;
    readonly freezeTimeoutSeconds: number;
    readonly scriptTimeoutSeconds: number;
    /** Windows only. */
    readonly enableWriters: boolean;
}

/** Options that the plugin cannot read; it prints `problem` and exits 2. */
interface BadOptions {
    readonly problem: string;
}

type Kind = "string" | "boolean" | "positive";

const common: Readonly<Record<string, Kind>> = {
    ExcludeDiskId: "string",
    InstantAccess: "boolean",
    // The vendor's spelling.
    InstantAccessRentationDays: "positive",
    Name: "string",
    Description: "string",
    RamRoleName: "string",
};

const kinds: Readonly<Record<OsType, Readonly<Record<string, Kind>>>> = {
    linux: {
        ...common,
        PreScriptPath: "string",
        PostScriptPath: "string",
        EnableFsFreeze: "boolean",
        TimeoutInSeconds: "positive",
        ScriptTimeoutInSeconds: "positive",
    },
    windows: { ...common, EnableWriters: "boolean" },
};

const truths = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const falsehoods = new Set(["0", "f", "F", "false", "FALSE", "False"]);
const maxRetentionDays = 65536;

/** Reads the plugin's own arguments: one or two dashes, `-Option=value` or `-Option value`. */
export function readPluginOptions(
    args: readonly string[],
    osType: OsType,
    behaviour: Pick<Behaviour, "strayArgument" | "excludeDiskIdSyntax">,
): PluginOptions | BadOptions {
    const values = new Map<string, string[]>();
    for (let index = 0; index < args.length; index++) {
        const argument = args[index] ?? "";
        const form = /^--?([^-=][^=]*)(?:=([\s\S]*))?$/.exec(argument);
        if (form === null) {
            if (behaviour.strayArgument === "error") {
                return { problem: `unexpected argument: ${argument}` };
            }
            break;
        }
        const name = form[1] ?? "";
        const kind = Object.hasOwn(kinds[osType], name) ? kinds[osType][name] : undefined;
        if (kind === undefined) {
            return { problem: `flag provided but not defined: -${name}` };
        }
        let value = form[2];
        if (value === undefined) {
            if (kind === "boolean") {
                value = "true";
            } else {
                index++;
                value = args[index];
            }
        }
        if (value === undefined) {
            return { problem: `flag needs an argument: -${name}` };
        }
        if (!isOfKind(value, kind)) {
            return { problem: `invalid value "${value}" for flag -${name}` };
        }
        values.set(name, [...(values.get(name) ?? []), value]);
    }
    return options(values, behaviour.excludeDiskIdSyntax);
}

function isOfKind(value: string, kind: Kind): boolean {
    switch (kind) {
        case "string":
            return true;
        case "boolean":
            return truths.has(value) || falsehoods.has(value);
        case "positive":
            return /^\d{1,9}$/.test(value) && Number(value) > 0;
    }
}

function options(
    values: ReadonlyMap<string, string[]>,
    syntax: Behaviour["excludeDiskIdSyntax"],
): PluginOptions | BadOptions {
    const last = (name: string, otherwise: string) => values.get(name)?.at(-1) ?? otherwise;
    const excluded = values.get("ExcludeDiskId") ?? [];
    const read: PluginOptions = {
        ramRoleName: last("RamRoleName", ""),
        name: last("Name", ""),
        description: last("Description", ""),
        excludeDiskIds: (syntax === "comma" ? (excluded.at(-1) ?? "").split(",") : excluded).filter(
            (id) => id !== "",
        ),
        instantAccess: truths.has(last("InstantAccess", "false")),
        instantAccessRetentionDays: Number(last("InstantAccessRentationDays", "1")),
        preScriptPath: last("PreScriptPath", ""),
        postScriptPath: last("PostScriptPath", ""),
        enableFsFreeze: truths.has(last("EnableFsFreeze", "true")),
        freezeTimeoutSeconds: Number(last("TimeoutInSeconds", "30")),
        scriptTimeoutSeconds: Number(last("ScriptTimeoutInSeconds", "1800")),
        enableWriters: truths.has(last("EnableWriters", "true")),
    };
    if (read.instantAccessRetentionDays > maxRetentionDays) {
        return { problem: `InstantAccessRentationDays must be 1 to ${maxRetentionDays}` };
    }
    return read;
}
