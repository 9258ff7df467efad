import { instances, linuxSnapshot } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";

/** An instance without a role; the snapshot's `"temporary"` one is to leave it that way. */
export const instanceId = instances.linux;

/** The differences between the program's versions. */
export interface Revision {
    /** A change of it demands a new snapshot. */
    readonly trigger: number;
    /** The number in the description, which is changed in place. */
    readonly description: number;
    /** Tells whether the scripts are given as text and delivered; otherwise they are on the instance. */
    readonly delivers: boolean;
    /** Tells whether the snapshot stays in the cloud when its resource is removed or replaced. */
    readonly retained: boolean;
}

export const firstRevision: Revision = { trigger: 1, description: 1, delivers: false, retained: false };

const texts = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

export function descriptionOf({ description }: Revision): string {
    return `description ${description}`;
}

/** Returns a program with one snapshot that takes every kind of call. */
export function snapshotProgram(revision: Revision): TestResource[] {
    const options = revision.retained ? { options: { retainOnDelete: true } } : {};
    return [
        {
            ...linuxSnapshot("a", instanceId, {
                roleAttachment: "temporary",
                snapshotGroupName: "before-the-kill",
                description: descriptionOf(revision),
                triggers: [String(revision.trigger)],
                ...(revision.delivers ? { linux: texts } : {}),
            }),
            ...options,
        },
    ];
}
