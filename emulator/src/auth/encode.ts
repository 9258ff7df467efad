/** Percent-encodes as RFC 3986 has it: only letters, digits and `-_.~` stay. */
function percentEncode(text: string): string {
    return encodeURIComponent(text).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

/** Formats `name=value` pairs, encoded, sorted by name in code-point order and joined by `&`. */
export function canonicalQuery(parameters: Iterable<readonly [string, string]>): string {
    return [...parameters]
        .map(([name, value]) => [name, value] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
        .join("&");
}
