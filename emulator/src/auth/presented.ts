import { ApiError } from "../refusals/api-error";
import { acs3Algorithm, acs3Signature, rpcSignature, sha256, type SignedRequest } from "./signature";

/** What a request shows to prove who sent it. */
export interface Presented {
    readonly signatureVersion: "v2" | "v3";
    readonly accessKeyId: string;
    readonly securityToken: string | undefined;
    readonly timestamp: string;
    readonly nonce: string;
    readonly signature: string;
    /** The right signature for a secret. */
    readonly expected: (secret: string) => string;
}

/** Parameters of the RPC style that are about the request itself, not about the operation. */
export const rpcParameters: ReadonlySet<string> = new Set([
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureType",
    "SignatureNonce",
    "Timestamp",
]);

/** Reads the authentication part of a request in either style. */
export function readPresented(request: SignedRequest): Presented {
    const authorization = request.headers.get("authorization");
    return authorization === undefined ? readRpc(request) : readAcs3(request, authorization);
}

function readRpc(request: SignedRequest): Presented {
    const parameters = new Map([...request.query, ...request.form]);
    const need = (name: string) => {
        const value = parameters.get(name);
        if (value === undefined || value === "") {
            const what = `The input parameter "${name}" that is mandatory for processing this request is not supplied.`;
            throw new ApiError(400, `Missing${name}`, what);
        }
        return value;
    };
    const accessKeyId = need("AccessKeyId");
    if (need("SignatureMethod") !== "HMAC-SHA1") {
        throw new ApiError(400, "InvalidSignatureMethod", "Specified signature method is not valid.");
    }
    if (need("SignatureVersion") !== "1.0") {
        throw new ApiError(400, "InvalidSignatureVersion", "Specified signature version is not valid.");
    }
    return {
        signatureVersion: "v2",
        accessKeyId,
        securityToken: parameters.get("SecurityToken"),
        timestamp: need("Timestamp"),
        nonce: need("SignatureNonce"),
        signature: need("Signature"),
        expected: (secret) => rpcSignature(request, secret),
    };
}

/** Without these under the signature, somebody else could change what the request means. */
const mustBeSigned = [
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
];

function readAcs3(request: SignedRequest, authorization: string): Presented {
    const form = new RegExp(
        `^${acs3Algorithm} +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$`,
    ).exec(authorization.trim());
    if (form === null) {
        throw incomplete("The Authorization header is not of the form expected for ACS3-HMAC-SHA256.");
    }
    const [, accessKeyId = "", list = "", signature = ""] = form;
    const signedHeaders = list.split(";");
    const token = request.headers.has("x-acs-security-token") ? ["x-acs-security-token"] : [];
    const unsigned = [...mustBeSigned, ...token].find(
        (name) => !signedHeaders.includes(name) || !request.headers.has(name),
    );
    if (unsigned !== undefined) {
        throw incomplete(`The header "${unsigned}" must be present and signed.`);
    }
    if (request.headers.get("x-acs-content-sha256") !== sha256(request.body)) {
        throw incomplete('The header "x-acs-content-sha256" is not the hash of the body.');
    }
    return {
        signatureVersion: "v3",
        accessKeyId,
        securityToken: request.headers.get("x-acs-security-token"),
        timestamp: request.headers.get("x-acs-date") ?? "",
        nonce: request.headers.get("x-acs-signature-nonce") ?? "",
        signature,
        expected: (secret) => acs3Signature(request, signedHeaders, secret),
    };
}

function incomplete(message: string): ApiError {
    return new ApiError(400, "IncompleteSignature", message);
}
