import { count } from "../support/counts";
import type { Cell, CellResult } from "./cell";
import { Lane } from "./lane";
import type { CreateStack } from "./world";

/** Tries cells, several at a time, and counts their harm. */
export async function tryCells(
    cells: readonly Cell[],
    createStack: CreateStack,
    parallel: number,
    onResult: (result: CellResult) => void = () => undefined,
): Promise<CellResult[]> {
    const queue = [...cells];
    const results: CellResult[] = [];
    const report = (result: CellResult): void => {
        countResult(result);
        results.push(result);
        onResult(result);
    };
    await Promise.all(Array.from({ length: parallel }, () => new Lane(createStack).work(queue, report)));
    return results;
}

function countResult({ verdict, problems }: CellResult): void {
    count("kills tried", verdict === "not reached" ? 0 : 1);
    for (const harm of ["deleted", "lost", "duplicated", "frozen"] as const) {
        count(harm, problems.some((problem) => problem.harm === harm) ? 1 : 0);
    }
}
