import { linuxInputs, resourceUrn, scriptTexts } from "../provider";
import type { Values } from "./deployment";
import type { Model } from "./own-instance";

/** The resource whose life is lived. */
export interface Subject {
    readonly isOfFleets: boolean;
    readonly resourceUrn: string;
    /** The instances that its programs name. */
    readonly models: readonly Model[];
    /** Returns the inputs of its first program. */
    readonly inputs: (instanceIds: readonly string[]) => Values;
    /** Returns the inputs after a change that is made in place. */
    readonly changed: (instanceIds: readonly string[]) => Values;
}

const common = { keepLast: 1, timeoutSeconds: 300, tags: { stage: "test", team: "integration" } };

/** A change that is made in place: of the tags, one is changed, one added and one removed. */
const change = { description: "another one", tags: { stage: "live", release: "2" } };

/** A snapshot of one instance, whose life needs every operation. */
export const snapshot: Subject = {
    isOfFleets: false,
    resourceUrn,
    models: ["linux"],
    inputs: snapshotInputs,
    changed: (instanceIds) => ({ ...snapshotInputs(instanceIds), ...change }),
};

function snapshotInputs([instanceId]: readonly string[]): Values {
    return { ...linuxInputs, instanceId, ...common };
}

const fleetUrn = "urn:pulumi:test::integration::pulumi-nodejs:dynamic/alicloud:AppConsistentSnapshotFleet::a";

/**
 * A fleet of four instances, of which two at most share a run. In the end, its program names another one instead of the
 * third.
 */
export const fleet: Subject = {
    isOfFleets: true,
    resourceUrn: fleetUrn,
    models: ["linux", "linux", "linux", "windows", "linux"],
    inputs: (instanceIds) => fleetInputs(instanceIds.slice(0, 4)),
    changed: (instanceIds) => ({
        ...fleetInputs(instanceIds.filter((_instanceId, index) => index !== 2)),
        ...change,
    }),
};

/** The most instances of one run of the fleet. */
export const instancesPerRun = 2;

function fleetInputs(instanceIds: readonly string[]): Values {
    return {
        resourceUrn: fleetUrn,
        instanceIds,
        linux: scriptTexts,
        windows: {},
        snapshotGroupName: "integration",
        description: "integration",
        roleAttachment: "temporary",
        retainOnDelete: false,
        ...common,
    };
}
