import type { Arguments } from "../parameters/arguments";
import { integer, largest } from "../parameters/spec";
import { ApiError } from "../refusals/api-error";

/**
 * The limits of `Timeout`, in seconds. That there is a greatest one is documented, its value is not; the longest that
 * the vendor's own templates have is a day.
 */
export const leastTimeoutSeconds = 10;
export const greatestTimeoutSeconds = 86_400;

/** `Timeout`, whose limits have refusals of their own. */
export const timeoutParameter = integer(-largest, largest);

/** Refuses a text that is too long. */
export function atMost(args: Arguments, name: string, max: number, status: number, code: string): void {
    if (args.textOr(name, "").length > max) {
        throw new ApiError(status, code, `The specified ${name} is longer than ${max} characters.`);
    }
}
