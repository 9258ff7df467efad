import type { Tag } from "../world/tags";

/** A validated parameter. */
export type ArgumentValue = string | number | boolean | readonly string[] | readonly Partial<Tag>[];

/** The validated parameters of one call. */
export class Arguments {
    constructor(private readonly values: ReadonlyMap<string, ArgumentValue>) {}

    text(name: string): string | undefined {
        const value = this.values.get(name);
        return typeof value === "string" ? value : undefined;
    }

    /** Returns a string, or another one when it was not given. */
    textOr(name: string, otherwise: string): string {
        return this.text(name) ?? otherwise;
    }

    number(name: string): number | undefined {
        const value = this.values.get(name);
        return typeof value === "number" ? value : undefined;
    }

    flag(name: string): boolean | undefined {
        const value = this.values.get(name);
        return typeof value === "boolean" ? value : undefined;
    }

    /** Returns the entries of a list; undefined when none was given. */
    list(name: string): readonly string[] | undefined {
        const value = this.values.get(name);
        return isListOf(value, isString) ? value : undefined;
    }

    /** Returns the same as a set, to look up many. */
    set(name: string): ReadonlySet<string> | undefined {
        const entries = this.list(name);
        return entries === undefined ? undefined : new Set(entries);
    }

    /** Returns tags to put on something, or to select with; empty when none was given. */
    tags(name: string): readonly Partial<Tag>[] {
        const value = this.values.get(name);
        return isListOf(value, isTag) ? value : [];
    }

    /** Returns tags to put on something, as a map. */
    tagMap(name: string): Map<string, string> {
        return new Map(this.tags(name).map(({ key = "", value = "" }) => [key, value]));
    }
}

function isString(item: unknown): item is string {
    return typeof item === "string";
}

function isTag(item: unknown): item is Partial<Tag> {
    return typeof item === "object" && item !== null;
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
    return Array.isArray(value) && value.every(isItem);
}
