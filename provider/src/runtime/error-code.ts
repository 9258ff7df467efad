/** Returns the code of an error of Node.js, such as ECONNREFUSED; undefined if it has none. */
export function errorCodeOf(thrown: unknown): string | undefined {
    const code: unknown = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    return typeof code === "string" && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : undefined;
}
