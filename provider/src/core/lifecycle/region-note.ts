import type { SnapshotInputs } from "../inputs/inputs";
import type { Difference } from "./diff";
import type { SnapshotOutputs } from "./outputs";

/**
 * What is to be said where the stack's region is not that of a snapshot whose program leaves the region to the stack; a
 * pure decision. Nobody sees otherwise that a snapshot stays where it is.
 *
 * @param stackRegion the region of resources that name none.
 * @returns undefined where there is nothing to be said: the program names a region, or it is the same.
 */
export function regionNote(
    { regionId: own }: Pick<SnapshotOutputs, "regionId">,
    { regionId: named }: Pick<SnapshotInputs, "regionId">,
    stackRegion: string | undefined,
    kind: Difference["kind"],
): string | undefined {
    if (named !== undefined || own === undefined || stackRegion === undefined || own === stackRegion) {
        return undefined;
    }
    return kind === "replace"
        ? `To be taken in ${stackRegion}, which is now the stack's region; the old snapshot is in ${own}. ` +
              `If you don't want this, set regionId: "${own}".`
        : `Stays in ${own}: the stack's region is now ${stackRegion}, but only new snapshots are taken there. ` +
              `Set regionId: "${own}" to confirm this, or regionId: "${stackRegion}" to take a new snapshot there.`;
}
