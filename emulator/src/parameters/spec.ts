import type { TagWords } from "./tag-words";
import type { RefusalCode } from "../refusals/api-error";

/** What one parameter of an operation looks like on the wire. */
export interface ParameterSpec {
    readonly kind:
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
    readonly required?: boolean;
    /** Least and greatest number (integer), or of entries (list, ids, tags). */
    readonly min?: number;
    readonly max?: number;
    /** True where a number beyond the limits counts as the limit. */
    readonly clamped?: boolean;
    /** The values that a string may have; an empty one counts as not given. */
    readonly values?: readonly string[];
    /** Refusal of a call without it, where it is not `MissingParameter`. */
    readonly absent?: RefusalCode;
    /** Refusal of a malformed value, where it is not the usual one. */
    readonly malformed?: RefusalCode;
    /** Refusal of too many entries, where it is not the usual one. */
    readonly tooMany?: RefusalCode;
    /** How mistakes in tags are refused. */
    readonly words?: TagWords;
    /** True where a tag's value must not begin like the system's own. */
    readonly ownValues?: boolean;
    /** Longest tag key; filters have the general limit. */
    readonly maxKey?: number;
    /** True where a tag selects resources: its value is optional, and system tags are fine. */
    readonly filter?: boolean;
}

export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

type Options = Omit<ParameterSpec, "kind">;

export function string(options: Options = {}): ParameterSpec {
    return { kind: "string", ...options };
}
export function required(options: Options = {}): ParameterSpec {
    return {
        kind: "string",
        required: true,
        ...options,
    };
}
/** A string that is one of some; any other one is refused. */
export function choice(
    values: readonly string[],
    malformed: RefusalCode,
    options: Options = {},
): ParameterSpec {
    return { kind: "string", values, malformed, ...options };
}
export function integer(min: number, max: number, options: Options = {}): ParameterSpec {
    return {
        kind: "integer",
        min,
        max,
        ...options,
    };
}
export function boolean(options: Options = {}): ParameterSpec {
    return { kind: "boolean", ...options };
}
export function list(max: number, options: Options = {}): ParameterSpec {
    return {
        kind: "list",
        max,
        ...options,
    };
}
export function ids(max: number, malformed: RefusalCode, options: Options = {}): ParameterSpec {
    return {
        kind: "ids",
        max,
        malformed,
        tooMany: malformed,
        ...options,
    };
}
/** Tags that are put on something. */
export function tags(words: TagWords, maxKey: number, options: Options = {}): ParameterSpec {
    return {
        kind: "tags",
        max: 20,
        maxKey,
        words,
        ...options,
    };
}
/** Tags that select something. */
export function tagFilter(words: TagWords): ParameterSpec {
    return {
        kind: "tags",
        max: 20,
        maxKey: 128,
        filter: true,
        words,
    };
}
/** Instances by their ids, as Cloud Assistant's operations take them. */
export function instances(max: number, options: Options = {}): ParameterSpec {
    return list(max, {
        absent: { status: 400, code: "MissingParam.InstanceId" },
        tooMany: { status: 403, code: "InstanceIds.ExceedLimit" },
        ...options,
    });
}
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

/** The same of Cloud Assistant's operations, which word two of the refusals in their own way. */
export function assistantPaging(max: number): ParameterTable {
    return {
        ...paging(max, max),
        PageNumber: integer(1, largest, { malformed: { status: 400, code: "InvalidParam.PageNumber" } }),
        PageSize: integer(1, max, { malformed: { status: 400, code: "InvalidParam.PageSize" } }),
    };
}
