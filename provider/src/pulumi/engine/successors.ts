import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";

/**
 * The resources that this process has found or left unfinished. What one of them replaces must stay until it is
 * finished: after a failure the engine deletes nothing, but `--continue-on-error` makes it delete the replaced resource
 * all the same.
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

    noteUnfinished(urn: string | undefined, id: string): void {
        if (urn !== undefined) {
            this.unfinished.set(urn, id);
        }
    }

    noteFinished(urn: string | undefined): void {
        this.unfinished.delete(urn ?? "");
    }

    /**
     * Checks that a resource may be deleted.
     *
     * @param urn the resource's own.
     * @throws AppSnapshotError SuccessorUnfinished if it is replaced by an unfinished one.
     */
    assertDeletable(id: string, urn: string | undefined): void {
        const successor = this.unfinished.get(this.declared.get(id) ?? urn ?? "");
        if (successor !== undefined && successor !== id) {
            throw new AppSnapshotError(ownErrors.SuccessorUnfinished, { detail: `it is ${successor}` });
        }
    }
}
