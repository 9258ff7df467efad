import { instances, linuxSnapshot } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";

/** Of an instance without a role, which the snapshot's own `"temporary"` one is to leave as it was. */
export const instanceId = instances.linux;

/** What distinguishes the program's versions. */
export interface Revision {
    /** Another one demands a new snapshot. */
    readonly trigger: number;
    /** The number in the description, which is changed in place. */
    readonly description: number;
    /** Whether the scripts are given as text, to be delivered; otherwise they are on the instance. */
    readonly delivers: boolean;
    /** Whether it stays in the cloud when it is removed or replaced. */
    readonly retained: boolean;
}

export const firstRevision: Revision = { trigger: 1, description: 1, delivers: false, retained: false };

const texts = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

export function descriptionOf({ description }: Revision): string {
    return `description ${description}`;
}

/** A program with one snapshot that takes every kind of call there is. */
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
