import type { FixtureInstance } from "../fixture/fixture";
import { FixtureError } from "../fixture/schema";
import { whyNoFsfreeze } from "./fsfreeze";
import { whyNotFreezable } from "./loop-mount";

/** Throws when this machine cannot, or must not, freeze what an instance has mounted. */
export function checkMounts({ mounts = [] }: FixtureInstance, path: string): void {
    if (mounts.length === 0) {
        return;
    }
    const unable = whyNoFsfreeze();
    if (unable !== undefined) {
        throw new FixtureError(`${path}.mounts`, `cannot be frozen: ${unable}`);
    }
    for (const [index, mountPoint] of mounts.entries()) {
        const problem = whyNotFreezable(mountPoint);
        if (problem !== undefined) {
            throw new FixtureError(
                `${path}.mounts[${index}]`,
                `must not be frozen: ${mountPoint} ${problem}`,
            );
        }
    }
}
