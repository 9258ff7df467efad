import type { CellResult } from "./cell";

/** Returns the counts of a matrix run, one line each. */
export function summaryOf(results: readonly CellResult[]): string[] {
    const times = (condition: (result: CellResult) => boolean): number => results.filter(condition).length;
    const notReached = times(({ verdict }) => verdict === "not reached");
    return [
        `kills tried: ${results.length - notReached}`,
        ...(["deleted", "lost", "duplicated", "frozen"] as const).map(
            (harm) =>
                `${harm}: ${times(({ problems }) => problems.some((problem) => problem.harm === harm))}`,
        ),
        `other failures: ${times(({ verdict }) => verdict === "other")}`,
        ...(notReached === 0 ? [] : [`not reached: ${notReached}`]),
    ];
}
