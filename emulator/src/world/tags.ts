import type { Timing } from "../settings/timing";

/** A tag in a request. */
export interface Tag {
    readonly key: string;
    readonly value: string;
}

/** The moment from which a change of a tag is shown: the delay after another moment. */
export interface Appearance {
    readonly after: number;
    readonly delay: "tagVisibilityMs" | "consistencyTagMs";
}

/** The tags of a resource: as they are, and as Describe operations show them, which may be late. */
export class Tags {
    /** The changes in their order. Without a value it is a removal; without an appearance it is shown at once. */
    private readonly changes: {
        readonly key: string;
        readonly value: string | undefined;
        readonly appearance: Appearance | undefined;
    }[] = [];
    /** The tags after all changes, once somebody has asked for them. */
    private latest: ReadonlyMap<string, string> | undefined;

    constructor(initial: Iterable<readonly [string, string]> = []) {
        for (const [key, value] of initial) {
            this.set(key, value);
        }
    }

    set(key: string, value: string | undefined, appearance?: Appearance): void {
        this.changes.push({ key, value, appearance });
        this.latest = undefined;
    }

    get current(): ReadonlyMap<string, string> {
        return (this.latest ??= this.after(() => true));
    }

    shown(now: number, timing: Pick<Timing, Appearance["delay"]>): ReadonlyMap<string, string> {
        const counts = (appearance: Appearance | undefined) =>
            appearance === undefined || now >= appearance.after + timing[appearance.delay];
        return this.changes.every(({ appearance }) => counts(appearance)) ? this.current : this.after(counts);
    }

    /** Applies the changes that count to an empty set of tags. */
    private after(counts: (appearance: Appearance | undefined) => boolean): ReadonlyMap<string, string> {
        const tags = new Map<string, string>();
        for (const { key, value, appearance } of this.changes) {
            if (!counts(appearance)) {
                continue;
            }
            if (value === undefined) {
                tags.delete(key);
            } else {
                tags.set(key, value);
            }
        }
        return tags;
    }
}

/** Tells whether a resource carries all wanted tags; a wanted tag without a value matches any value. */
export function hasTags(tags: ReadonlyMap<string, string>, wanted: readonly Partial<Tag>[]): boolean {
    return wanted.every(({ key, value }) => {
        const found = key === undefined ? undefined : tags.get(key);
        return found !== undefined && (value === undefined || found === value);
    });
}

/** Returns tags in the spelling of snapshot groups and their members. */
export function asKeyValue(tags: ReadonlyMap<string, string>): {
    readonly Tag: { readonly Key: string; readonly Value: string }[];
} {
    return { Tag: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

/** Returns tags in the spelling of everything else. */
export function asTagKeyValue(tags: ReadonlyMap<string, string>): {
    readonly Tag: { readonly TagKey: string; readonly TagValue: string }[];
} {
    return { Tag: [...tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
}
