import type { ErrorEntry } from "../../errors/error-entry";
import { errorCodeOf } from "../../runtime/error-code";
import { type RetryClass, retryClassOf } from "./api-error";
import { connectionFault } from "./connection-fault";

/**
 * The reason for missing credentials, as far as it may be shown. The library's own messages quote the profile file,
 * answers and signed URLs, including secrets, so only codes are taken from them.
 */
export interface CredentialFault {
    /** A phrase; undefined if nothing may be shown. */
    readonly reason: string | undefined;
    readonly retryClass: RetryClass;
    /** The entry for it. Default: that of the issuer. */
    readonly entry?: ErrorEntry;
}

/** Interprets the failure of a call of STS. */
export function stsFault(thrown: unknown): CredentialFault {
    return (
        answeredBySts(thrown) ??
        unreadableFile(thrown) ??
        noAnswer(thrown) ?? { reason: "the answer was not understood", retryClass: "again" }
    );
}

/** Interprets the failure of a request to a credentials URI, or to the machine's metadata service. */
export function serviceFault(thrown: unknown): CredentialFault {
    const [, status] = /\bhttpStatus: (\d{3})\b/.exec(messageOf(thrown)) ?? [];
    if (status !== undefined) {
        const transient = status.startsWith("5") || status === "429";
        return { reason: `the answer had the status ${status}`, retryClass: transient ? "again" : "never" };
    }
    return noAnswer(thrown) ?? { reason: "the answer was not understood", retryClass: "again" };
}

/** Interprets the failure of a profile: it is missing or unusable, or STS refused the role that it names. */
export function profileFault(thrown: unknown): CredentialFault {
    return answeredBySts(thrown) ?? noAnswer(thrown) ?? unknownFault();
}

/** Returns a fault without a reason, as for the chain, in which sources that are not configured fail too. */
export function unknownFault(): CredentialFault {
    return { reason: undefined, retryClass: "never" };
}

/** Reads the code of STS's answer, which the library puts at the end of its message. */
function answeredBySts(thrown: unknown): CredentialFault | undefined {
    const message = messageOf(thrown);
    const code =
        message === "the access key secret is invalid"
            ? "SignatureDoesNotMatch"
            : codeIn(message.slice(message.indexOf("{")));
    return code === undefined
        ? undefined
        : { reason: `STS answered ${code}`, retryClass: retryClassOf(code) };
}

function codeIn(json: string): string | undefined {
    let parsed: unknown;
    try {
        parsed = JSON.parse(json);
    } catch {
        return undefined;
    }
    const code: unknown =
        typeof parsed === "object" && parsed !== null && "Code" in parsed ? parsed.Code : undefined;
    return typeof code === "string" && /^[A-Za-z0-9._-]{1,100}$/.test(code) ? code : undefined;
}

/** Codes of Node.js for a file that is missing or not readable. */
const fileCodes: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM", "EISDIR", "ENOTDIR"]);

function unreadableFile(thrown: unknown): CredentialFault | undefined {
    const code = errorCodeOf(thrown);
    return code !== undefined && fileCodes.has(code)
        ? { reason: `its token file can't be read (${code})`, retryClass: "never" }
        : undefined;
}

function noAnswer(thrown: unknown): CredentialFault | undefined {
    const fault = connectionFault(thrown);
    if (fault !== undefined) {
        return fault;
    }
    if (thrown instanceof Error && thrown.name.includes("Timeout")) {
        return { reason: "no answer came in time", retryClass: "again" };
    }
    const code = errorCodeOf(thrown);
    return code === undefined
        ? undefined
        : { reason: `the connection failed (${code})`, retryClass: "again" };
}

function messageOf(thrown: unknown): string {
    return thrown instanceof Error ? thrown.message : "";
}
