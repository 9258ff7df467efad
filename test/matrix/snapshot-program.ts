import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { instances, linuxSnapshot } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { descriptionOf, type Revision, scriptTexts, tagsOf } from "./revision";
import type { Subject } from "./subject";

/** An instance without a role; the snapshot's `"temporary"` one is to leave it that way. */
const instanceId = instances.linux;

/** A snapshot of one instance. */
export const snapshot: Subject = {
    fixture: defaultFixture,
    allInstanceIds: [instanceId],
    instanceIds: () => [instanceId],
    program: snapshotProgram,
    instancesPerRun: 1,
    environment: {},
};

/** Returns a program with one snapshot that takes every kind of call. */
function snapshotProgram(revision: Revision): TestResource[] {
    const options = revision.retained ? { options: { retainOnDelete: true } } : {};
    return [
        {
            ...linuxSnapshot("a", instanceId, {
                roleAttachment: "temporary",
                snapshotGroupName: "before-the-kill",
                description: descriptionOf(revision),
                tags: tagsOf(revision),
                triggers: [String(revision.trigger)],
                ...(revision.delivers ? { linux: scriptTexts } : {}),
            }),
            ...options,
        },
    ];
}
