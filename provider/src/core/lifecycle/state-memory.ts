import type { FinishedOutputs, SnapshotOutputs } from "./outputs";

/** The states that the engine has shown to this process, and the process's own changes, which tags may show late. */
export class StateMemory {
    /** The owner tokens under which states hold a run, by its invocation. */
    private readonly holders = new Map<string, Set<string>>();
    private readonly adopters = new Map<string, string>();
    /** The instances whose parts of an adopted run were adopted, by its invocation. */
    private readonly adopted = new Map<string, Set<string>>();
    private readonly recorded = new Map<string, string | undefined>();
    private readonly predecessors = new Map<string, SnapshotOutputs>();
    private readonly newResources = new Set<string>();
    private readonly taken = new Map<string, FinishedOutputs>();

    /** Records a state that the engine has shown. */
    note(state: SnapshotOutputs): void {
        const { invokeId, ownerToken = "", pending, regionId } = state;
        if (invokeId === undefined) {
            return;
        }
        this.noteHolder(invokeId, ownerToken);
        // A running one is not a snapshot yet: it must be adopted, not left to the resource that holds it.
        if (pending?.phase !== "running") {
            this.recorded.set(invokeId, regionId);
        }
    }

    /** Records that a state holds runs, with all of their instances. */
    noteRuns(invokeIds: readonly string[], ownerToken: string, regionId: string): void {
        for (const invokeId of invokeIds) {
            this.noteHolder(invokeId, ownerToken);
            this.recorded.set(invokeId, regionId);
        }
    }

    private noteHolder(invokeId: string, ownerToken: string): void {
        this.holders.set(invokeId, (this.holders.get(invokeId) ?? new Set()).add(ownerToken));
    }

    /** Records that a state no longer holds its run. */
    forget({ invokeId = "", ownerToken = "" }: SnapshotOutputs): void {
        this.holders.get(invokeId)?.delete(ownerToken);
    }

    /** Records that this process made a resource the owner of a run, for its part on an instance. */
    noteAdoption(invokeId: string, ownerToken: string, instanceId: string): void {
        this.adopters.set(invokeId, ownerToken);
        this.adopted.set(invokeId, (this.adopted.get(invokeId) ?? new Set()).add(instanceId));
    }

    /** Tells whether this process made a resource the owner of a run, but left its part on an instance alone. */
    isLeftByAdopter(invokeId: string, instanceId: string): boolean {
        return this.adopted.get(invokeId)?.has(instanceId) === false;
    }

    /** Returns the owner token of the resource that this process made the owner of a run. */
    adopterOf(invokeId: string): string | undefined {
        return this.adopters.get(invokeId);
    }

    /** Tells whether a state is known to hold the run, finished or not. */
    isHeld(invokeId: string): boolean {
        return (this.holders.get(invokeId)?.size ?? 0) > 0;
    }

    /** Tells whether a state is known to hold the run under another owner token. */
    isHeldByAnother(invokeId: string, ownerToken: string): boolean {
        return [...(this.holders.get(invokeId) ?? [])].some((holder) => holder !== ownerToken);
    }

    /** Tells whether a state is known to hold the run's group. */
    isRecorded(invokeId: string): boolean {
        return this.recorded.has(invokeId);
    }

    /** Returns the invocations in a region whose groups states are known to hold. */
    recordedIn(regionId: string): string[] {
        return [...this.recorded].filter(([, region]) => region === regionId).map(([invokeId]) => invokeId);
    }

    /** The regions of the recorded invocations. */
    get recordedRegions(): string[] {
        return [...new Set(this.recorded.values())].filter((regionId) => regionId !== undefined);
    }

    /** Records the state that is replaced next, by the URN of its successor. */
    notePredecessor(resourceUrn: string | undefined, state: SnapshotOutputs): void {
        if (resourceUrn !== undefined) {
            this.predecessors.set(resourceUrn, state);
        }
    }

    /** Records the snapshot that this process took for the resource of that URN. */
    noteTaken(resourceUrn: string | undefined, outputs: FinishedOutputs): void {
        if (resourceUrn !== undefined) {
            this.taken.set(resourceUrn, outputs);
        }
    }

    takenBy(resourceUrn: string | undefined): FinishedOutputs | undefined {
        return this.taken.get(resourceUrn ?? "");
    }

    /** Records that the engine has no resource of that URN, and that it has no earlier name. */
    noteNewResource(resourceUrn: string): void {
        this.newResources.add(resourceUrn);
    }

    isNewResource(resourceUrn: string | undefined): boolean {
        return this.newResources.has(resourceUrn ?? "");
    }

    /** Returns the state that is replaced; undefined for a new resource, or before a forced replacement. */
    predecessorOf(resourceUrn: string | undefined): SnapshotOutputs | undefined {
        return this.predecessors.get(resourceUrn ?? "");
    }
}
