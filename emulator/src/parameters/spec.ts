import type { RefusalCode } from "../refusals/api-error";
import type { TagWords } from "./tag-words";

/** One parameter of an operation, as it is on the wire. */
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
        | "tags";
    readonly required?: boolean;
    /** Least and greatest number (integer), or of entries (list, ids, tags). */
    readonly min?: number;
    readonly max?: number;
    /** The values that a string may have; an empty one counts as not given. */
    readonly values?: readonly string[];
    /** Refusal of a call without it, where it is not `MissingParameter`. */
    readonly absent?: RefusalCode;
    /** Refusal of a malformed value, where it is not the usual one. */
    readonly malformed?: RefusalCode;
    /** Refusal of too many entries, where it is not the usual one. */
    readonly tooMany?: RefusalCode;
    /** Refusals of mistakes in tags. */
    readonly words?: TagWords;
    /** True where a tag's value must not begin like the system's own. */
    readonly ownValues?: boolean;
    /** Longest tag key; filters have the general limit. */
    readonly maxKey?: number;
    /** True where a tag selects resources: its value is optional, and system tags are fine. */
    readonly filter?: boolean;
}

/** The parameters of an operation that the emulator models. It refuses any other one rather than ignore it. */
export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

type Options = Omit<ParameterSpec, "kind">;

export function string(options: Options = {}): ParameterSpec {
    return { kind: "string", ...options };
}

export function required(options: Options = {}): ParameterSpec {
    return { kind: "string", required: true, ...options };
}

/** A string of which the emulator models some values only; it refuses any other one. */
export function only(...values: readonly string[]): ParameterSpec {
    return { kind: "string", values, malformed: { status: 400, code: "UnsupportedParameter" } };
}

export function integer(min: number, max: number): ParameterSpec {
    return { kind: "integer", min, max };
}

export function boolean(): ParameterSpec {
    return { kind: "boolean" };
}

export function list(max: number, options: Options = {}): ParameterSpec {
    return { kind: "list", max, ...options };
}

export function ids(max: number, malformed: RefusalCode, options: Options = {}): ParameterSpec {
    return { kind: "ids", max, malformed, tooMany: malformed, ...options };
}

/** Tags to put on something. */
export function tags(words: TagWords, maxKey: number, options: Options = {}): ParameterSpec {
    return { kind: "tags", max: 20, maxKey, words, ...options };
}

/** Tags that select something. */
export function tagFilter(words: TagWords): ParameterSpec {
    return { kind: "tags", max: 20, maxKey: 128, filter: true, words };
}

/** Instances by their ids, as Cloud Assistant's operations take them. */
export function instances(max: number, options: Options = {}): ParameterSpec {
    return list(max, {
        absent: { status: 400, code: "MissingParam.InstanceId" },
        tooMany: { status: 403, code: "InstanceIds.ExceedLimit" },
        ...options,
    });
}

/** Greatest number that makes sense to spell out. */
export const largest = 2_147_483_647;

/** Paging by token; the limits differ per operation. */
export function paging(least: number, greatest: number): ParameterTable {
    return { MaxResults: integer(least, greatest), NextToken: string() };
}
