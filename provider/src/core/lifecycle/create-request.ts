import type { Context } from "../../cloud/context";
import { circumstancesOf } from "../inputs/circumstances";
import { createTimeoutSeconds } from "../inputs/deadline";
import { definitionOf } from "../inputs/definition";
import type { SnapshotInputs } from "../inputs/inputs";
import { textDigest } from "../inputs/script-digest";
import { type SnapshotSpecification, specify } from "../inputs/specification";
import { fingerprintOf, type ResourceIdentity, resourceOf, type SnapshotRun, stackOf } from "../run/run";
import type { TrackedRun } from "../run/tracked-run";
import { diskSetDigestOf } from "../snapshot-group/disk-set-digest";

/** The request that create works on. */
export interface CreateRequest {
    readonly inputs: SnapshotInputs;
    readonly specification: SnapshotSpecification;
    readonly stack: string;
    readonly resource: string;
    readonly fingerprint: string;
    /** The new resource's owner token, see `PlannedRun.ownerToken`. */
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
        fingerprint: fingerprintFor(identity, inputs),
    };
}

/** Returns the identity of a resource; without a URN a unique one, so that nothing is adopted. */
export function identityOf(
    { namespace, newId }: Pick<Context, "namespace" | "newId">,
    { resourceUrn: urn = newId(), organization }: Pick<SnapshotInputs, "resourceUrn" | "organization">,
): ResourceIdentity {
    return { urn, organization, namespace };
}

/** Returns the fingerprint of the snapshot that these inputs define for a resource of that identity. */
export function fingerprintFor(identity: ResourceIdentity, inputs: SnapshotInputs): string {
    // A run with other scripts must not be adopted, although other texts alone don't replace a finished snapshot.
    const scripts = textDigest(inputs.linux);
    return fingerprintOf(identity, {
        ...definitionOf(inputs),
        ...(scripts === undefined ? {} : { scripts }),
    });
}

/**
 * Returns a run of the request, to be awaited from now on.
 *
 * @param diskIds the disks that the groups must contain, by instance. Default: unknown, for a run that was found again.
 */
export function trackedRun(
    context: Context,
    { specification, fingerprint }: CreateRequest,
    run: SnapshotRun,
    diskIds: ReadonlyMap<string, readonly string[]> = new Map(),
): TrackedRun {
    // Another run may have had other scripts, which are unknown.
    const isKnown = run.fingerprint === fingerprint;
    return {
        run,
        instances: run.instanceIds.map((instanceId) => {
            const known = diskIds.get(instanceId);
            return {
                specification: { ...specification, instanceId },
                scriptOutput: isKnown ? specification.linux.scriptOutput : "secret",
                circumstances: isKnown ? circumstancesOf(specification, run.osType) : undefined,
                diskIds: known,
                diskSetDigest: known === undefined ? run.diskSetDigest : diskSetDigestOf(known),
            };
        }),
        deadline: context.clock.now() + createTimeoutSeconds(specification, run.osType) * 1000,
    };
}
