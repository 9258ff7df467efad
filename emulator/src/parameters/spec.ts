/** What one parameter of an operation looks like on the wire. */
export interface ParameterSpec {
    kind:
        | "string"
        | "integer"
        | "boolean"
        /** `Name.1`, `Name.2`, … */
        | "list"
        /** A JSON list of strings in one parameter. */
        | "ids"
        /** `Name.1.Key`, `Name.1.Value`, … */
        | "tags"
        /** Accepted, but without any influence here. */
        | "unused"
        /** Part of the official API, but the emulator has no idea of it and refuses it rather than ignore it. */
        | "unmodelled";
    required?: boolean;
    /** Least and greatest number (integer), or of entries (list, ids, tags). */
    min?: number;
    max?: number;
    /** Refusal of a malformed value instead of the family's usual one. */
    malformed?: { status: number; code: string };
    /** Refusal of too many entries instead of the family's usual one. */
    tooMany?: { status: number; code: string };
    /** Longest tag key; filters have the general limit. */
    maxKey?: number;
    /** True where a tag selects resources: its value is optional, and system tags are fine. */
    filter?: boolean;
}

export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

/** Which of the two services behind the API answers; they word their refusals differently. */
export type Family = "ecs" | "assistant";

type Options = Omit<ParameterSpec, "kind">;

export const string = (options: Options = {}): ParameterSpec => ({ kind: "string", ...options });
export const required = (options: Options = {}): ParameterSpec => ({
    kind: "string",
    required: true,
    ...options,
});
export const integer = (min: number, max: number, options: Options = {}): ParameterSpec => ({
    kind: "integer",
    min,
    max,
    ...options,
});
export const boolean = (options: Options = {}): ParameterSpec => ({ kind: "boolean", ...options });
export const list = (max: number, options: Options = {}): ParameterSpec => ({
    kind: "list",
    max,
    ...options,
});
export const ids = (max: number, code: string, options: Options = {}): ParameterSpec => ({
    kind: "ids",
    max,
    malformed: { status: 400, code },
    tooMany: { status: 400, code },
    ...options,
});
/** Tags that are put on something. */
export const tags = (maxKey: number, options: Options = {}): ParameterSpec => ({
    kind: "tags",
    max: 20,
    maxKey,
    ...options,
});
/** Tags that select something. */
export const tagFilter = (): ParameterSpec => ({ kind: "tags", max: 20, maxKey: 128, filter: true });
export const unused: ParameterSpec = { kind: "unused" };
export const unmodelled: ParameterSpec = { kind: "unmodelled" };

/** Greatest signed 64-bit page number or size that makes sense to spell out. */
export const largest = 2_147_483_647;

/** The two ways of paging; the limits differ per operation. */
export function paging(maxResults: number, maxPageSize: number): ParameterTable {
    return {
        MaxResults: integer(1, maxResults),
        NextToken: string(),
        PageNumber: integer(1, largest),
        PageSize: integer(1, maxPageSize),
    };
}
