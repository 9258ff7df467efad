import { defaultFixture, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import { linuxInputs } from "../provider";

let instances = 0;

/**
 * Returns a fixture with one instance, whose id is unique in this process: the provider takes one snapshot of an
 * instance at a time, so worlds side by side would wait for each other.
 */
export function fixtureWithOwnInstance(): { readonly fixture: Fixture; readonly instanceId: string } {
    const instanceId = `i-bp1own${++instances}`;
    const fixture = defaultFixture();
    const [instance] = fixture.instances.filter((found) => found.instanceId === linuxInputs.instanceId);
    return {
        instanceId,
        fixture: { ...fixture, instances: instance === undefined ? [] : [{ ...instance, instanceId }] },
    };
}
