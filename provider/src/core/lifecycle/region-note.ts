import type { SnapshotInputs } from "../inputs/inputs";
import type { Difference } from "./diff";
import type { SnapshotOutputs } from "./outputs";

/**
 * Returns the note for a snapshot whose program leaves the region to the stack, if the stack's region has changed:
 * otherwise nothing shows that the snapshot stays in its region. Pure.
 *
 * @param stackRegion the region of resources that name none.
 * @returns undefined if the program names a region, or the region is the same.
 */
export function regionNote(
    { regionId: own }: Pick<SnapshotOutputs, "regionId">,
    { regionId: named }: Pick<SnapshotInputs, "regionId">,
    stackRegion: string | undefined,
    kind: Difference["kind"],
): string | undefined {
    if (!hasLeft(own, named, stackRegion)) {
        return undefined;
    }
    return kind === "replace"
        ? `To be taken in ${stackRegion}, which is now the stack's region; the old snapshot is in ${own}. ` +
              `If you don't want this, set regionId: "${own}".`
        : `Stays in ${own}: the stack's region is now ${stackRegion}, but only new snapshots are taken there. ` +
              `Set regionId: "${own}" to confirm this, or regionId: "${stackRegion}" to take a new snapshot there.`;
}

/** Returns the same note for a fleet, whose new snapshots are also taken in its own region. Pure. */
export function fleetRegionNote(
    { regionId: own }: Pick<SnapshotOutputs, "regionId">,
    { regionId: named }: Pick<SnapshotInputs, "regionId">,
    stackRegion: string | undefined,
    kind: Difference["kind"],
): string | undefined {
    if (!hasLeft(own, named, stackRegion)) {
        return undefined;
    }
    return kind === "replace"
        ? `To be replaced by a fleet in ${stackRegion}, which is now the stack's region; the old one is in ${own}. ` +
              `If you don't want this, set regionId: "${own}".`
        : `Stays in ${own}, with all its snapshots: the stack's region is now ${stackRegion}. ` +
              `Set regionId: "${own}" to confirm this, or regionId: "${stackRegion}" for a new fleet there.`;
}

/** Tells whether the stack's region is another one than that of a resource which takes it from the stack. */
function hasLeft(
    own: string | undefined,
    named: string | undefined,
    stackRegion: string | undefined,
): stackRegion is string {
    return named === undefined && own !== undefined && stackRegion !== undefined && own !== stackRegion;
}
