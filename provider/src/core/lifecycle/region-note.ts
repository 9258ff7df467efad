import type { Difference } from "./diff";

interface HasRegion {
    readonly regionId?: string | undefined;
}

/** The sentences of a note, given the region that a resource has and the stack's. */
export interface RegionWords {
    readonly replaced: (own: string, stackRegion: string) => string;
    readonly stays: (own: string, stackRegion: string) => string;
}

/** The words for a snapshot. */
export const snapshotWords: RegionWords = {
    replaced: (own, stackRegion) =>
        `To be taken in ${stackRegion}, which is now the stack's region; the old snapshot is in ${own}. ` +
        `If you don't want this, set regionId: "${own}".`,
    stays: (own, stackRegion) =>
        `Stays in ${own}: the stack's region is now ${stackRegion}, but only new snapshots are taken there. ` +
        `Set regionId: "${own}" to confirm this, or regionId: "${stackRegion}" to take a new snapshot there.`,
};

/** The words for a fleet, whose new snapshots are also taken in its own region. */
export const fleetWords: RegionWords = {
    replaced: (own, stackRegion) =>
        `To be replaced by a fleet in ${stackRegion}, which is now the stack's region; the old one is in ${own}. ` +
        `If you don't want this, set regionId: "${own}".`,
    stays: (own, stackRegion) =>
        `Stays in ${own}, with all its snapshots: the stack's region is now ${stackRegion}. ` +
        `Set regionId: "${own}" to confirm this, or regionId: "${stackRegion}" for a new fleet there.`,
};

/**
 * Returns the note for a resource whose program leaves the region to the stack, if the stack's region has changed:
 * otherwise nothing shows that its snapshots stay in their region. Pure.
 *
 * @param stackRegion the region of resources that name none.
 * @returns undefined if the program names a region, or the region is the same.
 */
export function regionNote(
    { regionId: own }: HasRegion,
    { regionId: named }: HasRegion,
    stackRegion: string | undefined,
    kind: Difference["kind"],
    words: RegionWords,
): string | undefined {
    if (named !== undefined || own === undefined || stackRegion === undefined || own === stackRegion) {
        return undefined;
    }
    return kind === "replace" ? words.replaced(own, stackRegion) : words.stays(own, stackRegion);
}
