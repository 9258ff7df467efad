import { wellFormed } from "../runtime/text";
import { whereToRead } from "./address";
import type { Circumstances } from "./circumstances";
import type { ErrorEntry } from "./error-entry";
import { ownErrors } from "./own-errors";

/** Ids of the resources that exist in the cloud when an error is reported, so that nobody has to search for them. */
export interface CloudResources {
    readonly snapshotGroupId?: string | undefined;
    readonly snapshotIds?: readonly string[] | undefined;
    readonly invokeId?: string | undefined;
    readonly requestId?: string | undefined;
}

export interface ErrorDetails {
    readonly instanceId?: string | undefined;
    /** The exit code of the command on the instance, if there was one. */
    readonly exitCode?: number | undefined;
    /** Facts about this case, in addition to the entry's cause: a name, a status, the plugin's message. */
    readonly detail?: string | undefined;
    readonly resources?: CloudResources | undefined;
    /** The circumstances that the remedy takes into account. Default: unknown, so that the remedy covers all cases. */
    readonly circumstances?: Circumstances | undefined;
    /** The errors that this one reports together, the most urgent first. Default: only itself. */
    readonly problems?: readonly AppSnapshotError[] | undefined;
    readonly cause?: unknown;
}

/**
 * The only error class of this package. Its message says what happened, on which instance, the details, what to do,
 * and what is left in the cloud. It never contains credentials: callers pass text without any. Other errors quote it;
 * whoever shows it to people shows `shownMessage`.
 */
export class AppSnapshotError extends Error {
    readonly code: string;
    readonly remedy: string;
    readonly instanceId: string | undefined;
    readonly exitCode: number | undefined;
    readonly resources: CloudResources;

    constructor(
        readonly entry: ErrorEntry,
        readonly details: ErrorDetails = {},
    ) {
        super(compose(entry, details), details.cause === undefined ? undefined : { cause: details.cause });
        this.name = "AppSnapshotError";
        this.code = entry.code;
        this.remedy = remedyOf(entry, details);
        this.instanceId = details.instanceId;
        this.exitCode = details.exitCode;
        this.resources = details.resources ?? {};
    }

    /** The codes under which docs/errors.md has this error, or the errors that it reports together. */
    get listedCodes(): readonly string[] {
        const { problems = [] } = this.details;
        return problems.length === 0
            ? [this.entry.listedAs ?? this.code]
            : [...new Set(problems.flatMap(({ listedCodes }) => listedCodes))];
    }

    /** The message with a last line that says where to read more. */
    get shownMessage(): string {
        return `${this.message}\n${whereToRead(this.listedCodes)}`;
    }

    /** Returns the same error with more details. */
    with(more: ErrorDetails): AppSnapshotError {
        return new AppSnapshotError(this.entry, {
            ...this.details,
            ...more,
            resources: { ...this.details.resources, ...more.resources },
        });
    }
}

/**
 * Combines several problems into one error that lists them all; returns a single problem as it is.
 *
 * @param unknown other possible problems that could not be checked, in whole sentences. Default: none.
 */
export function combine(
    problems: readonly [AppSnapshotError, ...AppSnapshotError[]],
    unknown = "",
): AppSnapshotError {
    const [first, ...rest] = problems;
    if (rest.length === 0) {
        return unknown === ""
            ? first
            : first.with({ detail: `${first.details.detail ?? ""}\n${unknown}`.trim() });
    }
    return new AppSnapshotError(
        {
            ...ownErrors.SeveralProblems,
            cause: `${problems.length} problems were found`,
            remedy: `${ownErrors.SeveralProblems.remedy} ${unknown}`.trim(),
        },
        {
            instanceId: first.instanceId,
            detail: problems
                .map((problem, index) => `\n  ${index + 1}. ${problem.message.replace(/\n/g, "\n     ")}`)
                .join(""),
            problems,
            cause: first,
        },
    );
}

function compose(entry: ErrorEntry, details: ErrorDetails): string {
    const where = [
        details.instanceId === undefined ? "" : `instance ${details.instanceId}`,
        details.exitCode === undefined ? "" : `exit code ${details.exitCode}`,
    ].filter((part) => part !== "");
    const lines = [`${entry.code}: ${entry.cause}${where.length > 0 ? ` (${where.join(", ")})` : ""}.`];
    if (details.detail !== undefined && details.detail !== "") {
        lines.push(`Details: ${details.detail}`);
    }
    lines.push(`What to do: ${remedyOf(entry, details)}`);
    const left = describeResources(details.resources ?? {});
    if (left !== "") {
        lines.push(`In the cloud: ${left}.`);
    }
    return wellFormed(lines.join("\n"));
}

function remedyOf({ remedy, remedyFor }: ErrorEntry, { circumstances }: ErrorDetails): string {
    return circumstances === undefined ? remedy : (remedyFor?.(circumstances) ?? remedy);
}

function describeResources(resources: CloudResources): string {
    return [
        resources.snapshotGroupId === undefined ? "" : `snapshot group ${resources.snapshotGroupId}`,
        resources.snapshotIds === undefined || resources.snapshotIds.length === 0
            ? ""
            : `snapshots ${resources.snapshotIds.join(", ")}`,
        resources.invokeId === undefined ? "" : `invocation ${resources.invokeId}`,
        resources.requestId === undefined ? "" : `request ${resources.requestId}`,
    ]
        .filter((part) => part !== "")
        .join(", ");
}
