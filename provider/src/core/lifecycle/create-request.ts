import { circumstancesOf } from "../inputs/circumstances";
import { fingerprintOf, resourceOf, stackOf, type ResourceIdentity, type SnapshotRun } from "../run/run";
import type { SnapshotInputs } from "../inputs/inputs";
import { textDigest } from "../inputs/script-digest";
import { specify, type SnapshotSpecification } from "../inputs/specification";
import type { Context } from "../../cloud/context";
import { createTimeoutSeconds } from "../inputs/deadline";
import type { TrackedRun } from "../run/tracked-run";
import { definitionOf } from "../inputs/definition";

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

/**
 * Returns a run of the request, to be followed from now on.
 *
 * @param diskIds the disks that the groups have to hold, by instance. Default: not known, for a run that was found again.
 */
export function trackedRun(
    context: Context,
    { specification, fingerprint }: CreateRequest,
    run: SnapshotRun,
    diskIds: ReadonlyMap<string, readonly string[]> = new Map(),
): TrackedRun {
    // Another run may have had other scripts, of which nothing is known.
    const isKnown = run.fingerprint === fingerprint;
    return {
        run,
        instances: run.instanceIds.map((instanceId) => ({
            specification: { ...specification, instanceId },
            scriptOutput: isKnown ? specification.linux.scriptOutput : "secret",
            circumstances: isKnown ? circumstancesOf(specification, run.osType) : undefined,
            diskIds: diskIds.get(instanceId),
        })),
        deadline: context.clock.now() + createTimeoutSeconds(specification, run.osType) * 1000,
    };
}
