import { defaultFixture, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";
import { linuxInputs } from "../provider";

let instances = 0;

/**
 * A fixture with one instance, of an id that no other world of this process has: the provider takes one snapshot of
 * an instance at a time, and worlds that are tried side by side would wait for each other.
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
