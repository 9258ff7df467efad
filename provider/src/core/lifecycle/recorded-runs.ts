import { type Context, contextIn } from "../../cloud/context";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { stackTag } from "../run/run";
import { unrecordedRuns } from "../run/run-search";
import { commitRuns } from "../run/run-state";
import type { StateMemory } from "./state-memory";

/**
 * Commits runs that states are known to hold, but that were never committed because their update was interrupted, or a
 * sibling failed, before the program could acknowledge them. Searches once for each stack and region.
 */
export class RecordedRuns {
    private readonly found = new Map<string, Promise<Set<string>>>();

    constructor(private readonly memory: StateMemory) {}

    /** Never throws: a run that is not committed is not deleted by a process that knows the state. */
    async commit(context: Context, stack: string): Promise<void> {
        await Promise.all(
            this.memory.recordedRegions.map((regionId) => this.commitIn(contextIn(context, regionId), stack)),
        );
    }

    private async commitIn(context: Context, stack: string): Promise<void> {
        try {
            const uncommitted = await this.uncommitted(context, stack);
            const recorded = this.memory.recordedIn(context.regionId).filter((id) => uncommitted.delete(id));
            if (recorded.length > 0) {
                await commitRuns(context.api, recorded).catch((thrown: unknown) => {
                    recorded.forEach((invokeId) => uncommitted.add(invokeId));
                    throw thrown;
                });
            }
        } catch (thrown) {
            context.log.debug(`recorded snapshots are not committed: ${asAppSnapshotError(thrown).message}`);
        }
    }

    /** Returns the runs that are handed, or still open because their tag could not be set or is not visible yet. */
    private uncommitted(context: Context, stack: string): Promise<Set<string>> {
        const key = `${context.regionId} ${stack}`;
        let found = this.found.get(key);
        if (found === undefined) {
            found = unrecordedRuns(context, stackTag(stack)).then(
                (runs) => new Set(runs.map(({ invokeId }) => invokeId)),
            );
            this.found.set(key, found);
            found.catch(() => this.found.delete(key));
        }
        return found;
    }
}
