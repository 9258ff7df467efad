import { splitWords } from "./shlex";

/** A command line of the plugin manager. */
export interface ManagerRequest {
    /** False without `--exec`: then the manager runs nothing, and succeeds. */
    readonly exec: boolean;
    readonly plugin: string;
    /** The arguments for the plugin itself. */
    readonly arguments: readonly string[];
    /** `--timeout`, in seconds; 0 is no limit. Absent: the plugin's own configuration decides. */
    readonly timeoutSeconds?: number;
}

/** A command line that the manager refuses before doing anything. */
interface ManagerRefusal {
    readonly exitCode: number;
    readonly message: string;
}

interface FlagSpec {
    readonly takesValue: boolean;
    /** First version, compared from the third number on, as Linux and Windows differ in the second. */
    readonly since?: readonly [number, number];
}

const flags: Readonly<Record<string, FlagSpec>> = {
    exec: { takesValue: false },
    plugin: { takesValue: true },
    params: { takesValue: true },
    paramsV2: { takesValue: true, since: [3, 349] },
    timeout: { takesValue: true, since: [3, 499] },
};

/** Flags of the manager, too, which the emulator refuses rather than ignore. */
const unmodelled: readonly string[] = [
    "help",
    "version",
    "list",
    "local",
    "verify",
    "status",
    "remove",
    "verbose",
    "pluginId",
    "pluginVersion",
    "url",
    "separator",
    "file",
    "fetchTimeout",
];

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
        // One dash takes one letter: "-plugin" is refused, not read as "--plugin".
        const name = head.slice(2);
        if (!head.startsWith("--") || name === "") {
            return refusal(`parse failed not support flag form ${head}`);
        }
        if (unmodelled.includes(name)) {
            return refusal(`the flag ${head} is not modelled by the emulator`);
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
    const timeout = known("timeout");
    if (timeout !== undefined && !/^[+-]?\d+$/.test(timeout)) {
        return refusal(`Invalid timeout argument "${timeout}"`);
    }
    return {
        exec: values.has("exec"),
        plugin: known("plugin") ?? "",
        arguments: pluginArguments(known("params") ?? "", known("paramsV2") ?? ""),
        ...(timeout === undefined ? {} : { timeoutSeconds: Number(timeout) }),
    };
}

/**
 * Returns the plugin's arguments: `--paramsV2` as it is; else `--params` with every comma turned into a blank first,
 * inside quotes as well.
 */
export function pluginArguments(params: string, paramsV2: string): readonly string[] {
    return splitWords(paramsV2 === "" ? params.replaceAll(",", " ") : paramsV2);
}

function refusal(message: string): ManagerRefusal {
    return { exitCode: 1, message: `ERROR: ${message}` };
}
