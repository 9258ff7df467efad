/** A tag in a request. */
export interface Tag {
    key: string;
    value: string;
}

/** The tags of a resource. */
export type TagMap = Map<string, string>;

/** Whether a resource carries all wanted tags; a wanted tag without a value matches any value. */
export function hasTags(tags: ReadonlyMap<string, string>, wanted: readonly Partial<Tag>[]): boolean {
    return wanted.every(({ key, value }) => {
        const found = key === undefined ? undefined : tags.get(key);
        return found !== undefined && (value === undefined || found === value);
    });
}

/** The spelling of tags in snapshot groups and their members. */
export function asKeyValue(tags: ReadonlyMap<string, string>): { Tag: { Key: string; Value: string }[] } {
    return { Tag: [...tags].map(([Key, Value]) => ({ Key, Value })) };
}

/** The spelling of tags everywhere else. */
export function asTagKeyValue(tags: ReadonlyMap<string, string>): {
    Tag: { TagKey: string; TagValue: string }[];
} {
    return { Tag: [...tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
}
