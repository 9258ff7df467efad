import { operationOf } from "./call-names";

/** A call that a command makes. */
export interface NamedCall {
    /** See `nameOf`. */
    readonly name: string;
    /** 1 for the first call of that name. */
    readonly nth: number;
}

export const phases = ["received", "processed"] as const;

/** The phase of a call: before it takes effect, or between its effect and its answer. */
export type Phase = (typeof phases)[number];

/** The moment of a kill. */
export interface KillPoint {
    readonly call: NamedCall;
    readonly phase: Phase;
}

/** Operations that are repeated until something has happened: one call stands for all of the same name. */
const polls: ReadonlySet<string> = new Set([
    "DescribeInvocationResults",
    "DescribeSendFileResults",
    "DescribeSnapshotGroups",
]);

/** Selects the calls worth a kill from the names of all calls of a baseline run, in their order. */
export function callsOf(names: readonly string[]): NamedCall[] {
    const counts = new Map<string, number>();
    return names
        .map((name): NamedCall => {
            const nth = (counts.get(name) ?? 0) + 1;
            counts.set(name, nth);
            return { name, nth };
        })
        .filter(({ name, nth }) => nth === 1 || !isPoll(name));
}

/** Tells whether a named call is repeated until something has happened. */
export function isPoll(name: string): boolean {
    return polls.has(operationOf(name));
}

/** Returns the call's title in the table. */
export function titleOf({ name, nth }: NamedCall): string {
    return nth === 1 ? name : `${name}, #${nth}`;
}
