import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { TemporaryRole } from "../role/temporary-role";
import type { RunState, SnapshotRun } from "../run/run";

/** A run that is not known to be recorded in a state. */
export interface FoundRun {
    readonly run: SnapshotRun;
    readonly facts: RunFacts;
}

/** The treatment of a run that is not known to be recorded in a state. */
export type Treatment = "adopt" | "clear" | "leave";

/** The facts on which a treatment depends. */
export interface RunFacts {
    readonly state: string;
    /** True if it is a run for the snapshot that the program wants now. */
    readonly wanted: boolean;
    /** True if it is so recent that running the program again is meant to resume it; undefined if unknown. */
    readonly young: boolean | undefined;
    /** True if the state that is being replaced holds it as unfinished. */
    readonly resumed: boolean;
    /** True if it is on the instance that the program names, or the stack has a namespace. */
    readonly inScope: boolean;
}

/**
 * Decides on the treatment of a run. Only a run that was never handed to an engine is cleared away: a state may hold
 * the group of any other, or may have retained it. Pure.
 */
export function treatmentOf({ state, wanted, young, resumed, inScope }: RunFacts): Treatment {
    if (wanted && (resumed || (young === true && inScope))) {
        return "adopt";
    }
    return isClearable({ state, inScope, young }) ? "clear" : "leave";
}

/** Tells whether a run may be cleared away if it is not adopted. */
export function isClearable({
    state,
    inScope,
    young,
}: Pick<RunFacts, "state" | "inScope" | "young">): boolean {
    return inScope && young !== undefined && state === ("open" satisfies RunState);
}

/** The facts about a run that is cleared away, for the warning if it is left alone after all. */
export const clearableFacts = { wanted: false, young: false, resumed: false, inScope: true } as const;

/** Returns the warning that a run is left alone, with the reason. */
export function describeLeftAlone({ run, facts }: FoundRun, error?: AppSnapshotError): string {
    const { invokeId, instanceIds, creationTime, groupName } = run;
    return [
        `Invocation ${invokeId}, which started the snapshot group ${groupName} of ${instanceIds.join(", ")} at ${creationTime}, is left alone: ${leftAloneReason(facts, error)}.`,
        ...(error === undefined ? [] : [`${facts.wanted ? "It can't be adopted: " : ""}${error.message}`]),
        "`npx app-snapshot orphans` shows what is left of it.",
    ].join(" ");
}

function leftAloneReason({ inScope, state }: RunFacts, error: AppSnapshotError | undefined): string {
    if (!inScope) {
        return "the program now names another instance, and the invocation may belong to another stack of the same name";
    }
    return state === "open" && error !== undefined
        ? "it may have a snapshot"
        : "a state may hold its snapshot, or may have retained it";
}

/** Returns the role that was attached only for a run. */
export function temporaryRoleOf({ instanceIds, detachRole, stack }: SnapshotRun): TemporaryRole | undefined {
    return detachRole === undefined ? undefined : { instanceIds, ramRoleName: detachRole, stack };
}
