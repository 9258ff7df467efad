import { operationOf } from "./call-names";

/** A call in the course of a command. */
export interface Call {
    /** See `nameOf`. */
    readonly name: string;
    /** 1 for the first call of that name. */
    readonly nth: number;
}

export const phases = ["received", "processed"] as const;

/** Before the call takes effect, or between its effect and its answer. */
export type Phase = (typeof phases)[number];

/** A moment to kill at. */
export interface Point {
    readonly call: Call;
    readonly phase: Phase;
}

/** Calls that are repeated until something has happened: of those with the same name, one stands for all. */
const polls: ReadonlySet<string> = new Set([
    "DescribeInvocationResults",
    "DescribeSendFileResults",
    "DescribeSnapshotGroups",
]);

/** The calls worth a kill, from the names of all calls of a rehearsal, in their order. */
export function callsOf(names: readonly string[]): Call[] {
    const counts = new Map<string, number>();
    return names
        .map((name): Call => {
            const nth = (counts.get(name) ?? 0) + 1;
            counts.set(name, nth);
            return { name, nth };
        })
        .filter(({ name, nth }) => nth === 1 || !polls.has(operationOf(name)));
}

/** A call as the table shows it. */
export function titleOf({ name, nth }: Call): string {
    return nth === 1 ? name : `${name}, #${nth}`;
}
