import {
    attemptOf,
    attemptTags,
    resourceOf,
    stackOf,
    type Attempt,
    type MadeAttempt,
} from "../../../provider/src/cloud-assistant/attempt";
import { create } from "../../../provider/src/lifecycle/create";
import type { SnapshotOutputs } from "../../../provider/src/lifecycle/outputs";
import { quietMilliseconds, type Trace } from "../../../provider/src/orphans/orphan";
import type { FakeCloud } from "../support/fake-cloud";
import { groupOf, inputsOf, invocationOf, resultOf, urn, type InputChanges } from "../support/samples";

/** The stack of the samples' resource. */
export const stack = stackOf(urn);

export function attemptMade(more: Partial<MadeAttempt> = {}): MadeAttempt {
    const attempt: Attempt = {
        attemptId: "1",
        stack,
        resource: resourceOf(urn),
        marker: "marker",
        claim: "claim",
        disks: "disks",
        system: "linux",
        groupName: "before-20250102T030405Z-000001",
        detachRole: undefined,
    };
    const made = attemptOf(invocationOf({ tags: attemptTags(attempt) }));
    if (made === undefined) {
        throw new Error("The sample's tags are not those of an attempt.");
    }
    return { ...made, ...more };
}

/** A run that succeeded, with its group. */
export function traceOf(more: Partial<Trace> = {}): Trace {
    return { attempt: attemptMade(), result: resultOf(), group: groupOf(), ...more };
}

/** Takes a snapshot that nobody records, as an update does that is killed; then time passes. */
export async function takeAndForget(cloud: FakeCloud, changes: InputChanges = {}): Promise<SnapshotOutputs> {
    const outputs = await create(cloud.context, inputsOf(changes));
    cloud.context.clock.pass(quietMilliseconds + 60_000);
    return outputs;
}
