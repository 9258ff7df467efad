import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import { onOneLine, phrases } from "../../runtime/text";

export const statuses = ["ok", "warning", "problem", "not checked"] as const;

export type Status = (typeof statuses)[number];

/** One line of the check list. Its texts are safe to print. */
export interface Check {
    /** The subject of the check, such as `agent` or `ecs:RunCommand`. */
    readonly check: string;
    readonly status: Status;
    /** The finding, or the reason for which it was not checked. */
    readonly message: string;
    /** The code of the problem, by which programs recognize it. */
    readonly code?: string;
    /** The thing to do, or to look at. */
    readonly remedy?: string;
}

export function ok(check: string, message: string): Check {
    return { check, status: "ok", message: onOneLine(message) };
}

export function warning(check: string, message: string, remedy?: string): Check {
    return { check, status: "warning", message: onOneLine(message), ...remedyOf(remedy) };
}

export function notChecked(check: string, message: string, remedy?: string): Check {
    return { check, status: "not checked", message: onOneLine(message), ...remedyOf(remedy) };
}

export function problem(check: string, code: string, message: string, remedy: string): Check {
    return { check, status: "problem", message: onOneLine(message), code, ...remedyOf(remedy) };
}

/** Returns the check that failed with an error, in the words of that error. */
export function problemOf(check: string, error: AppSnapshotError): Check {
    return problem(check, error.code, messageOf(error), error.remedy);
}

/** Returns what an error says, except for its code, its remedy and the instance. */
export function messageOf({
    entry,
    details: { detail },
    resources: { requestId },
}: AppSnapshotError): string {
    return phrases(entry.cause, detail, requestId === undefined ? undefined : `request ${requestId}`);
}

function remedyOf(remedy: string | undefined): { readonly remedy?: string } {
    return remedy === undefined || remedy === "" ? {} : { remedy: onOneLine(remedy) };
}

/** Counts the checks with a status. */
export function countOf(checks: readonly Check[], status: Status): number {
    return checks.filter((check) => check.status === status).length;
}
