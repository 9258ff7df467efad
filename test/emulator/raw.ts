import { createHash, createHmac, randomUUID } from "node:crypto";

import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import type { Mutable } from "../support/mutable";

// A second, separate implementation of the signature: the emulator must not be checked with its own.

export interface RawCall {
    readonly action: string;
    readonly params?: Record<string, string>;
    /** The part of the request that carries the parameters. Default query. */
    readonly carrier?: "query" | "form";
    readonly method?: "GET" | "POST";
    readonly accessKeyId?: string;
    readonly secret?: string;
    readonly token?: string;
    /** Default now. */
    readonly date?: Date;
    readonly nonce?: string;
    readonly version?: string;
    /** Changes the signed request, a record of its own, before it is sent. */
    readonly tamper?: (sent: Mutable<SignedRequest>) => void;
}

interface SignedRequest {
    readonly url: URL;
    readonly headers: Record<string, string>;
    readonly body: string;
}

export interface RawAnswer {
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
    readonly body: Record<string, unknown>;
}

function enc(text: string): string {
    return encodeURIComponent(text).replace(
        /[!'()*]/g,
        (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase(),
    );
}

function query(params: Record<string, string>): string {
    return Object.keys(params)
        .sort()
        .map((key) => `${enc(key)}=${enc(params[key] ?? "")}`)
        .join("&");
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
function instant(date: Date): string {
    return date.toISOString().replace(/\.\d+Z/, "Z");
}

/** Sends a request signed by ACS3-HMAC-SHA256. */
export function rawCall(emulator: Emulator, call: RawCall): Promise<RawAnswer> {
    const method = call.method ?? "POST";
    const encoded = query(call.params ?? {});
    const form = call.carrier === "form";
    const headers: Record<string, string> = {
        host: `127.0.0.1:${emulator.port}`,
        "x-acs-action": call.action,
        "x-acs-content-sha256": sha256(form ? encoded : ""),
        "x-acs-date": instant(call.date ?? new Date()),
        "x-acs-signature-nonce": call.nonce ?? randomUUID(),
        "x-acs-version": call.version ?? "2014-05-26",
        ...(call.token === undefined ? {} : { "x-acs-security-token": call.token }),
    };
    const names = Object.keys(headers).sort();
    const canonical = [
        method,
        "/",
        form ? "" : encoded,
        ...names.map((name) => `${name}:${headers[name] ?? ""}`),
        "",
        names.join(";"),
        headers["x-acs-content-sha256"],
    ].join("\n");
    const signature = createHmac("sha256", call.secret ?? "emulator")
        .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
        .digest("hex");
    headers.authorization = `ACS3-HMAC-SHA256 Credential=${call.accessKeyId ?? "emulator"},SignedHeaders=${names.join(";")},Signature=${signature}`;
    return transmit(emulator, call, method, encoded, headers);
}

async function transmit(
    emulator: Emulator,
    call: RawCall,
    method: string,
    encoded: string,
    headers: Record<string, string>,
): Promise<RawAnswer> {
    const form = call.carrier === "form";
    const sent = {
        url: new URL(form ? emulator.url : `${emulator.url}/?${encoded}`),
        headers: form ? { ...headers, "content-type": "application/x-www-form-urlencoded" } : headers,
        body: form ? encoded : "",
    };
    call.tamper?.(sent);
    // fetch sets the host itself, to the value that was signed.
    const own = Object.entries(sent.headers).filter(([name]) => name !== "host");
    const answer = await fetch(sent.url, {
        method,
        headers: own,
        ...(form ? { body: sent.body } : {}),
    });
    const text = await answer.text();
    let body: Record<string, unknown> = {};
    try {
        body = JSON.parse(text) as Record<string, unknown>;
    } catch {
        // Some faults answer with something else than JSON; the test looks at the text.
    }
    return { status: answer.status, headers: answer.headers, text, body };
}
