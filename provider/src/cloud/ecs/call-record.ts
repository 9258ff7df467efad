import { createHmac, randomBytes } from "node:crypto";

import { isObject } from "../../runtime/json";
import { toApiCallError } from "./sdk-error";

/** A request to the API and its answer, without secrets: a line of the record of calls. */
export interface CallRecord {
    /** The time of the request, by this machine's clock. */
    readonly time: string;
    readonly tookMs: number;
    readonly operation: string;
    readonly region: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** The HTTP status; missing if there was no answer. */
    readonly status?: number;
    /** The time of the answer, by the cloud's clock. */
    readonly date?: string;
    readonly requestId?: string;
    /** The API's code of a refusal. */
    readonly code?: string;
    /** The API's message of a refusal, or the reason why there was no answer. */
    readonly message?: string;
    readonly body?: unknown;
}

/** A request, as the SDK's client gets it. Credentials and signature are added later. */
export interface SentRequest {
    readonly operation: string;
    readonly region: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly sentAt: number;
    readonly endedAt: number;
}

/** Returns the record of a request that was answered. */
export function answeredCall(request: SentRequest, response: unknown): CallRecord {
    const { statusCode, headers, body } = isObject(response) ? response : {};
    const date = isObject(headers) ? headers["date"] : undefined;
    const requestId = isObject(body) ? body["RequestId"] : undefined;
    return {
        ...beginningOf(request),
        ...(typeof statusCode === "number" ? { status: statusCode } : {}),
        ...(typeof date === "string" ? { date } : {}),
        ...(typeof requestId === "string" ? { requestId } : {}),
        body: withoutContents(body),
    };
}

/** Returns the record of a request that failed. Nothing of the SDK's own texts is in it: they may quote the request. */
export function failedCall(request: SentRequest, thrown: unknown): CallRecord {
    const { code, description, requestId } = toApiCallError(request.operation, thrown);
    const status = isObject(thrown) ? thrown["statusCode"] : undefined;
    return {
        ...beginningOf(request),
        ...(typeof status === "number" ? { status } : {}),
        ...(requestId === undefined ? {} : { requestId }),
        ...(code === undefined ? {} : { code }),
        message: description,
    };
}

function beginningOf({ operation, region, parameters, sentAt, endedAt }: SentRequest) {
    return {
        time: new Date(sentAt).toISOString(),
        tookMs: Math.round(endedAt - sentAt),
        operation,
        region,
        parameters: withoutContents(parameters) as Readonly<Record<string, unknown>>,
    };
}

/**
 * Fields that are replaced wherever they are: commands, delivered files, the parameters of commands, and all that a
 * command printed, because a script may print anything.
 */
const contents: ReadonlySet<string> = new Set(["CommandContent", "Content", "Output", "Parameters"]);

/** Longer than any list of ids or message; whatever else is so long is content under another name. */
const longestText = 4_000;

function withoutContents(value: unknown, name = ""): unknown {
    if (Array.isArray(value)) {
        return value.map((item: unknown) => withoutContents(item, name));
    }
    if (isObject(value)) {
        return Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
                key,
                withoutContents(item, contents.has(key) ? key : name),
            ]),
        );
    }
    const isContent = contents.has(name) || (typeof value === "string" && value.length > longestText);
    return isContent && typeof value === "string" && value !== "" ? described(value) : value;
}

/** A key of this process alone: nobody can find out a short secret by trying what has the same digest. */
const key = randomBytes(32);

function described(text: string): string {
    const digest = createHmac("sha256", key).update(text).digest("hex").slice(0, 16);
    return `(${text.length} characters, digest ${digest})`;
}
