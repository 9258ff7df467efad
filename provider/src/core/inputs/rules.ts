import type { Schema } from "../../runtime/schema";
import { longestScript, scriptProblems } from "./script-text";

/** The API's rule for descriptions. Control characters and lone surrogates would not arrive unchanged. */
export const description: Schema<string> = (value, report): value is string =>
    (typeof value === "string" &&
        Array.from(value).length >= 2 &&
        Array.from(value).length <= 256 &&
        !/^https?:\/\//i.test(value) &&
        !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) ||
    report.refuse(
        "must be 2 to 256 characters, none of them a control character such as a line break, and must not begin with http:// or https://",
    );

/** The text of a script that is delivered and then run. */
export const script: Schema<string> = (value, report): value is string => {
    const tooLong = typeof value === "string" && Buffer.byteLength(value, "utf8") > longestScript;
    return [
        ...scriptProblems(value),
        ...(tooLong
            ? [`must have at most ${longestScript} bytes, the most that Cloud Assistant delivers`]
            : []),
    ]
        .map((reason) => report.refuse(reason))
        .every(Boolean);
};
