import { block, inline, table } from "./markdown";

/** What an update reported. */
export interface Report {
    readonly release: string;
    readonly instanceId: string;
    /** Tells whether there is a snapshot of the release that meets the requirements. */
    readonly isTaken: boolean;
    /** The outputs of the program; none if the update failed. */
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly messages: readonly { readonly severity: string; readonly text: string }[];
}

/** Returns a report as Markdown. No value can change its structure. */
export function markdownOf(report: Report): string {
    const { release, isTaken } = report;
    const title = isTaken ? `Snapshot before ${release}` : `No snapshot before ${release}`;
    return [`## ${inline(title)}`, ...(isTaken ? success(report) : failure(report)), ""].join("\n\n");
}

function success({ instanceId, outputs, messages }: Report): string[] {
    const { snapshotGroupId, consistency, creationTime, snapshotIdByDiskId, durations, warnings } = outputs;
    const facts = [
        ["Instance", instanceId],
        ["Snapshot group", snapshotGroupId],
        ["Consistency", consistency],
        ["Taken", creationTime],
        ...entriesOf(durations).map(([step, seconds]) => [`Duration of ${step}`, durationOf(seconds)]),
    ];
    const members = entriesOf(snapshotIdByDiskId);
    const notes = [...listOf(warnings), ...messages.map(({ text }) => text)];
    return [
        table(["Property", "Value"], facts),
        table(["Disk", "Snapshot"], members),
        ...(notes.length === 0 ? [] : ["### Notes", ...[...new Set(notes)].map((note) => block(note))]),
    ];
}

/** An error of the package says what to do, and what exists in the cloud. */
function failure({ instanceId, messages }: Report): string[] {
    return [
        `The update failed, so nothing may be migrated. Instance: ${inline(instanceId)}.`,
        ...messages.map(({ severity, text }) => `${inline(severity)}:\n\n${block(text)}`),
        "Correct what the error names, and run the same release again: it takes only what is missing.",
    ];
}

/** Returns the entries of an object, or one for a text in its place, such as that for a secret. */
function entriesOf(value: unknown): [string, unknown][] {
    return typeof value === "string" ? [["all", value]] : Object.entries(value ?? {});
}

function listOf(value: unknown): string[] {
    return typeof value === "string" ? [value] : Array.isArray(value) ? value.map(String) : [];
}

function durationOf(seconds: unknown): string {
    if (typeof seconds !== "number") {
        return String(seconds);
    }
    if (Number.isInteger(seconds)) {
        return `${seconds} s`;
    }
    return seconds < 0.1 ? "less than 0.1 s" : `${seconds.toFixed(1)} s`;
}
