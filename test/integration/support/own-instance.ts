import { defaultFixture, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import { linuxInputs } from "../provider";

/** An instance of the fixture that the own ones of a test resemble. */
export type Model = "linux" | "windows";

const models: Readonly<Record<Model, string>> = {
    linux: linuxInputs.instanceId,
    windows: "i-bp1windows0000000001",
};

let instances = 0;

/**
 * Returns a fixture with instances like these, whose ids are unique in this process: the provider takes one snapshot of
 * an instance at a time, so worlds side by side would wait for each other.
 */
export function fixtureWithOwnInstances(wanted: readonly Model[]): {
    readonly fixture: Fixture;
    readonly instanceIds: readonly string[];
} {
    const fixture = defaultFixture();
    const own = wanted.flatMap((model) =>
        fixture.instances
            .filter(({ instanceId }) => instanceId === models[model])
            .map((instance) => {
                const number = ++instances;
                const disks = instance.disks.map((disk) => ({ ...disk, diskId: `${disk.diskId}-${number}` }));
                return { ...instance, instanceId: `i-bp1own${number}`, disks };
            }),
    );
    return {
        instanceIds: own.map(({ instanceId }) => instanceId),
        fixture: { ...fixture, instances: own },
    };
}
