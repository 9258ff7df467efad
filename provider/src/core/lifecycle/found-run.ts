import type { RunState, SnapshotRun } from "../run/run";
import type { AppSnapshotError } from "../../errors/app-snapshot-error";
import type { TemporaryRole } from "../role/temporary-role";

/** A run that no state is known to have recorded. */
export interface FoundRun {
    readonly run: SnapshotRun;
    readonly facts: RunFacts;
}

/** What is to be done with a run that no state is known to have recorded. */
export type Treatment = "adopt" | "clear" | "leave";

/** What a treatment depends on. */
export interface RunFacts {
    readonly state: string;
    /** Whether it is of the snapshot that the program asks for now. */
    readonly wanted: boolean;
    /** Whether it was made so lately that whoever runs the program again means it; undefined where that is not known. */
    readonly young: boolean | undefined;
    /** Whether a state holds it as unfinished, which the resource that is created now succeeds. */
    readonly resumed: boolean;
    /** Whether it is of the instance that the program names, or of whatever instance of a stack of its own name. */
    readonly inScope: boolean;
}

/**
 * Decides about a run; pure. Only what was never handed to an engine is ever cleared away: of all else a state may
 * hold the group, or may have been told to retain it.
 */
export function treatmentOf({ state, wanted, young, resumed, inScope }: RunFacts): Treatment {
    if (wanted && (resumed || (young === true && inScope))) {
        return "adopt";
    }
    return isClearable({ state, inScope, young }) ? "clear" : "leave";
}

/** Whether it may be cleared away, where it is not adopted. */
export function isClearable({ state, inScope, young }: Pick<RunFacts, "state" | "inScope" | "young">): boolean {
    return inScope && young !== undefined && state === ("open" satisfies RunState);
}

/** What is known of a run that is cleared away, for who names it after all. */
export const clearableFacts = { wanted: false, young: false, resumed: false, inScope: true } as const;

/** Names a run that is left alone, and says why. */
export function describeLeftAlone({ run, facts }: FoundRun, why?: AppSnapshotError): string {
    const { invokeId, instanceIds, creationTime, groupName } = run;
    return [
        `Invocation ${invokeId}, which started the snapshot group ${groupName} of ${instanceIds.join(", ")} at ${creationTime}, is left alone: ${leftAloneReason(facts, why)}.`,
        ...(why === undefined ? [] : [`${facts.wanted ? "It can't be adopted: " : ""}${why.message}`]),
        "`npx app-snapshot orphans` shows what is left of it.",
    ].join(" ");
}

function leftAloneReason({ inScope, state }: RunFacts, why: AppSnapshotError | undefined): string {
    if (!inScope) {
        return "the program now names another instance, and the invocation may belong to another stack of the same name";
    }
    return state === "open" && why !== undefined
        ? "it may have a snapshot"
        : "a state may hold its snapshot, or may have retained it";
}

/** The role that was attached for a run only. */
export function temporaryRoleOf({ instanceIds, detachRole, stack }: SnapshotRun): TemporaryRole | undefined {
    return detachRole === undefined ? undefined : { instanceIds, ramRoleName: detachRole, stack };
}
