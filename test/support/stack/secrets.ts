/** The mark of a secret on the wire and in a state. */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function isSecret(value: unknown): value is { readonly value?: unknown } {
    return (
        typeof value === "object" &&
        value !== null &&
        (value as Readonly<Record<string, unknown>>)[signature] === secretSignature
    );
}

/** Returns values with their secrets in clear, at any depth. */
export function inClear<Values>(values: Values): Values {
    return JSON.parse(JSON.stringify(values), (_key, value: unknown) =>
        isSecret(value) ? value.value : value,
    ) as Values;
}
