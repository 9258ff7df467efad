import { operationOf } from "./call-names";
import type { Cell, Rehearsal } from "./cell";
import { phases, type Call } from "./point";
import type { Scenario } from "./scenario";
import type { Column } from "./verdict";
import { victims } from "./victim";

/**
 * The part of the matrix that the tests try: every operation once, and every purpose of those that change what others
 * look for, in the first scenario that has it; for each scenario each column, and both sides of a call; and each victim.
 */
export function sampleCells(scenarios: readonly Scenario[], rehearsal: Rehearsal): Cell[] {
    const tried = new Set<string>();
    return scenarios.flatMap((scenario, turn) => {
        const calls = firstOfEachKind(rehearsal.get(scenario.name) ?? []);
        const isNew = ({ name }: Call): boolean => !tried.has(kindOf(name));
        const fresh = calls.filter(isNew);
        const others = calls.filter((call) => !isNew(call));
        const chosen = [...fresh, ...others].slice(0, Math.max(fewest, fresh.length));
        chosen.forEach(({ name }) => tried.add(kindOf(name)));
        return atLeast(fewest, chosen).map((call, at) => cellOf(scenario, call, at + turn));
    });
}

/** Kills of a scenario, at least: so many that both columns and both sides are among them. */
const fewest = 4;

/** A kill around one tag, or one command, says nothing of another. */
function kindOf(name: string): string {
    const operation = operationOf(name);
    return ["RunCommand", "TagResources", "UntagResources"].includes(operation) ? name : operation;
}

function firstOfEachKind(calls: readonly Call[]): Call[] {
    return calls.filter(
        ({ name }, at) => calls.findIndex((call) => kindOf(call.name) === kindOf(name)) === at,
    );
}

/** Repeats a list that is too short. */
function atLeast<T>(length: number, list: readonly T[]): T[] {
    return Array.from({ length: Math.max(length, list.length) }, (_, at) => list[at % list.length]).filter(
        (item) => item !== undefined,
    );
}

/** Five are no multiple of the victims, so that no victim always gets the same column. */
const columnTurns: readonly Column[] = ["up", "destroy", "up", "up", "destroy"];

function columnOf({ columns }: Scenario, turn: number): Column {
    const column = columnTurns[turn % columnTurns.length] ?? "up";
    return columns.includes(column) ? column : (columns[0] ?? column);
}

function cellOf(scenario: Scenario, call: Call, turn: number): Cell {
    // Nor always the same side.
    const round = Math.floor(turn / victims.length);
    return {
        scenario,
        point: { call, phase: phases[(turn + round) % phases.length] ?? "received" },
        victim: victims[turn % victims.length] ?? "cli",
        column: columnOf(scenario, turn),
    };
}
