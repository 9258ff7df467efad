import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

import { tlsIdentity } from "../tls/tls-identity";

/** An access key that may ask for credentials, or the credentials that it gets. */
export interface Key {
    readonly accessKeyId: string;
    readonly accessKeySecret: string;
    readonly securityToken?: string;
}

export interface StsOptions {
    readonly callers: readonly Key[];
    /** The credentials that they get for any role. */
    readonly session: Required<Key>;
    /** Tells whether the trust policy of the roles names the callers. Default: yes. */
    readonly trusted?: boolean;
    /** The error codes for the first requests; undefined for one that succeeds. Default: none. */
    readonly refusals?: readonly (string | undefined)[];
}

/** A fake STS. */
export interface Sts {
    /** Its host and port. */
    readonly host: string;
    /** The parameters of each request, in their order. */
    readonly requests: readonly Readonly<Record<string, string>>[];
    close(): Promise<void>;
}

/** Starts an STS on this machine that hands out temporary credentials for well-signed requests. */
export async function startSts(options: StsOptions): Promise<Sts> {
    const requests: Record<string, string>[] = [];
    const refusals = [...(options.refusals ?? [])];
    const server = createServer(tlsIdentity());
    server.on("request", (request, response) => {
        void parametersOf(request).then((parameters) => {
            requests.push(parameters);
            const code = refusals.shift() ?? refusal(request.method ?? "", parameters, options);
            response.statusCode = code === undefined ? 200 : 400;
            response.setHeader("content-type", "application/json;charset=utf-8");
            response.end(
                JSON.stringify(code === undefined ? granted(parameters, options.session) : refused(code)),
            );
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
        requests,
        close: () =>
            new Promise((resolve) => {
                server.close(() => {
                    resolve();
                });
                server.closeAllConnections();
            }),
    };
}

/** Returns the parameters of the URL and of the form. */
async function parametersOf(request: IncomingMessage): Promise<Record<string, string>> {
    const pieces: Buffer[] = [];
    for await (const piece of request) {
        pieces.push(piece as Buffer);
    }
    const form = new URLSearchParams(Buffer.concat(pieces).toString("utf8"));
    const query = new URL(request.url ?? "", "https://localhost").searchParams;
    return Object.fromEntries([...query, ...form]);
}

function refusal(
    method: string,
    parameters: Readonly<Record<string, string>>,
    { callers, trusted = true }: StsOptions,
): string | undefined {
    if (parameters["Action"] === "AssumeRoleWithOIDC") {
        return parameters["OIDCToken"] === "good token" ? undefined : "AuthenticationFail.NoPermission";
    }
    const caller = callers.find(({ accessKeyId }) => accessKeyId === parameters["AccessKeyId"]);
    if (caller === undefined) {
        return "InvalidAccessKeyId.NotFound";
    }
    if (parameters["SecurityToken"] !== caller.securityToken) {
        return "InvalidSecurityToken.Malformed";
    }
    if (parameters["Signature"] !== signature(method, parameters, caller.accessKeySecret)) {
        return "SignatureDoesNotMatch";
    }
    return trusted ? undefined : "NoPermission";
}

/** Signs a request by the rules of HMAC-SHA1 for RPC requests. */
function signature(method: string, parameters: Readonly<Record<string, string>>, secret: string): string {
    const canonical = Object.keys(parameters)
        .filter((name) => name !== "Signature")
        .sort()
        .map((name) => `${encoded(name)}=${encoded(parameters[name] ?? "")}`)
        .join("&");
    return createHmac("sha1", `${secret}&`)
        .update(`${method}&${encoded("/")}&${encoded(canonical)}`)
        .digest("base64");
}

function encoded(text: string): string {
    return encodeURIComponent(text).replace(
        /[!'()*]/g,
        (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
}

function granted(
    parameters: Readonly<Record<string, string>>,
    { accessKeyId, accessKeySecret, securityToken }: Required<Key>,
): object {
    // The expiry follows the caller's clock, which a test may move.
    const now = Date.parse(parameters["Timestamp"] ?? "");
    const expiration = new Date(now + Number(parameters["DurationSeconds"]) * 1_000);
    return {
        RequestId: "R-1",
        Credentials: {
            AccessKeyId: accessKeyId,
            AccessKeySecret: accessKeySecret,
            SecurityToken: securityToken,
            Expiration: expiration.toISOString().replace(/\.\d+/, ""),
        },
    };
}

/** The message quotes what must not be shown. */
function refused(code: string): object {
    return { RequestId: "R-1", HostId: "sts.example", Code: code, Message: `hunter2 of ${code}` };
}
