import { isUnknown } from "../../core/inputs/unknown";
import type { SnapshotOutputs } from "../../core/lifecycle/outputs";
import { scriptOutputIn } from "../../core/run/run-report";

/**
 * Encodes a secret for the wire: the engine encrypts it in the state, never shows it, and sends it back in plain text,
 * as all secrets to a dynamic provider. Source: the SDK's `runtime.specialSigKey` and `specialSecretSig`; part of the
 * engine's protocol.
 */
function secret(value: unknown): Readonly<Record<string, unknown>> {
    return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

const texts: readonly string[] = ["preScript", "postScript"];

/** Returns inputs with scripts as secrets, like the constructor; a transform may add texts after that. */
export function withSecretScripts(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { linux } = inputs;
    if (typeof linux !== "object" || linux === null || Array.isArray(linux)) {
        return { ...inputs };
    }
    const entries = Object.entries(linux).map(([name, value]: [string, unknown]) => [
        name,
        texts.includes(name) && value !== null && !isUnknown(value) ? secret(value) : value,
    ]);
    return { ...inputs, linux: Object.fromEntries(entries) as unknown };
}

const messages = ["pluginMessage", "pluginMessages", "preScriptOutput", "postScriptOutput"] as const;

/** Returns outputs with the plugin's messages and the scripts' output as secrets, if `scriptOutput` is "secret". */
export function withSecretMessages(outputs: SnapshotOutputs): Record<string, unknown> {
    if (scriptOutputIn(outputs) !== "secret") {
        return { ...outputs };
    }
    const secrets = messages
        .filter((name) => outputs[name] !== undefined)
        .map((name) => [name, secret(outputs[name])]);
    return { ...outputs, ...(Object.fromEntries(secrets) as object) };
}
