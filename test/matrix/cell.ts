import { type KillPoint, type NamedCall, type Phase, phases, titleOf } from "./point";
import type { Scenario, ScenarioName } from "./scenario";
import { type Target, targets } from "./target";
import type { Harm, Problem, Recovery } from "./verdict";

/** One kill and the recovery from it. */
export interface Cell {
    readonly scenario: Scenario;
    readonly point: KillPoint;
    readonly target: Target;
    readonly recovery: Recovery;
}

export interface CellResult {
    readonly cell: Cell;
    /** "not reached": the command ended before the call of the kill, so nothing was tried. */
    readonly verdict: "ok" | Harm | "not reached";
    readonly problems: readonly Problem[];
    /** The commands, their output and their calls, to understand a failure. */
    readonly transcript: string;
}

/** The calls of each scenario that are worth a kill, as its baseline run made them. */
export type BaselineCalls = ReadonlyMap<ScenarioName, readonly NamedCall[]>;

/** Lists the cells of the whole matrix. */
export function allCells(scenarios: readonly Scenario[], baseline: BaselineCalls): Cell[] {
    return scenarios.flatMap((scenario) =>
        (baseline.get(scenario.name) ?? []).flatMap((call) =>
            targets.flatMap((target) =>
                phases.flatMap((phase) =>
                    scenario.recoveries.map((recovery): Cell => ({
                        scenario,
                        point: { call, phase },
                        target,
                        recovery,
                    })),
                ),
            ),
        ),
    );
}

export function cellTitle({ scenario, point, target, recovery }: Cell): string {
    return `${scenario.name}: ${target} ${beforeOrAfter(point.phase)} ${titleOf(point.call)}, then ${recovery}`;
}

export function beforeOrAfter(phase: Phase): string {
    return phase === "received" ? "before" : "after";
}
