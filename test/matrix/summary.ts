import type { Outcome } from "./cell";

/** The counts of a run, a line each. */
export function summaryOf(outcomes: readonly Outcome[]): string[] {
    const times = (isSo: (outcome: Outcome) => boolean): number => outcomes.filter(isSo).length;
    const notReached = times(({ result }) => result === "not reached");
    return [
        `kills tried: ${outcomes.length - notReached}`,
        ...(["deleted", "lost", "duplicated", "frozen"] as const).map(
            (harm) =>
                `${harm}: ${times(({ problems }) => problems.some((problem) => problem.harm === harm))}`,
        ),
        `other failures: ${times(({ result }) => result === "other")}`,
        ...(notReached === 0 ? [] : [`not reached: ${notReached}`]),
    ];
}
