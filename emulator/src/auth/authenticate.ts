import type { FixtureCredential } from "../fixture/fixture";
import { ApiError } from "../refusals/api-error";
import type { Presented } from "./presented";
import { sameSignature } from "./signature";

const skewMs = 15 * 60 * 1000;

/** Decides who sent a request, or throws the refusal. Remembers nonces, so that a request counts only once. */
export class Authenticator {
    private readonly nonces = new Map<string, number>();

    constructor(private readonly credentials: readonly FixtureCredential[]) {}

    authenticate(presented: Presented, now: number): FixtureCredential {
        const credential = this.credentials.find((item) => item.accessKeyId === presented.accessKeyId);
        if (credential === undefined) {
            throw new ApiError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
        }
        checkTimestamp(presented.timestamp, now);
        checkToken(credential, presented.securityToken, now);
        if (!sameSignature(presented.signature, presented.expected(credential.accessKeySecret))) {
            throw new ApiError(
                400,
                "SignatureDoesNotMatch",
                "The request signature does not conform to Aliyun standards. Specified signature is not matched with our calculation.",
            );
        }
        // Only a genuine request uses its nonce up.
        this.useNonce(`${presented.accessKeyId} ${presented.nonce}`, now);
        return credential;
    }

    private useNonce(nonce: string, now: number): void {
        for (const [old, usedAt] of this.nonces) {
            if (usedAt >= now - 2 * skewMs) {
                break;
            }
            this.nonces.delete(old);
        }
        if (this.nonces.has(nonce)) {
            throw new ApiError(400, "SignatureNonceUsed", "The request signature nonce has been used.");
        }
        this.nonces.set(nonce, now);
    }
}

function checkTimestamp(timestamp: string, now: number): void {
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(timestamp) || Number.isNaN(Date.parse(timestamp))) {
        throw new ApiError(
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        );
    }
    if (Math.abs(Date.parse(timestamp) - now) > skewMs) {
        throw new ApiError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.");
    }
}

function checkToken(credential: FixtureCredential, token: string | undefined, now: number): void {
    if (credential.securityToken === undefined && token === undefined) {
        return;
    }
    if (token === undefined) {
        throw new ApiError(400, "MissingSecurityToken", "SecurityToken is mandatory for this access key.");
    }
    if (credential.securityToken === undefined || !sameSignature(token, credential.securityToken)) {
        throw new ApiError(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.");
    }
    if (credential.expiration !== undefined && now >= Date.parse(credential.expiration)) {
        throw new ApiError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.");
    }
}
