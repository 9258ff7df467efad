import { markerOf, resourceOf, stackOf, type MadeAttempt } from "../cloud-assistant/attempt";
import type { LinuxInputs, SnapshotInputs } from "../inputs/inputs";
import { specify, type SnapshotSpecification } from "../inputs/specification";
import { sha256 } from "../scripts/script-file";
import type { Context } from "../runtime/context";
import { progressOf, type AttemptEnd, type Running } from "./attempt-run";
import { createTimeoutSeconds } from "./deadline";
import { definitionOf } from "./definition";
import { keptInputs, type SnapshotOutputs } from "./outputs";
import { settle } from "./settle";

/** What create works on. */
export interface Order {
    readonly inputs: SnapshotInputs;
    readonly specification: SnapshotSpecification;
    readonly stack: string;
    readonly resource: string;
    readonly marker: string;
    /** What the new resource will know its invocation by, see `Attempt.claim`. */
    readonly claim: string;
}

export function orderOf(context: Context, inputs: SnapshotInputs): Order {
    // Without a URN nothing could tell two resources apart, so nothing is taken up then.
    const resourceUrn = inputs.resourceUrn ?? context.newId();
    return {
        inputs,
        specification: specify(inputs),
        stack: stackOf(resourceUrn),
        claim: context.newId(),
        resource: resourceOf(resourceUrn),
        marker: markerOf(resourceUrn, { ...definitionOf(inputs), ...scriptDigests(inputs.linux) }),
    };
}

/** An attempt with another script must not be taken for this one's, though its snapshot could stay if it were done. */
function scriptDigests({ preScript, postScript }: LinuxInputs = {}): Readonly<Record<string, string>> {
    return preScript === undefined && postScript === undefined
        ? {}
        : { scripts: sha256(`${preScript ?? ""}\0${postScript ?? ""}`) };
}

/** @param diskIds the disks that the group has to hold; undefined for an attempt that was found again. */
export function runningOf(
    context: Context,
    { inputs, specification }: Order,
    attempt: MadeAttempt,
    diskIds: readonly string[] | undefined,
): Running {
    return {
        specification,
        kept: keptInputs(inputs, context.regionId),
        attempt,
        diskIds,
        deadline: context.clock.now() + createTimeoutSeconds(specification, attempt.system) * 1000,
    };
}

/** Makes the group of a successful attempt the resource's. */
export function settleEnd(
    context: Context,
    running: Running,
    end: Extract<AttemptEnd, { ok: true }>,
    warnings: readonly string[],
): Promise<SnapshotOutputs> {
    return settle(context, {
        ...progressOf(running),
        specification: running.specification,
        resource: running.attempt.resource,
        snapshotGroupId: end.snapshotGroupId,
        saysFilesystemOnly: end.output.saysFilesystemOnly,
        evidence: end.evidence,
        warnings,
        deadline: running.deadline,
    });
}
