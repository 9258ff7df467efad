import { circumstancesOf } from "../inputs/circumstances";
import { fingerprintOf, resourceOf, stackOf, type ResourceIdentity, type SnapshotRun } from "../run/run";
import type { SnapshotInputs } from "../inputs/inputs";
import { textDigest } from "../inputs/script-digest";
import { specify, type SnapshotSpecification } from "../inputs/specification";
import type { Context } from "../../cloud/context";
import { progressOf, type RunEnd, type Running } from "./plugin-run";
import { createTimeoutSeconds } from "../inputs/deadline";
import { definitionOf } from "../inputs/definition";
import type { Settled } from "./hand-over";
import { keptInputs } from "./outputs";
import { finalize, type Unsettled } from "./finalize";

/** What create works on. */
export interface CreateRequest {
    readonly inputs: SnapshotInputs;
    readonly specification: SnapshotSpecification;
    readonly stack: string;
    readonly resource: string;
    readonly fingerprint: string;
    /** What the new resource will know its invocation by, see `PlannedRun.ownerToken`. */
    readonly ownerToken: string;
}

export function createRequest(context: Context, inputs: SnapshotInputs): CreateRequest {
    const identity = identityOf(context, inputs);
    return {
        inputs,
        specification: specify(inputs),
        stack: stackOf(identity),
        ownerToken: context.newId(),
        resource: resourceOf(identity),
        fingerprint: fingerprintUnder(identity, inputs),
    };
}

/** Without a URN nothing could tell two resources apart, so nothing is adopted then. */
export function identityOf(
    { namespace, newId }: Pick<Context, "namespace" | "newId">,
    { resourceUrn: urn = newId(), organization }: Pick<SnapshotInputs, "resourceUrn" | "organization">,
): ResourceIdentity {
    return { urn, organization, namespace };
}

/** The fingerprint of the snapshot that these inputs define, were it a resource's of that identity. */
export function fingerprintUnder(identity: ResourceIdentity, inputs: SnapshotInputs): string {
    // A run with another script must not be taken for this one's, though its snapshot could stay if it were done.
    const scripts = textDigest(inputs.linux);
    return fingerprintOf(identity, {
        ...definitionOf(inputs),
        ...(scripts === undefined ? {} : { scripts }),
    });
}

/** @param diskIds the disks that the group has to hold; undefined for a run that was found again. */
export function runningOf(
    context: Context,
    { inputs, specification, fingerprint }: CreateRequest,
    run: SnapshotRun,
    diskIds: readonly string[] | undefined,
): Running {
    // Another run may have had other scripts, which nothing is known of.
    const isKnown = run.fingerprint === fingerprint;
    return {
        specification,
        kept: keptInputs(inputs, context.regionId),
        run,
        scriptOutput: isKnown ? specification.linux.scriptOutput : "secret",
        circumstances: isKnown ? circumstancesOf(specification, run.osType) : undefined,
        diskIds,
        deadline: context.clock.now() + createTimeoutSeconds(specification, run.osType) * 1000,
    };
}

/**
 * Makes the group of a successful run the resource's.
 *
 * @param onShortfall what becomes of a group that falls short: it is deleted only if nobody else can hold it.
 */
export async function settleEnd(
    context: Context,
    running: Running,
    end: Extract<RunEnd, { ok: true }>,
    { warnings, onShortfall, isAdopted = false }: Pick<Unsettled, "warnings" | "onShortfall" | "isAdopted">,
): Promise<Settled> {
    const unsettled: Unsettled = {
        ...progressOf(running),
        specification: running.specification,
        snapshotGroupId: end.snapshotGroupId,
        saysFilesystemOnly: end.output.saysFilesystemOnly,
        evidence: end.evidence,
        warnings,
        onShortfall,
        isAdopted,
        deadline: running.deadline,
    };
    return { unsettled, outputs: await finalize(context, unsettled) };
}
