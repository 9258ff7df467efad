import { quietMs, type RunObservation } from "../../../../provider/src/cli/orphans/orphan";
import { create } from "../../../../provider/src/core/lifecycle/create";
import type { SnapshotOutputs } from "../../../../provider/src/core/lifecycle/outputs";
import {
    type PlannedRun,
    resourceOf,
    runOf,
    runTags,
    type SnapshotRun,
    stackOf,
} from "../../../../provider/src/core/run/run";
import type { FakeCloud } from "../../support/fake-cloud";
import {
    groupOf,
    identityOf,
    type InputChanges,
    inputsOf,
    instanceId,
    invocationOf,
    resultOf,
} from "../../support/samples";

/** The stack of the samples' resource. */
export const stack = stackOf(identityOf());

export function runMade(more: Partial<SnapshotRun> = {}): SnapshotRun {
    const run: PlannedRun = {
        runId: "1",
        stack,
        resource: resourceOf(identityOf()),
        fingerprint: "fingerprint",
        ownerToken: "ownerToken",
        diskSetDigest: "disks",
        osType: "linux",
        groupName: "before-20250102T030405Z-000001",
        detachRole: undefined,
        waitSeconds: 600,
    };
    const made = runOf(invocationOf({ tags: runTags(run) }));
    if (made === undefined) {
        throw new Error("The sample's tags are not those of a run.");
    }
    return { ...made, ...more };
}

/** A run that succeeded, with its group. */
export function traceOf(more: Partial<RunObservation> = {}): RunObservation {
    return { run: runMade(), instanceId, result: resultOf(), group: groupOf(), members: [], ...more };
}

/** Takes a snapshot and is killed before it hands that over, finished or not; then time passes. */
export async function takeAndForget(cloud: FakeCloud, changes: InputChanges = {}): Promise<SnapshotOutputs> {
    const before = new Set(cloud.invocations);
    try {
        return await handAndForget(cloud, changes);
    } finally {
        for (const invocation of cloud.invocations) {
            const { invokeId } = invocation;
            if (!before.has(invocation) && cloud.stateOf(invokeId) === "handed") {
                cloud.setState(invokeId, "open");
            }
        }
    }
}

/** Takes a snapshot that is handed over, but not known to be recorded; then time passes. */
export async function handAndForget(cloud: FakeCloud, changes: InputChanges = {}): Promise<SnapshotOutputs> {
    const outputs = await create(cloud.context, inputsOf(changes));
    cloud.pass(quietMs + 60_000);
    return outputs;
}
