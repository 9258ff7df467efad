import { addressOf } from "./address";
import type { ErrorGroup, ListedError } from "./catalogue";
import { furtherReading, urgentPage } from "./further-reading";
import { type InstanceState, instanceStates, particularStates } from "./instance-state";

/** All that is known about an error, apart from a particular case of it. */
export interface Explanation {
    readonly code: string;
    /** The exit code that it stands for. Default: none. */
    readonly exitCode?: number;
    /** The other codes that it stands for, as a phrase. Default: none. */
    readonly alsoFor?: string;
    /** The title of its group. */
    readonly group: string;
    /** True if somebody has to look at the instance at once. */
    readonly urgent: boolean;
    readonly cause: string;
    /** The remedy in all its cases. */
    readonly remedy: string;
    readonly state: InstanceState;
    /** True if a snapshot group may exist although the command failed. Default: the error itself says what exists. */
    readonly groupMayExist?: boolean;
    /** The places in the package's documentation, its address in docs/errors.md first. */
    readonly pages: readonly [string, ...string[]];
}

export function explanationOf(
    { entry, exitCode, alsoFor, tried, leaves }: ListedError,
    { title }: ErrorGroup,
): Explanation {
    const { code, cause, remedy, groupMayExist, urgent = false } = entry;
    const page = furtherReading[code];
    return {
        code,
        ...(exitCode === undefined ? {} : { exitCode }),
        ...(alsoFor === undefined ? {} : { alsoFor }),
        ...{ group: title, urgent, cause },
        remedy: tried === undefined ? remedy : `${remedy} ${tried}`,
        state: urgent ? "urgent" : (particularStates[code] ?? leaves),
        ...(groupMayExist === undefined ? {} : { groupMayExist }),
        pages: [addressOf(code), ...(urgent ? [urgentPage] : []), ...(page === undefined ? [] : [page])],
    };
}

/** Says what may be frozen or paused on the instance. */
export function stateText({ state }: Explanation): string {
    return instanceStates[state].text;
}

export const remains = {
    possible:
        'Possibly a snapshot group. The package looks for it by its name and deletes it, or keeps it with `onDegraded: "keep"`. If it can\'t be deleted, the error names it.',
    none: "No snapshot group of this run.",
    named: 'What the error names under "In the cloud". Without that line, nothing is known to be left.',
} as const;

/** Says what exists in the cloud. */
export function remainsText({ groupMayExist }: Explanation): string {
    return groupMayExist === undefined ? remains.named : groupMayExist ? remains.possible : remains.none;
}

export const again = {
    safe: "It first looks for what exists and continues from there: no snapshot is taken twice, and none is lost. It fails again as long as the reason remains.",
    atAnyTime: "Safe at any time.",
    afterCheck: "Only after the instance has been checked.",
    afterQuoted: "Only after what the errors of the instances tell you to do first.",
} as const;

/** Says whether to run `pulumi up` again. */
export function againText({ state }: Explanation): string {
    switch (state) {
        case "urgent":
        case "application":
        case "unknown":
            return `${again.afterCheck} ${again.safe}`;
        case "quoted":
            return `${again.afterQuoted} ${again.safe}`;
        case "unlikely":
        case "never":
        case "running":
            return `${again.atAnyTime} ${again.safe}`;
    }
}
