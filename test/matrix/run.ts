import { count } from "../support/counts";
import type { Cell, Outcome } from "./cell";
import { Lane } from "./lane";
import type { CreateStack } from "./world";

/** Tries cells, several at a time, and counts what comes of it. */
export async function tryAll(
    cells: readonly Cell[],
    createStack: CreateStack,
    parallel: number,
    onOutcome: (outcome: Outcome) => void = () => undefined,
): Promise<Outcome[]> {
    const queue = [...cells];
    const outcomes: Outcome[] = [];
    const report = (outcome: Outcome): void => {
        countOutcome(outcome);
        outcomes.push(outcome);
        onOutcome(outcome);
    };
    await Promise.all(Array.from({ length: parallel }, () => new Lane(createStack).work(queue, report)));
    return outcomes;
}

function countOutcome({ result, problems }: Outcome): void {
    count("kills tried", result === "not reached" ? 0 : 1);
    for (const harm of ["deleted", "lost", "duplicated", "frozen"] as const) {
        count(harm, problems.some((problem) => problem.harm === harm) ? 1 : 0);
    }
}
