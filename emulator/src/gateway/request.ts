import type { IncomingMessage } from "node:http";

import type { SignedRequest } from "../auth/signature";

/** A request as it came in. */
export interface WireRequest extends SignedRequest {
    readonly action: string;
    readonly version: string;
    readonly clientPort: number;
    /** The operation's own parameters, from query and form. */
    readonly params: ReadonlyMap<string, string>;
}

const maxBodyBytes = 1024 * 1024;

/** Reads a whole request. Rejects when the client goes away or sends too much. */
export async function readRequest(message: IncomingMessage): Promise<WireRequest> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of message as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > maxBodyBytes) {
            throw new Error("the request is too large");
        }
    }
    const body = Buffer.concat(chunks);
    const url = new URL(message.url ?? "/", "http://emulator");
    const headers = new Map(
        Object.entries(message.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(",") : (value ?? ""),
        ]),
    );
    const isForm = (headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded");
    const query = [...url.searchParams];
    const form = isForm ? [...new URLSearchParams(body.toString("utf8"))] : [];
    return {
        method: message.method ?? "GET",
        path: url.pathname,
        query,
        headers,
        body,
        action: headers.get("x-acs-action") ?? "",
        version: headers.get("x-acs-version") ?? "",
        clientPort: message.socket.remotePort ?? 0,
        params: new Map([...query, ...form]),
    };
}
