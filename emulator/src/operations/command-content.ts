import { ApiError } from "../refusals/api-error";

/** The largest content of a command, in KiB of base64. */
const limitKiB = 24;

/** Decodes the content of a command and checks its size, which counts in base64 however it was sent. */
export function decodeContent(given: string, encoding: string | undefined): string {
    // Any other value than Base64 counts as PlainText, without a complaint.
    const bytes =
        encoding?.toLowerCase() === "base64"
            ? decodeBase64(given, "CmdContent.DecodeError")
            : Buffer.from(given, "utf8");
    if (base64Length(bytes) > limitKiB * 1024) {
        throw new ApiError(
            403,
            "CmdContent.ExceedLimit",
            `The command content exceeds ${limitKiB} KB in base64.`,
        );
    }
    return bytes.toString("utf8");
}

/** Returns the length of bytes in base64, to which the limits apply. */
export function base64Length(bytes: Buffer): number {
    return Math.ceil(bytes.length / 3) * 4;
}

/** Decodes a content; `code` is for one that is not base64. */
export function decodeBase64(text: string, code: string): Buffer {
    const compact = text.replace(/\s+/g, "");
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)) {
        throw new ApiError(400, code, "The content is not valid base64.");
    }
    return Buffer.from(compact, "base64");
}
