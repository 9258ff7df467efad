import type { Outcome } from "./outcome";

/** The ways to recover from a kill. */
export const recoveries = ["up", "destroy", "readd"] as const;

export type Recovery = (typeof recoveries)[number];

/** The kinds of harm that a kill can do, the worst first. */
export const harms = ["frozen", "deleted", "lost", "duplicated", "other"] as const;

export type Harm = (typeof harms)[number];

export interface Problem {
    readonly harm: Harm;
    readonly reason: string;
}

export interface Expectation {
    readonly recovery: Recovery;
    /** The most runs of the plugin that are allowed since the start of the killed command. */
    readonly maxRuns: number;
    /** The description of the snapshot that is wanted. */
    readonly description: string;
}

/** Lists everything that is wrong with an outcome; a pure decision. */
export function problemsOf(outcome: Outcome, expectation: Expectation): Problem[] {
    return [...generalProblems(outcome), ...problemsAfter[expectation.recovery](outcome, expectation)];
}

const problemsAfter: Readonly<Record<Recovery, (outcome: Outcome, expectation: Expectation) => Problem[]>> = {
    up: problemsAfterUp,
    destroy: problemsAfterDestroy,
    readd: problemsAfterReadding,
};

/** Returns the worst harm. */
export function worstOf(problems: readonly Problem[]): Harm | undefined {
    return harms.find((harm) => problems.some((problem) => problem.harm === harm));
}

function generalProblems({ failures, instance, providersLeft, deletedThoughHeld }: Outcome): Problem[] {
    return [
        ...deletedThoughHeld.map((id) => problem("deleted", `${id} was deleted though a state held it`)),
        ...failures.map((reason) => problem("other", reason)),
        ...problemIf(instance.frozen, "frozen", "the instance is frozen"),
        ...problemIf(
            instance.ramRoleName !== undefined,
            "other",
            `the role ${instance.ramRoleName ?? ""} is left on the instance`,
        ),
        ...problemIf(instance.leased, "other", "the tag of a temporary role is left on the instance"),
        ...problemIf(providersLeft > 0, "other", "the provider's process outlives its engine"),
    ];
}

function problemsAfterUp(outcome: Outcome, { maxRuns, description }: Expectation): Problem[] {
    const { held, groups, runs } = outcome;
    const own = new Set(held.map((snapshot) => snapshot.id));
    const invocations = new Set(held.map((snapshot) => snapshot.invokeId));
    return [
        ...groups
            .filter((group) => !own.has(group.id))
            .map((group) => problem("lost", `${group.id} exists and is in no state`)),
        ...problemsOfState(outcome, description),
        ...tooManyRuns(outcome, maxRuns),
        ...runs
            .filter((run) => isUncommitted(run) && !invocations.has(run.invokeId))
            .map((run) => problem("other", `${run.invokeId} is ${run.state} and is in no state`)),
    ];
}

/** The state has to hold one snapshot, finished and described as wanted. */
function problemsOfState({ held, groups }: Outcome, description: string): Problem[] {
    const own = new Set(held.map((snapshot) => snapshot.id));
    const existing = new Set(groups.map((group) => group.id));
    return [
        ...problemIf(held.length !== 1, "other", `${held.length} snapshots are in the state instead of one`),
        ...held
            .filter((snapshot) => !existing.has(snapshot.id))
            .map((snapshot) => problem("lost", `${snapshot.id} is in the state and does not exist`)),
        ...held
            .filter((snapshot) => !snapshot.finished)
            .map((snapshot) => problem("other", `${snapshot.id} is not finished`)),
        ...groups
            .filter((group) => own.has(group.id) && group.description !== description)
            .map((group) => problem("other", `${group.id} is described as "${group.description}"`)),
    ];
}

function tooManyRuns({ runs }: Outcome, maxRuns: number): Problem[] {
    const { length } = runs.filter((run) => run.isNew);
    return problemIf(
        length > maxRuns,
        "duplicated",
        `the plugin ran ${length} times, ${maxRuns} would have been enough`,
    );
}

function problemsAfterDestroy({ held, groups, runs }: Outcome): Problem[] {
    return [
        ...held.map((snapshot) => problem("other", `${snapshot.id} is still in the state`)),
        ...groups.map((group) => problem("lost", `${group.id} exists and nothing finds it`)),
        ...runs.filter(isUncommitted).map((run) => problem("other", `${run.invokeId} is still ${run.state}`)),
    ];
}

/** A retained snapshot stays and is in no state, but the search for orphans has to find it. */
function problemsAfterReadding(outcome: Outcome, { maxRuns, description }: Expectation): Problem[] {
    const { held, groups, runs, found } = outcome;
    const own = new Set(held.map((snapshot) => snapshot.id));
    return [
        ...groups
            .filter((group) => !own.has(group.id) && !found.includes(group.id))
            .map((group) => problem("lost", `${group.id} exists, is in no state, and nothing finds it`)),
        ...problemsOfState(outcome, description),
        ...tooManyRuns(outcome, maxRuns + 1),
        ...runs
            .filter((run) => run.state === "open")
            .map((run) => problem("other", `${run.invokeId} is still open`)),
    ];
}

/** Tells whether no state is known to have recorded a run. */
function isUncommitted({ state }: { readonly state: string }): boolean {
    return state === "open" || state === "handed";
}

function problemIf(condition: boolean, harm: Harm, reason: string): Problem[] {
    return condition ? [problem(harm, reason)] : [];
}

function problem(harm: Harm, reason: string): Problem {
    return { harm, reason };
}
