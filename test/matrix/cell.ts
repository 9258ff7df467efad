import { titleOf, phases, type Call, type Phase, type Point } from "./point";
import type { Scenario, ScenarioName } from "./scenario";
import type { Column, Harm, Problem } from "./verdict";
import { victims, type Victim } from "./victim";

/** One kill and what comes after it. */
export interface Cell {
    readonly scenario: Scenario;
    readonly point: Point;
    readonly victim: Victim;
    readonly column: Column;
}

export interface Outcome {
    readonly cell: Cell;
    /** "not reached": the command ended before the moment of the kill came, so nothing was tried. */
    readonly result: "ok" | Harm | "not reached";
    readonly problems: readonly Problem[];
    /** What was done and said, to understand a failure. */
    readonly transcript: string;
}

/** All calls of each scenario that are worth a kill. */
export type Rehearsal = ReadonlyMap<ScenarioName, readonly Call[]>;

/** The whole matrix. */
export function allCells(scenarios: readonly Scenario[], rehearsal: Rehearsal): Cell[] {
    return scenarios.flatMap((scenario) =>
        (rehearsal.get(scenario.name) ?? []).flatMap((call) =>
            victims.flatMap((victim) =>
                phases.flatMap((phase) =>
                    scenario.columns.map((column): Cell => ({
                        scenario,
                        point: { call, phase },
                        victim,
                        column,
                    })),
                ),
            ),
        ),
    );
}

export function cellTitle({ scenario, point, victim, column }: Cell): string {
    return `${scenario.name}: ${victim} ${beforeOrAfter(point.phase)} ${titleOf(point.call)}, then ${column}`;
}

export function beforeOrAfter(phase: Phase): string {
    return phase === "received" ? "before" : "after";
}
