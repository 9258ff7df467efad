import { operationOf } from "./call-names";
import type { BaselineCalls, Cell } from "./cell";
import { type NamedCall, phases } from "./point";
import type { Scenario } from "./scenario";
import { targets } from "./target";
import type { Recovery } from "./verdict";

/** The kills that are worth a test. */
export interface Worth {
    /** The fewest kills of a scenario. Default: enough for both recoveries and both phases. */
    readonly fewest?: number;
    /** Selects the calls. Default: all. */
    readonly isWorthIt?: (call: NamedCall) => boolean;
}

/**
 * Selects the part of the matrix that the tests try: every operation once, in the first scenario that calls it, and
 * every purpose of those that later calls depend on; every recovery and both phases for each scenario; and every target.
 */
export function sampleCells(
    scenarios: readonly Scenario[],
    baseline: BaselineCalls,
    { fewest = 4, isWorthIt = () => true }: Worth = {},
): Cell[] {
    const tried = new Set<string>();
    return scenarios.flatMap((scenario, turn) => {
        const calls = firstOfEachKind((baseline.get(scenario.name) ?? []).filter(isWorthIt));
        const isNew = ({ name }: NamedCall): boolean => !tried.has(kindOf(name));
        const fresh = calls.filter(isNew);
        const others = calls.filter((call) => !isNew(call));
        const chosen = [...fresh, ...others].slice(0, Math.max(fewest, fresh.length));
        chosen.forEach(({ name }) => tried.add(kindOf(name)));
        return atLeast(fewest, chosen).map((call, at) => cellOf(scenario, call, at + turn));
    });
}

/** The calls that concern several instances of a fleet at once, or its update. */
const callsOfFleets: ReadonlySet<string> = new Set([
    "RunCommand",
    "RunCommand (directory)",
    "TagResources (fleet)",
    "TagResources (handed)",
    "TagResources (committed)",
    "DeleteSnapshotGroup",
]);

/** Selects the part for fleets; the other calls are made for each instance, as for a single snapshot. */
export function sampleOfFleets(scenarios: readonly Scenario[], baseline: BaselineCalls): Cell[] {
    return sampleCells(scenarios, baseline, { fewest: 2, isWorthIt: ({ name }) => callsOfFleets.has(name) });
}

/** A kill at one tag or command says nothing about another. */
function kindOf(name: string): string {
    const operation = operationOf(name);
    return ["RunCommand", "TagResources", "UntagResources"].includes(operation) ? name : operation;
}

function firstOfEachKind(calls: readonly NamedCall[]): NamedCall[] {
    return calls.filter(
        ({ name }, at) => calls.findIndex((call) => kindOf(call.name) === kindOf(name)) === at,
    );
}

/** Repeats a list until it is long enough. */
function atLeast<T>(length: number, list: readonly T[]): T[] {
    return Array.from({ length: Math.max(length, list.length) }, (_, at) => list[at % list.length]).filter(
        (item) => item !== undefined,
    );
}

/** Five is no multiple of the number of targets, so no target always gets the same recovery. */
const recoveryTurns: readonly Recovery[] = ["up", "destroy", "up", "up", "destroy"];

function recoveryOf({ recoveries }: Scenario, turn: number): Recovery {
    const recovery = recoveryTurns[turn % recoveryTurns.length] ?? "up";
    return recoveries.includes(recovery) ? recovery : (recoveries[0] ?? recovery);
}

function cellOf(scenario: Scenario, call: NamedCall, turn: number): Cell {
    // Shifts the phase each round, so that no target always gets the same one.
    const round = Math.floor(turn / targets.length);
    return {
        scenario,
        point: { call, phase: phases[(turn + round) % phases.length] ?? "received" },
        target: targets[turn % targets.length] ?? "cli",
        recovery: recoveryOf(scenario, turn),
    };
}
