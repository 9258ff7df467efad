import type { Aftermath } from "./aftermath";

/** What comes after the kill. */
export const columns = ["up", "destroy", "readd"] as const;

export type Column = (typeof columns)[number];

/** What a kill has done, the worst first. */
export const harms = ["frozen", "deleted", "lost", "duplicated", "other"] as const;

export type Harm = (typeof harms)[number];

export interface Problem {
    readonly harm: Harm;
    readonly reason: string;
}

export interface Expectation {
    readonly column: Column;
    /** How often the plugin may have run since the killed command began. */
    readonly runs: number;
    /** The description of the snapshot that is wanted. */
    readonly description: string;
}

/** All that is not as it has to be; a pure decision. */
export function problemsOf(aftermath: Aftermath, expectation: Expectation): Problem[] {
    return [...general(aftermath), ...after[expectation.column](aftermath, expectation)];
}

const after: Readonly<Record<Column, (aftermath: Aftermath, expectation: Expectation) => Problem[]>> = {
    up: afterUp,
    destroy: afterDestroy,
    readd: afterReadding,
};

/** The harm that counts. */
export function worstOf(problems: readonly Problem[]): Harm | undefined {
    return harms.find((harm) => problems.some((problem) => problem.harm === harm));
}

function general({ failures, instance, providersLeft, deletedThoughHeld }: Aftermath): Problem[] {
    return [
        ...deletedThoughHeld.flatMap((id) =>
            when(true, "deleted", `${id} was deleted though a state held it`),
        ),
        ...failures.map((reason): Problem => ({ harm: "other", reason })),
        ...when(instance.frozen, "frozen", "the instance is frozen"),
        ...when(
            instance.ramRoleName !== undefined,
            "other",
            `the role ${instance.ramRoleName ?? ""} is left on the instance`,
        ),
        ...when(instance.leased, "other", "the tag of a temporary role is left on the instance"),
        ...when(providersLeft > 0, "other", "the provider's process outlives its engine"),
    ];
}

function afterUp(aftermath: Aftermath, { runs, description }: Expectation): Problem[] {
    const { held, groups, attempts } = aftermath;
    const own = new Set(held.map((snapshot) => snapshot.id));
    const invocations = new Set(held.map((snapshot) => snapshot.invokeId));
    return [
        ...groups
            .filter((group) => !own.has(group.id))
            .flatMap((group) => when(true, "lost", `${group.id} exists and is in no state`)),
        ...inState(aftermath, description),
        ...tooManyRuns(aftermath, runs),
        ...attempts
            .filter((attempt) => isUnsettled(attempt) && !invocations.has(attempt.invokeId))
            .flatMap((attempt) =>
                when(true, "other", `${attempt.invokeId} is ${attempt.state} and is in no state`),
            ),
    ];
}

/** The state holds the one snapshot that is wanted, as it is wanted. */
function inState({ held, groups }: Aftermath, description: string): Problem[] {
    const own = new Set(held.map((snapshot) => snapshot.id));
    const existing = new Set(groups.map((group) => group.id));
    return [
        ...when(held.length !== 1, "other", `${held.length} snapshots are in the state instead of one`),
        ...held
            .filter((snapshot) => !existing.has(snapshot.id))
            .flatMap((snapshot) => when(true, "lost", `${snapshot.id} is in the state and does not exist`)),
        ...held
            .filter((snapshot) => !snapshot.finished)
            .flatMap((snapshot) => when(true, "other", `${snapshot.id} is not finished`)),
        ...groups
            .filter((group) => own.has(group.id) && group.description !== description)
            .flatMap((group) => when(true, "other", `${group.id} is described as "${group.description}"`)),
    ];
}

function tooManyRuns({ attempts }: Aftermath, runs: number): Problem[] {
    const { length } = attempts.filter((attempt) => attempt.isNew);
    return when(length > runs, "duplicated", `the plugin ran ${length} times, ${runs} would have done`);
}

function afterDestroy({ held, groups, attempts }: Aftermath): Problem[] {
    return [
        ...held.flatMap((snapshot) => when(true, "other", `${snapshot.id} is still in the state`)),
        ...groups.flatMap((group) => when(true, "lost", `${group.id} exists and nothing finds it`)),
        ...attempts
            .filter(isUnsettled)
            .flatMap((attempt) => when(true, "other", `${attempt.invokeId} is still ${attempt.state}`)),
    ];
}

/** What was retained stays, in no state; but it is to be found. */
function afterReadding(aftermath: Aftermath, { runs, description }: Expectation): Problem[] {
    const { held, groups, attempts, found } = aftermath;
    const own = new Set(held.map((snapshot) => snapshot.id));
    return [
        ...groups
            .filter((group) => !own.has(group.id) && !found.includes(group.id))
            .flatMap((group) =>
                when(true, "lost", `${group.id} exists, is in no state, and nothing finds it`),
            ),
        ...inState(aftermath, description),
        ...tooManyRuns(aftermath, runs + 1),
        ...attempts
            .filter((attempt) => attempt.state === "open")
            .flatMap((attempt) => when(true, "other", `${attempt.invokeId} is still open`)),
    ];
}

/** Whether nobody is known to have recorded what came of it. */
function isUnsettled({ state }: { readonly state: string }): boolean {
    return state === "open" || state === "handed";
}

function when(isSo: boolean, harm: Harm, reason: string): Problem[] {
    return isSo ? [{ harm, reason }] : [];
}
