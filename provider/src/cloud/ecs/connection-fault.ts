import type { ErrorEntry } from "../../errors/error-entry";
import { ownErrors } from "../../errors/own-errors";
import { errorCodeOf } from "../../runtime/error-code";
import type { Proxy } from "../configuration/proxies";
import type { RetryClass } from "./api-error";
import { ProxyError } from "./proxy-error";

/** The reason why a request got no answer from the API. */
export interface ConnectionFault {
    readonly entry: ErrorEntry;
    readonly reason: string;
    readonly retryClass: RetryClass;
}

/** Names a proxy, without its user and password. */
export function nameOf({ url, variable }: Proxy): string {
    return `the proxy ${url.host} of ${variable}`;
}

/** Interprets what a request threw; undefined if neither a proxy nor a certificate is the reason. */
export function connectionFault(thrown: unknown): ConnectionFault | undefined {
    if (thrown instanceof ProxyError) {
        return proxyFault(thrown);
    }
    const code = errorCodeOf(thrown);
    return code !== undefined && certificateCodes.has(code)
        ? {
              entry: ownErrors.CertificateNotTrusted,
              reason: `the certificate of the answer is not trusted (${code})`,
              retryClass: "never",
          }
        : undefined;
}

function proxyFault({ proxy, status, code }: ProxyError): ConnectionFault {
    const name = nameOf(proxy);
    if (code !== undefined && certificateCodes.has(code)) {
        return {
            entry: ownErrors.CertificateNotTrusted,
            reason: `the certificate of ${name} is not trusted (${code})`,
            retryClass: "never",
        };
    }
    const transient = status === undefined || status >= 500 || status === 429;
    const needed =
        proxy.url.username === ""
            ? "it requires a user and a password"
            : "it refuses the user or the password";
    const answer = status === 407 ? `407, ${needed}` : String(status);
    return {
        entry: ownErrors.ProxyFailed,
        reason:
            status === undefined
                ? `${name} can't be reached, or closed the connection (${code ?? "no answer in time"})`
                : `${name} answered with status ${answer}`,
        retryClass: transient ? "again" : "never",
    };
}

/** Codes of OpenSSL and Node.js for a certificate that they don't accept. A repetition gets the same one. */
const certificateCodes: ReadonlySet<string> = new Set([
    "CERT_HAS_EXPIRED",
    "CERT_NOT_YET_VALID",
    "CERT_REJECTED",
    "CERT_REVOKED",
    "CERT_SIGNATURE_FAILURE",
    "CERT_UNTRUSTED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "HOSTNAME_MISMATCH",
    "INVALID_CA",
    "INVALID_PURPOSE",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
