import { join } from "node:path";

import { defaultFixture, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import { instances, scripts } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { descriptionOf, type Revision, scriptTexts, tagsOf } from "./revision";
import type { Subject } from "./subject";

/** Instances like the first one of the fixture: without a role, so that the fleet's `"temporary"` one is attached. */
const linux = ["i-bp1fleet000000000001", "i-bp1fleet000000000002"] as const;

/** Like these; a program names either the one or the other. */
const changing = ["i-bp1fleet000000000003", "i-bp1fleet000000000004"] as const;

/** Instances that share no run with those: one has the role already, the other one has Windows. */
const others = [instances.withRole, instances.windows] as const;

/** A fleet of five instances, of which two at most share a run. */
export const fleet: Subject = {
    fixture: fleetFixture,
    allInstanceIds: [...linux, ...changing, ...others],
    instanceIds,
    program: fleetProgram,
    instancesPerRun: 2,
    environment: { NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "small-runs.js"))}` },
};

function instanceIds({ change }: Revision): string[] {
    return [...linux, change % 2 === 1 ? changing[0] : changing[1], ...others];
}

/** Returns a program with one fleet that takes every kind of call. */
function fleetProgram(revision: Revision): TestResource[] {
    return [
        {
            name: "fleet",
            type: "fleet",
            args: {
                instanceIds: instanceIds(revision),
                linux: revision.delivers ? scriptTexts : scripts,
                windows: {},
                roleAttachment: "temporary",
                snapshotGroupName: "before-the-kill",
                description: descriptionOf(revision),
                tags: tagsOf(revision),
                triggers: [String(revision.trigger)],
            },
            ...(revision.retained ? { options: { retainOnDelete: true } } : {}),
        },
    ];
}

/** Returns a fixture with the instances of the fleet. */
function fleetFixture(): Fixture {
    const fixture = defaultFixture();
    const found = (wanted: string): Fixture["instances"] =>
        fixture.instances.filter(({ instanceId }) => instanceId === wanted);
    const copies = [...linux, ...changing].flatMap((instanceId) =>
        found(instances.linux).map((instance) => ({
            ...instance,
            instanceId,
            instanceName: instanceId,
            disks: instance.disks.map((disk) => ({
                ...disk,
                diskId: `d-${instanceId.slice(2)}-${disk.type.slice(0, 3)}`,
            })),
        })),
    );
    return { ...fixture, instances: [...copies, ...others.flatMap(found)] };
}
