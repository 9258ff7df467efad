import { splitWords } from "./shlex";

/** What a command line asks of the plugin manager. */
export interface ManagerRequest {
    readonly action: "exec" | "version" | "list" | "help";
    readonly plugin: string;
    /** The arguments for the plugin itself. */
    readonly arguments: string[];
    /** `--timeout`, in seconds; 0 is no limit. Absent: the plugin's own configuration decides. */
    readonly timeoutSeconds?: number;
}

/** A command line that the manager refuses before doing anything. */
export interface ManagerRefusal {
    readonly exitCode: number;
    readonly message: string;
}

interface FlagSpec {
    readonly takesValue: boolean;
    /** First version, compared from the third number on, as Linux and Windows differ in the second. */
    readonly since?: readonly [number, number];
}

const flags: Readonly<Record<string, FlagSpec>> = {
    help: { takesValue: false },
    version: { takesValue: false },
    list: { takesValue: false },
    local: { takesValue: false },
    verify: { takesValue: false },
    status: { takesValue: false },
    exec: { takesValue: false },
    remove: { takesValue: false },
    verbose: { takesValue: false },
    plugin: { takesValue: true },
    pluginId: { takesValue: true },
    pluginVersion: { takesValue: true },
    params: { takesValue: true },
    paramsV2: { takesValue: true, since: [3, 349] },
    url: { takesValue: true },
    separator: { takesValue: true },
    file: { takesValue: true },
    fetchTimeout: { takesValue: true, since: [3, 499] },
    timeout: { takesValue: true, since: [3, 499] },
};

const shorthands: Readonly<Record<string, string>> = {
    h: "help",
    v: "version",
    l: "list",
    L: "local",
    f: "verify",
    S: "status",
    e: "exec",
    r: "remove",
    V: "verbose",
    P: "plugin",
    n: "pluginVersion",
    p: "params",
    u: "url",
    s: "separator",
    F: "file",
};

/**
 * Reads the manager's command line. A flag's value follows `=` or `:` or is the next argument, whatever it looks
 * like. Flags that this version does not know are accepted and ignored together with their value, so an old manager
 * silently runs without the timeout it was given.
 */
export function readManagerLine(args: readonly string[], version: string): ManagerRequest | ManagerRefusal {
    const values = new Map<string, string>();
    for (let index = 0; index < args.length; index++) {
        const argument = args[index] ?? "";
        if (!argument.startsWith("-")) {
            continue;
        }
        const cut = argument.search(/[=:]/);
        const head = cut < 0 ? argument : argument.slice(0, cut);
        const inline = cut < 0 ? "" : argument.slice(cut + 1);
        const name = flagName(head);
        if (name === undefined) {
            return refusal(`parse failed not support flag form ${head}`);
        }
        if (values.has(name)) {
            return refusal(`parse failed ${head} duplicated`);
        }
        const spec = knownFlag(name, version);
        if (spec?.takesValue === false) {
            if (inline !== "") {
                return refusal(`parse failed flag --${name} can't be assiged`);
            }
            values.set(name, "");
        } else if (inline !== "") {
            values.set(name, inline);
        } else {
            const next = args[index + 1];
            const takesNext = next !== undefined && (spec !== undefined || !next.startsWith("-"));
            values.set(name, takesNext ? next : "");
            index += takesNext ? 1 : 0;
            if (spec !== undefined && !takesNext) {
                return refusal(`--${name} must be assigned with value`);
            }
        }
    }
    return request(values, version);
}

function flagName(head: string): string | undefined {
    if (head.startsWith("--")) {
        return head.length > 2 ? head.slice(2) : undefined;
    }
    // One dash takes one letter: "-plugin" is refused, not read as "--plugin".
    return head.length === 2 ? (shorthands[head.charAt(1)] ?? head.charAt(1)) : undefined;
}

function knownFlag(name: string, version: string): FlagSpec | undefined {
    const spec = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (spec?.since === undefined) {
        return spec;
    }
    const [, , third = 0, fourth = 0] = version.split(".").map(Number);
    const [wantedThird, wantedFourth] = spec.since;
    const knows = third > wantedThird || (third === wantedThird && fourth >= wantedFourth);
    return knows ? spec : undefined;
}

function request(values: ReadonlyMap<string, string>, version: string): ManagerRequest | ManagerRefusal {
    const known = (name: string) => (knownFlag(name, version) === undefined ? undefined : values.get(name));
    for (const name of ["fetchTimeout", "timeout"]) {
        const value = known(name);
        if (value !== undefined && !/^[+-]?\d+$/.test(value)) {
            return refusal(`Invalid ${name} argument "${value}"`);
        }
    }
    const timeout = known("timeout");
    return {
        action: chosenAction(values),
        plugin: known("plugin") ?? "",
        arguments: pluginArguments(known("params") ?? "", known("separator") ?? "", known("paramsV2") ?? ""),
        ...(timeout === undefined ? {} : { timeoutSeconds: Number(timeout) }),
    };
}

function chosenAction(values: ReadonlyMap<string, string>): ManagerRequest["action"] {
    if (values.has("help")) {
        return "help";
    }
    if (values.has("version")) {
        return "version";
    }
    if (values.has("list")) {
        return "list";
    }
    return values.has("exec") ? "exec" : "help";
}

/**
 * The plugin's arguments: `--paramsV2` as it is; else `--params` with every separator turned into a blank first,
 * inside quotes as well.
 */
export function pluginArguments(params: string, separator: string, paramsV2: string): string[] {
    const line = paramsV2 === "" ? params.replaceAll(separator === "" ? "," : separator, " ") : paramsV2;
    return splitWords(line).words;
}

function refusal(message: string): ManagerRefusal {
    return { exitCode: 1, message: `ERROR: ${message}` };
}
