import type { Fault } from "pulumi-alicloud-app-snapshot-emulator";

/** A way in which a call fails. */
export interface FaultKind {
    readonly name: string;
    /** The faults, each of which hits a call in turn. */
    readonly faults: readonly Omit<Fault, "action" | "when" | "times">[];
    /** The operations that it can hit, or for which it makes a difference. Default: all. */
    readonly only?: (action: string) => boolean;
    /** Set if the answer is valid but empty. */
    readonly finds?: "nothing";
}

type Effect = FaultKind["faults"][number];

/** Faults of a call that has no effect, but may have one when it is repeated. */
const notDone: readonly FaultKind[] = [
    kind("the connection breaks before", { kind: "reset-before" }),
    kind("no answer, and nothing was done", { kind: "no-answer" }),
    kind("HTTP 500, and nothing was done", { kind: "http-500" }),
    kind("HTTP 502 with a page, and nothing was done", { kind: "bad-gateway" }),
    kind("HTTP 502 with an empty body, and nothing was done", { kind: "empty", status: 502 }),
    kind("HTTP 200 with an empty body, and nothing was done", { kind: "empty" }),
    kind("HTTP 503, and nothing was done", { kind: "unavailable" }),
    {
        ...kind("IdempotentProcessing", { kind: "idempotent-processing" }),
        only: (action) => action === "RunCommand" || action === "SendFile",
    },
];

/** Faults that lose the answer of a call that took effect. For a call that only reads they make no difference. */
const done: readonly FaultKind[] = [
    kind("the answer is lost", { kind: "reset-after" }),
    kind("no answer, but it was done", { kind: "no-answer", processed: true }),
    kind("HTTP 500, but it was done", { kind: "http-500", processed: true }),
    kind("HTTP 502 with a page, but it was done", { kind: "bad-gateway", processed: true }),
    kind("HTTP 502 with an empty body, but it was done", { kind: "empty", status: 502, processed: true }),
    kind("HTTP 200 with an empty body, but it was done", { kind: "empty", processed: true }),
].map((found) => ({ ...found, only: (action) => !action.startsWith("Describe") }));

const spellings = ["Throttling", "Throttling.User", "Throttling.Api", "Rejected.Throttling"];

function throttlings(more: Partial<Effect>): Effect[] {
    return spellings.map((code): Effect => ({ ...more, kind: "throttled", code }));
}

const soon = { retryAfterMs: 3_000 };

const throttled: readonly FaultKind[] = [
    ...throttlings({}).map((fault, index) => kind(spellings[index] ?? "", fault)),
    ...throttlings(soon).map((fault, index) =>
        kind(`${spellings[index] ?? ""} with the time to wait`, fault),
    ),
];

/** Throttling for a while: one limit after another refuses the call. */
const throttledForLong: readonly FaultKind[] = [
    kind("throttling in all spellings", ...throttlings({})),
    kind("throttling in all spellings with the time to wait", ...throttlings(soon)),
];

/** Bad news in a valid answer. */
const badNews: readonly FaultKind[] = [
    {
        ...kind("HTTP 200, but each item has failed", { kind: "item-failure" }),
        only: (action) => withItems.has(action),
    },
    {
        ...kind("nothing is found", { kind: "miss" }),
        only: (action) => action.startsWith("Describe"),
        finds: "nothing",
    },
];

/** The operations that answer with a result for each item. */
const withItems: ReadonlySet<string> = new Set([
    "AttachInstanceRamRole",
    "DetachInstanceRamRole",
    "DeleteSnapshotGroup",
]);

export const faultKinds = { notDone, done, throttled, throttledForLong, badNews };

export function canHit({ only = () => true }: FaultKind, action: string): boolean {
    return only(action);
}

function kind(name: string, ...faults: readonly Effect[]): FaultKind {
    return { name, faults };
}
