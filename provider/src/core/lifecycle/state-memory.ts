import type { SnapshotOutputs } from "./outputs";

/** What one process has learned of states, and did itself, so that it needs no tag of the cloud to know it. */
export class StateMemory {
    /** The owner tokens under which states hold a run, by its invocation. */
    private readonly holders = new Map<string, Set<string>>();
    private readonly adopters = new Map<string, string>();
    private readonly recorded = new Map<string, string | undefined>();
    private readonly predecessors = new Map<string, SnapshotOutputs>();
    private readonly newResources = new Set<string>();
    private readonly taken = new Map<string, SnapshotOutputs>();

    /** The engine showed what a state holds. */
    note(state: SnapshotOutputs): void {
        const { invokeId, ownerToken = "", pending, regionId } = state;
        if (invokeId === undefined) {
            return;
        }
        this.holders.set(invokeId, (this.holders.get(invokeId) ?? new Set()).add(ownerToken));
        // One that runs is not a snapshot yet: it is to be adopted, not to be left to the resource that has it.
        if (pending?.phase !== "running") {
            this.recorded.set(invokeId, regionId);
        }
    }

    /** A state does not hold it any more. */
    forget({ invokeId = "", ownerToken = "" }: SnapshotOutputs): void {
        this.holders.get(invokeId)?.delete(ownerToken);
    }

    /** This process made the run that resource's. */
    noteAdoption(invokeId: string, ownerToken: string): void {
        this.adopters.set(invokeId, ownerToken);
    }

    /** Whom this process itself made the owner of a run. */
    adopterOf(invokeId: string): string | undefined {
        return this.adopters.get(invokeId);
    }

    /** Whether a state is known to hold the run, however far it is. */
    isHeld(invokeId: string): boolean {
        return (this.holders.get(invokeId)?.size ?? 0) > 0;
    }

    /** Whether a state is known to hold the run under another owner token. */
    isHeldByAnother(invokeId: string, ownerToken: string): boolean {
        return [...(this.holders.get(invokeId) ?? [])].some((holder) => holder !== ownerToken);
    }

    /** Whether a state is known to hold what came of the run. */
    isRecorded(invokeId: string): boolean {
        return this.recorded.has(invokeId);
    }

    /** The invocations in a region whose snapshots states are known to hold. */
    recordedIn(regionId: string): string[] {
        return [...this.recorded].filter(([, region]) => region === regionId).map(([invokeId]) => invokeId);
    }

    /** The regions in which there are any. */
    get recordedRegions(): string[] {
        return [...new Set(this.recorded.values())].filter((regionId) => regionId !== undefined);
    }

    /** What a resource that is created next succeeds, by the URN that it will have. */
    notePredecessor(resourceUrn: string | undefined, state: SnapshotOutputs): void {
        if (resourceUrn !== undefined) {
            this.predecessors.set(resourceUrn, state);
        }
    }

    /** This process took a snapshot for the resource of that URN. */
    noteTaken(resourceUrn: string | undefined, outputs: SnapshotOutputs): void {
        if (resourceUrn !== undefined) {
            this.taken.set(resourceUrn, outputs);
        }
    }

    takenBy(resourceUrn: string | undefined): SnapshotOutputs | undefined {
        return this.taken.get(resourceUrn ?? "");
    }

    /** The engine has no resource of that URN, nor one that it was before. */
    noteNewResource(resourceUrn: string): void {
        this.newResources.add(resourceUrn);
    }

    isNewResource(resourceUrn: string | undefined): boolean {
        return this.newResources.has(resourceUrn ?? "");
    }

    /** Undefined where the engine did not show it: for a new resource, or one that is replaced by force. */
    predecessorOf(resourceUrn: string | undefined): SnapshotOutputs | undefined {
        return this.predecessors.get(resourceUrn ?? "");
    }
}
