import { isObject } from "../../runtime/json";

/**
 * Returns values from the wire without nulls, which stand for inputs that are not set, and without the engine's own
 * inputs, whose names begin with two underscores.
 */
export function plain(values: unknown): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(withoutNulls(isObject(values) ? values : {})).filter(([key]) => !key.startsWith("__")),
    );
}

/** Returns an object without nulls, at any depth except in lists. */
export function withoutNulls(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(values)
            .filter(([, value]) => value !== null && value !== undefined)
            .map(([key, value]) => [key, isObject(value) ? withoutNulls(value) : value]),
    );
}
