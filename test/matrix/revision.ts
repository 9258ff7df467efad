/** The differences between the program's versions. */
export interface Revision {
    /** A change of it demands a new snapshot. */
    readonly trigger: number;
    /** The number in the description and in the tags, which are changed in place. */
    readonly description: number;
    /** With each number, a fleet names one other instance instead of one that it named before. */
    readonly change: number;
    /** Tells whether the scripts are given as text and delivered; otherwise they are on the instance. */
    readonly delivers: boolean;
    /** Tells whether the snapshot stays in the cloud when its resource is removed or replaced. */
    readonly retained: boolean;
}

export const firstRevision: Revision = {
    trigger: 1,
    description: 1,
    change: 1,
    delivers: false,
    retained: false,
};

export function descriptionOf({ description }: Revision): string {
    return `description ${description}`;
}

/** Returns the tags, of which each revision changes one, adds one and removes one. */
export function tagsOf({ description }: Pick<Revision, "description">): Readonly<Record<string, string>> {
    return { revision: String(description), [`only-${description}`]: "" };
}

/** Scripts to deliver. */
export const scriptTexts = { preScript: "#!/bin/sh\n", postScript: "#!/bin/sh\nexit 0\n" };

export function same(revision: Revision): Revision {
    return revision;
}

/** Returns the version that demands new snapshots. */
export function replaced(revision: Revision): Revision {
    // The calls must be those of the baseline run, whichever scenario took the present snapshots.
    return { ...revision, trigger: revision.trigger + 1, delivers: false };
}

/** Returns the version with another description and other tags. */
export function described(revision: Revision): Revision {
    return { ...revision, description: revision.description + 1 };
}

/** Returns the version in which a fleet names one other instance. */
export function changed(revision: Revision): Revision {
    return { ...revision, change: revision.change + 1 };
}

/** Returns the version whose scripts are delivered. */
export function delivered(revision: Revision): Revision {
    return { ...revision, delivers: true };
}

/** Returns the version with `retainOnDelete`. */
export function retained(revision: Revision): Revision {
    return { ...revision, retained: true };
}
