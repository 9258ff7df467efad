/** Tells objects from lists, null and all other values. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns JSON with the keys of all objects in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
    return JSON.stringify(value, (_key, inner: unknown) =>
        isObject(inner)
            ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
            : inner,
    );
}

/** Returns an object without its undefined properties, which Pulumi's engine refuses with an unhelpful message. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
    const defined: Partial<T> = {};
    // Without a list of pairs, because a fleet calls this thousands of times.
    for (const key of Object.keys(value) as (keyof T)[]) {
        if (value[key] !== undefined) {
            defined[key] = value[key];
        }
    }
    return defined as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** Returns an object without some of its properties. */
export function omit<T extends object, Key extends keyof T>(value: T, ...keys: readonly Key[]): Omit<T, Key> {
    const omitted: ReadonlySet<unknown> = new Set(keys);
    return Object.fromEntries(Object.entries(value).filter(([key]) => !omitted.has(key))) as Omit<T, Key>;
}
