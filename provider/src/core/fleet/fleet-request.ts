import type { Context } from "../../cloud/context";
import { type FleetInputs, fleetMembers, type OnFailure } from "../inputs/fleet-inputs";
import type { SnapshotInputs } from "../inputs/inputs";
import { optionsFor, specify } from "../inputs/specification";
import { type CreateRequest, fingerprintFor, identityOf } from "../lifecycle/create-request";
import { type ResourceIdentity, resourceOf, stackOf } from "../run/run";

/** The request that a create or update of a fleet works on. */
export interface FleetRequest {
    readonly fleetId: string;
    /** The fleet's owner token, see `PlannedRun.ownerToken`. */
    readonly ownerToken: string;
    readonly stack: string;
    readonly resource: string;
    readonly resourceUrn: string | undefined;
    /** The requests for the instances, in the order of the program's list. */
    readonly instances: readonly CreateRequest[];
    readonly maxConcurrentInstances: number;
    readonly onFailure: OnFailure;
}

export function fleetRequest(
    context: Context,
    inputs: FleetInputs,
    { fleetId, ownerToken }: Pick<FleetRequest, "fleetId" | "ownerToken">,
): FleetRequest {
    const identity = identityOf(context, inputs);
    const shared = { stack: stackOf(identity), resource: resourceOf(identity), ownerToken };
    const ownOptions = new Map(
        (inputs.instances ?? []).map((instance) => [instance.instanceId, optionsFor(instance)]),
    );
    const { resourceUrn, maxConcurrentInstances = Infinity, onFailure = "continue" } = inputs;
    return {
        ...{ fleetId, ownerToken, resourceUrn, maxConcurrentInstances, onFailure },
        ...{ stack: shared.stack, resource: shared.resource },
        instances: fleetMembers(inputs).map((one) => ({
            ...shared,
            inputs: one,
            // Those of the whole fleet may be for other instances.
            specification: { ...specify(one), optionsFor: ownOptions.get(one.instanceId) ?? [] },
            fingerprint: memberFingerprint(identity, one),
        })),
    };
}

/**
 * Returns the fingerprint of the snapshot of one instance. Instances with the same definition share runs, whatever the
 * others of the fleet are.
 */
export function memberFingerprint(identity: ResourceIdentity, inputs: SnapshotInputs): string {
    return fingerprintFor(identity, { ...inputs, instanceId: "" });
}

/** Returns the request for an instance that the fleet does not name (any more): only to clean up after it. */
export function requestForOther({ instances }: FleetRequest, instanceId: string): CreateRequest | undefined {
    const [first] = instances;
    return first === undefined
        ? undefined
        : {
              ...first,
              inputs: { ...first.inputs, instanceId },
              specification: { ...first.specification, instanceId },
              fingerprint: "",
          };
}
