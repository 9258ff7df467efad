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
    /** The instances of which snapshots are wanted. */
    readonly instanceIds: readonly string[];
    /** Returns the most runs of the plugin on an instance that are allowed since the start of the killed command. */
    readonly maxRuns: (instanceId: string) => number;
    /** The most instances that a run may have. */
    readonly instancesPerRun: number;
    /** The description of the snapshot that is wanted. */
    readonly description: string;
    /** Its tags, as JSON. */
    readonly tags: string;
}

/** Lists everything that is wrong with an outcome; a pure decision. */
export function problemsOf(outcome: Outcome, expectation: Expectation): Problem[] {
    const { instancesPerRun, recovery } = expectation;
    return [
        ...generalProblems(outcome),
        ...outcome.runs
            .filter(({ instanceIds }) => instanceIds.length > instancesPerRun)
            .map(({ invokeId }) => problem("other", `${invokeId} has too many instances to try this`)),
        ...problemsAfter[recovery](outcome, expectation),
    ];
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

function generalProblems({ failures, instances, providersLeft, deletedThoughHeld }: Outcome): Problem[] {
    return [
        ...deletedThoughHeld.map((id) => problem("deleted", `${id} was deleted though a state held it`)),
        ...failures.map((reason) => problem("other", reason)),
        ...instances.flatMap(problemsOfInstance),
        ...problemIf(providersLeft > 0, "other", "the provider's process outlives its engine"),
    ];
}

function problemsOfInstance({
    instanceId,
    frozen,
    ramRoleName,
    firstRoleName,
    leased,
}: Outcome["instances"][number]): Problem[] {
    return [
        ...problemIf(frozen, "frozen", `${instanceId} is frozen`),
        ...problemIf(
            ramRoleName !== firstRoleName,
            "other",
            `${instanceId} has the role ${ramRoleName ?? "none"} instead of ${firstRoleName ?? "none"}`,
        ),
        ...problemIf(leased, "other", `the tag of a temporary role is left on ${instanceId}`),
    ];
}

function problemsAfterUp(outcome: Outcome, expectation: Expectation): Problem[] {
    const { held, groups, runs } = outcome;
    const own = new Set(held.map((snapshot) => snapshot.id));
    const invocations = new Set(held.map((snapshot) => snapshot.invokeId));
    return [
        ...groups
            .filter((group) => !own.has(group.id))
            .map((group) => problem("lost", `${group.id} exists and is in no state`)),
        ...problemsOfState(outcome, expectation),
        ...tooManyRuns(outcome, expectation.maxRuns),
        ...runs
            .filter((run) => isUncommitted(run) && !invocations.has(run.invokeId))
            .map((run) => problem("other", `${run.invokeId} is ${run.state} and is in no state`)),
    ];
}

/** The state has to hold one snapshot of each instance, finished, and described and tagged as wanted. */
function problemsOfState(
    { held, groups }: Outcome,
    { instanceIds, description, tags }: Expectation,
): Problem[] {
    const own = new Set(held.map((snapshot) => snapshot.id));
    const existing = new Set(groups.map((group) => group.id));
    return [
        ...[...new Set([...instanceIds, ...held.map(({ instanceId }) => instanceId)])].flatMap(
            (instanceId) => {
                const { length } = held.filter((snapshot) => snapshot.instanceId === instanceId);
                const wanted = instanceIds.includes(instanceId) ? 1 : 0;
                return problemIf(
                    length !== wanted,
                    "other",
                    `${length} snapshots of ${instanceId} are in the state instead of ${wanted}`,
                );
            },
        ),
        ...held
            .filter((snapshot) => !existing.has(snapshot.id))
            .map((snapshot) => problem("lost", `${snapshot.id} is in the state and does not exist`)),
        ...held
            .filter((snapshot) => !snapshot.finished)
            .map((snapshot) => problem("other", `${snapshot.id} is not finished`)),
        ...groups
            .filter((group) => own.has(group.id) && group.description !== description)
            .map((group) => problem("other", `${group.id} is described as "${group.description}"`)),
        ...groups
            .filter((group) => own.has(group.id) && group.tags.some((each) => each !== tags))
            .map((group) => problem("other", `${group.id} has the tags ${group.tags.join(", ")}`)),
    ];
}

function tooManyRuns({ runs }: Outcome, maxRuns: Expectation["maxRuns"]): Problem[] {
    const instanceIds = runs.filter((run) => run.isNew).flatMap((run) => run.instanceIds);
    return [...new Set(instanceIds)].flatMap((instanceId) => {
        const { length } = instanceIds.filter((other) => other === instanceId);
        const most = maxRuns(instanceId);
        return problemIf(
            length > most,
            "duplicated",
            `the plugin ran ${length} times on ${instanceId}, ${most} would have been enough`,
        );
    });
}

function problemsAfterDestroy({ held, groups, runs }: Outcome): Problem[] {
    return [
        ...held.map((snapshot) => problem("other", `${snapshot.id} is still in the state`)),
        ...groups.map((group) => problem("lost", `${group.id} exists and nothing finds it`)),
        ...runs.filter(isUncommitted).map((run) => problem("other", `${run.invokeId} is still ${run.state}`)),
    ];
}

/** A retained snapshot stays and is in no state, but the search for orphans has to find it. */
function problemsAfterReadding(outcome: Outcome, expectation: Expectation): Problem[] {
    const { held, groups, runs, found } = outcome;
    const own = new Set(held.map((snapshot) => snapshot.id));
    return [
        ...groups
            .filter((group) => !own.has(group.id) && !found.includes(group.id))
            .map((group) => problem("lost", `${group.id} exists, is in no state, and nothing finds it`)),
        ...problemsOfState(outcome, expectation),
        ...tooManyRuns(outcome, (instanceId) => expectation.maxRuns(instanceId) + 1),
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
