import { apiErrors, noAnswer, otherApiError } from "./api-errors";
import { type DeliveryErrorEntry, deliveryErrors } from "./delivery-errors";
import { doctorErrors } from "./doctor-errors";
import type { ErrorEntry } from "./error-entry";
import { type ExitCodeEntry, exitCodeEntry, exitCodes } from "./exit-codes";
import type { InstanceState } from "./instance-state";
import { ownErrors } from "./own-errors";

/** An error as the documentation and `app-snapshot explain` have it. */
export interface ListedError {
    readonly entry: ErrorEntry & Partial<Pick<DeliveryErrorEntry, "groupMayExist">>;
    /** The exit code that it stands for. Default: none. */
    readonly exitCode?: number;
    /** The other codes that it stands for, as a phrase. Default: none. */
    readonly alsoFor?: string;
    /** The attempts that the package has already made, as a sentence. Default: none. */
    readonly tried?: string;
    /** The state in which it leaves the instance, unless it is urgent or a particular one. */
    readonly leaves: InstanceState;
}

/** The errors of one source. */
export interface ErrorGroup {
    readonly title: string;
    /** The things that they have in common, in whole sentences. */
    readonly about: string;
    readonly errors: readonly ListedError[];
}

/** Exit codes from here on are the plugin manager's or the shell's, except for the plugin's own 255. */
const firstOfManager = 126;
const lastOfPlugin = 255;

const coded = Object.entries(exitCodes).map(([exitCode, entry]) => ({ exitCode: Number(exitCode), entry }));

const attempts: Readonly<Record<NonNullable<ExitCodeEntry["retry"]>, string>> = {
    once: "The package has already tried twice.",
    "after-attach": "If the package itself attached the role, it has already retried for two minutes.",
    "when-idle": "The package has already retried until the deadline of the snapshot.",
};

/** Every error that this package reports, by its source. */
export const errorGroups: readonly ErrorGroup[] = [
    {
        title: "Exit codes of the snapshot plugin",
        about: "The plugin, or the check of the scripts before it (64), ended with an error. 0 means success; the consistency of a successful run is verified separately, see `Degraded`.",
        errors: coded
            .filter(({ exitCode }) => !isManagers(exitCode))
            .map((one) => ofExitCode(one, "unlikely")),
    },
    {
        title: "Exit codes of the plugin manager and of the shell",
        about: "`acs-plugin-manager` belongs to the Cloud Assistant agent; it fetches the plugin and starts it. 126 and 127 come from the shell if it can't start the manager.",
        errors: [
            ...coded.filter(({ exitCode }) => isManagers(exitCode)).map((one) => ofExitCode(one, "never")),
            { entry: exitCodeEntry(-1), alsoFor: "any other exit code", leaves: "urgent" },
        ],
    },
    {
        title: "Delivery",
        about: "Cloud Assistant did not deliver the command to the instance, or did not run it to completion. The codes are those of the invocation's result, or its status with the prefix `Invocation`.",
        errors: deliveryErrors.map((entry) => ({ entry, leaves: "never" })),
    },
    {
        title: "API",
        about: "The ECS API refused a call. The code is the API's own; the details contain the operation and the API's message. Transient faults (conflicts, broken connections) are reported only after two and a half minutes of retries, throttling after five. The first entry that fits applies.",
        errors: [
            ...apiErrors.map(({ matches, ...entry }): ListedError => ({
                entry,
                ...alsoFor(entry.code, matches),
                leaves: "running",
            })),
            { entry: otherApiError, alsoFor: "any other code of the API", leaves: "running" },
            { entry: noAnswer, leaves: "running" },
        ],
    },
    {
        title: "The package's own",
        about: "The package itself found the problem: in its settings, on the instance, or in the result.",
        errors: Object.values(ownErrors).map((entry) => ({ entry, leaves: "running" })),
    },
    {
        title: "Found by app-snapshot doctor only",
        about: "An update does not look for these problems: it would fail in the plugin.",
        errors: Object.values(doctorErrors).map((entry) => ({ entry, leaves: "never" })),
    },
];

function isManagers(exitCode: number): boolean {
    return exitCode >= firstOfManager && exitCode !== lastOfPlugin;
}

function ofExitCode(
    { exitCode, entry }: { readonly exitCode: number; readonly entry: ExitCodeEntry },
    leaves: InstanceState,
): ListedError {
    const tried = entry.retry === undefined ? {} : { tried: attempts[entry.retry] };
    return { entry, exitCode, ...tried, leaves };
}

function alsoFor(code: string, matches: (typeof apiErrors)[number]["matches"]): Pick<ListedError, "alsoFor"> {
    switch (matches) {
        case "exactly":
            return {};
        case "prefix":
            return { alsoFor: `codes that begin with \`${code}.\`` };
        case "part":
            return { alsoFor: `any code that contains \`${code}\`` };
    }
}
