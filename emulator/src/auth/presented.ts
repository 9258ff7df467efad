import { ApiError } from "../refusals/api-error";
import { acs3Algorithm, acs3Signature, sha256, type SignedRequest } from "./signature";

/** The part of a request that proves who sent it. */
export interface Presented {
    readonly accessKeyId: string;
    readonly securityToken: string | undefined;
    readonly timestamp: string;
    readonly nonce: string;
    readonly signature: string;
    /** The right signature for a secret. */
    readonly expected: (secret: string) => string;
}

/** The headers that must be signed: otherwise somebody else could change the meaning of the request. */
const mustBeSigned = [
    "host",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
];

/** Reads the authentication part of a request, which is signed by ACS3-HMAC-SHA256. */
export function readPresented(request: SignedRequest): Presented {
    const form = new RegExp(
        `^${acs3Algorithm} +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$`,
    ).exec(request.headers.get("authorization")?.trim() ?? "");
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
