import { createHash, createHmac, timingSafeEqual } from "node:crypto";

import { canonicalQuery } from "./encode";

/** The parts of a request that a signature covers. */
export interface SignedRequest {
    readonly method: string;
    readonly path: string;
    readonly query: readonly (readonly [string, string])[];
    /** Names in lower case. */
    readonly headers: ReadonlyMap<string, string>;
    readonly body: Buffer;
}

/** Returns the signature: HMAC-SHA256 over method, path, query, the listed headers and the body's hash. */
export function acs3Signature(
    request: SignedRequest,
    signedHeaders: readonly string[],
    secret: string,
): string {
    const headers = signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? "").trim()}\n`);
    const canonical = [
        request.method,
        request.path,
        canonicalQuery(request.query),
        headers.join(""),
        signedHeaders.join(";"),
        sha256(request.body),
    ].join("\n");
    return createHmac("sha256", secret)
        .update(`${acs3Algorithm}\n${sha256(Buffer.from(canonical, "utf8"))}`)
        .digest("hex");
}

export const acs3Algorithm = "ACS3-HMAC-SHA256";

/** Returns the SHA-256 digest in lower-case hexadecimal. */
export function sha256(data: Buffer): string {
    return createHash("sha256").update(data).digest("hex");
}

/** Compares two signatures in constant time. */
export function sameSignature(given: string, expected: string): boolean {
    return timingSafeEqual(
        createHash("sha256").update(given).digest(),
        createHash("sha256").update(expected).digest(),
    );
}
