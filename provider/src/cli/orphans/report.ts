import type { Orphan, OrphanStatus } from "./orphan";
import type { Removal } from "./removal";
import type { Owner } from "./stack-state";

/** The scope and the result of a search. */
export interface Findings {
    readonly owner: Owner;
    readonly regions: readonly string[];
    readonly orphans: readonly Orphan[];
}

const remedies: Readonly<Record<OrphanStatus, string>> = {
    left: "No state recorded it. If its resource is still in the program, `pulumi up` adopts it or clears it away; otherwise delete it with --delete.",
    recent: "A running update may be using it. Check again when no update is running; --delete skips it unless --include-recent is given.",
    handed: "An update that was interrupted, or whose program failed, handed it to Pulumi, so a state may have recorded it, and a resource may have retained it since. It is never deleted on suspicion. If you know that nobody needs it, --delete --include-handed deletes it.",
    running:
        "The snapshot plugin is still running. It is never stopped, because that could leave a file system frozen. Check again later.",
    retained:
        "A resource released it: through retainOnDelete, keepLast, `pulumi state delete` or a move to another stack, which may hold it now. It is usually kept on purpose; --delete --include-committed deletes it.",
};

const kinds: Readonly<Record<Orphan["kind"], string>> = {
    "snapshot-group": "snapshot group",
    snapshots: "snapshots",
    invocation: "invocation",
    "ram-role": "temporary RAM role",
};

/** Formats the findings for people: tables, and what to do about each status. */
export function findingsText({ owner, regions, orphans }: Findings): string {
    const where = `the stack ${owner.stack} of the project ${owner.project} in ${regions.join(", ")}`;
    const kept = orphans.filter(isRetained);
    const left = orphans.filter((orphan) => !isRetained(orphan));
    return [
        left.length === 0
            ? `No orphans of ${where}.\n`
            : section(`Orphans of ${where}: ${left.length}`, left),
        ...(kept.length === 0 ? [] : [section(`Retained: ${kept.length}`, kept)]),
    ].join("\n");
}

/** Formats the result of a removal for people. */
export function removalText({ orphan, outcome, message }: Removal): string {
    return `${outcome} ${kinds[orphan.kind]} ${orphan.id} (${orphan.instanceId}): ${message}\n`;
}

/** Formats findings and removals for machines. */
export function json({ owner, regions, orphans }: Findings, removals: readonly Removal[]): string {
    const byOrphan = new Map(removals.map((removal) => [removal.orphan, removal]));
    const items = orphans.map((orphan) => ({ ...plain(orphan), ...outcomeOf(byOrphan.get(orphan)) }));
    return `${JSON.stringify(
        {
            stack: owner.stack,
            project: owner.project,
            regions,
            orphans: items.filter(({ status }) => status !== "retained"),
            retained: items.filter(({ status }) => status === "retained"),
        },
        undefined,
        2,
    )}\n`;
}

export function isRetained({ status }: Orphan): boolean {
    return status === "retained";
}

function plain(orphan: Orphan) {
    const { kind, id, regionId, instanceId, creationTime, status, detail } = orphan;
    const invokeId = orphan.kind === "ram-role" ? undefined : orphan.run.invokeId;
    return { kind, id, regionId, instanceId, creationTime, status: status, detail, invokeId };
}

function outcomeOf(removal: Removal | undefined): {
    readonly outcome?: Removal["outcome"];
    readonly message?: string;
} {
    return removal === undefined ? {} : { outcome: removal.outcome, message: removal.message };
}

function section(title: string, orphans: readonly Orphan[]): string {
    const rows = orphans.map((orphan) => [
        orphan.status,
        kinds[orphan.kind],
        orphan.regionId,
        orphan.id,
        orphan.instanceId,
        orphan.creationTime ?? "",
        orphan.detail,
    ]);
    const head = ["STATUS", "KIND", "REGION", "ID", "INSTANCE", "CREATED", "WHAT IT IS"];
    const statuses = [...new Set(orphans.map(({ status }) => status))];
    const legend = statuses.map((status) => `${status}: ${remedies[status]}\n`);
    return `${title}\n\n${table([head, ...rows])}\n${legend.join("")}`;
}

function table(rows: readonly (readonly string[])[]): string {
    const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
    return rows
        .map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "))
        .map((line) => `${line.trimEnd()}\n`)
        .join("");
}
