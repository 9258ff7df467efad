import { ApiError } from "../api-error";
import { Arguments, type ArgumentValue } from "./arguments";
import type { Family, ParameterSpec, ParameterTable } from "./spec";
import { readTags } from "./tag-rules";

/** Parameters that the gateway takes for every operation; nothing here depends on them. */
const always: ReadonlySet<string> = new Set([
    "RegionId",
    "OwnerId",
    "OwnerAccount",
    "ResourceOwnerId",
    "ResourceOwnerAccount",
]);

/** Checks a call's parameters against the operation's table. Throws the refusal of the first one that is wrong. */
export function validate(
    given: ReadonlyMap<string, string>,
    table: ParameterTable,
    family: Family,
): Arguments {
    const values = new Map<string, ArgumentValue>();
    const groups = group(given);
    for (const name of groups.keys()) {
        if (!Object.hasOwn(table, name) && !always.has(name)) {
            throw new ApiError(400, "UnsupportedParameter", `The parameter "${name}" is not supported.`);
        }
    }
    for (const [name, spec] of Object.entries(table)) {
        const entries = groups.get(name);
        const value = entries === undefined ? undefined : readValue(name, spec, entries, family);
        if (value !== undefined) {
            values.set(name, value);
        } else if (spec.required === true) {
            throw missing(name, family);
        }
    }
    const region = given.get("RegionId");
    if (region !== undefined) {
        values.set("RegionId", region);
    }
    return new Arguments(values);
}

/** The refusal of a call that lacks a parameter. */
export function missing(name: string, family: Family): ApiError {
    return family === "assistant"
        ? new ApiError(400, `MissingParam.${name}`, `The parameter ${name} is missing.`)
        : new ApiError(
              400,
              "MissingParameter",
              `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
          );
}

/** The usual refusal of a value. */
export function invalid(name: string, family: Family, why: string): ApiError {
    const code = family === "assistant" ? `InvalidParam.${name}` : `InvalidParameter.${name}`;
    return new ApiError(400, code, `The specified parameter ${name} is invalid: ${why}.`);
}

/** The entries of each parameter, by what follows the name: "" for a plain one, "1", "1.Key" and so on. */
function group(given: ReadonlyMap<string, string>): Map<string, Map<string, string>> {
    const groups = new Map<string, Map<string, string>>();
    for (const [wireName, value] of given) {
        const dot = wireName.indexOf(".");
        const name = dot < 0 ? wireName : wireName.slice(0, dot);
        const rest = dot < 0 ? "" : wireName.slice(dot + 1);
        groups.set(name, (groups.get(name) ?? new Map<string, string>()).set(rest, value));
    }
    return groups;
}

function readValue(
    name: string,
    spec: ParameterSpec,
    entries: ReadonlyMap<string, string>,
    family: Family,
): ArgumentValue | undefined {
    switch (spec.kind) {
        case "unused":
            return undefined;
        case "unmodelled":
            throw new ApiError(
                400,
                "UnsupportedParameter",
                `The emulator does not model the parameter "${name}".`,
            );
        case "list":
            return readList(name, spec, entries, family);
        case "tags":
            return readTags(name, spec, entries, family);
        default: {
            const value = entries.get("");
            if (value === undefined || entries.size > 1) {
                throw invalid(name, family, "it is not a list");
            }
            return readScalar(name, spec, value, family);
        }
    }
}

function readScalar(
    name: string,
    spec: ParameterSpec,
    value: string,
    family: Family,
): ArgumentValue | undefined {
    if (value === "" && spec.kind !== "string") {
        return undefined;
    }
    switch (spec.kind) {
        case "integer": {
            const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
            if (!(number >= (spec.min ?? number) && number <= (spec.max ?? number))) {
                throw refusal(spec, name, family, `it must be a number from ${spec.min} to ${spec.max}`);
            }
            return number;
        }
        case "boolean":
            if (value !== "true" && value !== "false") {
                throw refusal(spec, name, family, "it must be true or false");
            }
            return value === "true";
        case "ids":
            return readIds(name, spec, value, family);
        default:
            // An empty string counts as not given where the parameter is required.
            return value === "" && spec.required === true ? undefined : value;
    }
}

function readIds(name: string, spec: ParameterSpec, value: string, family: Family): readonly string[] {
    let parsed: unknown;
    try {
        parsed = JSON.parse(value);
    } catch {
        throw refusal(spec, name, family, "it must be a JSON list of strings");
    }
    if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every((item) => typeof item === "string")) {
        throw refusal(spec, name, family, "it must be a JSON list of strings");
    }
    limit(name, spec, parsed.length, family);
    return parsed;
}

function readList(
    name: string,
    spec: ParameterSpec,
    entries: ReadonlyMap<string, string>,
    family: Family,
): readonly string[] {
    const items = [...entries].map(([index, value]) => [Number(index), value] as const);
    if ([...entries.keys()].some((index) => !/^[1-9]\d*$/.test(index))) {
        throw invalid(name, family, `it must be given as ${name}.1, ${name}.2 and so on`);
    }
    limit(name, spec, items.length, family);
    return items.sort(([a], [b]) => a - b).map(([, value]) => value);
}

function limit(name: string, spec: ParameterSpec, length: number, family: Family): void {
    const max = spec.max ?? length;
    if (length > max) {
        const { status, code } = spec.tooMany ?? exceeded(name, family);
        throw new ApiError(status, code, `The number of entries of ${name} exceeds the limit of ${max}.`);
    }
}

function exceeded(name: string, family: Family): { status: number; code: string } {
    return family === "assistant"
        ? { status: 403, code: `${name}s.ExceedLimit` }
        : { status: 400, code: `InvalidParameter.${name}` };
}

function refusal(spec: ParameterSpec, name: string, family: Family, why: string): ApiError {
    return spec.malformed === undefined
        ? invalid(name, family, why)
        : new ApiError(
              spec.malformed.status,
              spec.malformed.code,
              `The specified ${name} is malformed: ${why}.`,
          );
}
