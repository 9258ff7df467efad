import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";

/**
 * The resources that this process left unfinished. What one of them replaces must stay until it is finished: after a
 * failure the engine deletes nothing, but `--continue-on-error` makes it delete the replaced resource all the same.
 */
export class Successors {
    /** The ids of the unfinished resources, by URN. */
    private readonly unfinished = new Map<string, string>();
    /** The URNs of the resources that the program declares instead, by the id of the present one. */
    private readonly declared = new Map<string, string>();

    /** Records the resource of the program that a present one was compared with; it may have another URN. */
    noteComparison(id: string, urn: string | undefined): void {
        if (urn !== undefined) {
            this.declared.set(id, urn);
        }
    }

    /** @param unfinishedId the id of an unfinished resource; undefined once it is finished, or if nothing exists of it. */
    noteOutcome(urn: string | undefined, unfinishedId: string | undefined): void {
        if (urn === undefined) {
            return;
        }
        if (unfinishedId === undefined) {
            this.unfinished.delete(urn);
        } else {
            this.unfinished.set(urn, unfinishedId);
        }
    }

    /**
     * Checks that a resource may be deleted.
     *
     * @param urn the resource's own.
     * @throws AppSnapshotError SuccessorUnfinished if it is replaced by an unfinished one.
     */
    assertDeletable(id: string, urn: string | undefined): void {
        const successor = [this.declared.get(id), urn]
            .map((known) => this.unfinished.get(known ?? ""))
            .find((unfinishedId) => unfinishedId !== undefined && unfinishedId !== id);
        if (successor !== undefined) {
            throw new AppSnapshotError(ownErrors.SuccessorUnfinished, { detail: `it is ${successor}` });
        }
    }
}
