import type { FleetOutputs } from "../../core/fleet/fleet-outputs";
import { FleetState } from "../../core/fleet/fleet-state";
import { isUnknown } from "../../core/inputs/unknown";
import type { SnapshotOutputs } from "../../core/lifecycle/outputs";
import { scriptOutputIn } from "../../core/run/run-report";
import { isObject } from "../../runtime/json";

/**
 * Encodes a secret for the wire: the engine encrypts it in the state, never shows it, and sends it back in plain text,
 * as all secrets to a dynamic provider. Source: the SDK's `runtime.specialSigKey` and `specialSecretSig`; part of the
 * engine's protocol.
 */
function secret(value: unknown): Readonly<Record<string, unknown>> {
    return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns inputs with scripts as secrets, like the constructor; a transform may add texts after that. The inputs of a
 * fleet may also have some for single instances.
 */
export function withSecretScripts(inputs: Values): Record<string, unknown> {
    const { instances } = inputs;
    return {
        ...inputs,
        ...secretLinux(inputs),
        ...(Array.isArray(instances) ? { instances: instances.map(secretInstance) } : {}),
    };
}

function secretLinux({ linux }: Values): Values {
    return isObject(linux) ? { linux: withSecrets(linux, ["preScript", "postScript"]) } : {};
}

/** Marks the digest too, as the constructor does: a short text could be guessed from it. */
function secretInstance(entry: unknown): unknown {
    return isObject(entry) ? { ...withSecrets(entry, ["openScripts"]), ...secretLinux(entry) } : entry;
}

function withSecrets(values: Values, names: readonly string[]): Values {
    return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
            name,
            names.includes(name) && value !== null && value !== undefined && !isUnknown(value)
                ? secret(value)
                : value,
        ]),
    );
}

const messages = ["pluginMessage", "pluginMessages", "preScriptOutput", "postScriptOutput"] as const;

/** Returns outputs with the plugin's messages and the scripts' output as secrets, if `scriptOutput` is "secret". */
export function withSecretMessages(outputs: SnapshotOutputs): Record<string, unknown> {
    return scriptOutputIn(outputs) === "secret" ? withSecrets({ ...outputs }, messages) : { ...outputs };
}

/**
 * Returns a fleet's outputs with all reports as a secret if one of them is: the engine shows them as a whole. Of an
 * unfinished snapshot only the messages are, because the search for orphans reads the state without secrets.
 */
export function withSecretReports(outputs: FleetOutputs): Record<string, unknown> {
    const isSecret = Object.values(outputs.reports).some(({ scriptOutput }) => scriptOutput === "secret");
    const { unfinished } = outputs;
    return {
        ...outputs,
        ...(isSecret ? { reports: secret(outputs.reports) } : {}),
        ...(unfinished === undefined ? {} : { unfinished: secretUnfinished(outputs, unfinished) }),
    };
}

function secretUnfinished(
    outputs: FleetOutputs,
    unfinished: NonNullable<FleetOutputs["unfinished"]>,
): Values {
    const state = new FleetState(outputs);
    return Object.fromEntries(
        Object.entries(unfinished).map(([instanceId, one]) => {
            const isSecret = scriptOutputIn(state.unfinished(instanceId) ?? {}) === "secret";
            return [instanceId, isSecret ? withSecrets({ ...one }, messages) : one];
        }),
    );
}
