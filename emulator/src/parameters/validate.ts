import { ApiError, type RefusalCode } from "../refusals/api-error";
import { Arguments, type ArgumentValue } from "./arguments";
import type { ParameterSpec, ParameterTable } from "./spec";
import { readTags } from "./tag-rules";

/** Checks a call's parameters against the operation's table. Throws the refusal of the first one that is wrong. */
export function validate(given: ReadonlyMap<string, string>, table: ParameterTable): Arguments {
    const values = new Map<string, ArgumentValue>();
    const groups = group(given);
    for (const name of groups.keys()) {
        if (!Object.hasOwn(table, name) && name !== "RegionId") {
            throw new ApiError(
                400,
                "UnsupportedParameter",
                `The emulator does not model the parameter "${name}".`,
            );
        }
    }
    for (const [name, spec] of Object.entries(table)) {
        const entries = groups.get(name);
        const value = entries === undefined ? undefined : readValue(name, spec, entries);
        if (value !== undefined) {
            values.set(name, value);
        } else if (spec.required === true) {
            throw missing(name, spec.absent);
        }
    }
    const region = given.get("RegionId");
    if (region !== undefined) {
        values.set("RegionId", region);
    }
    return new Arguments(values);
}

/** Returns the refusal of a call that lacks a parameter. */
export function missing(
    name: string,
    { status, code }: RefusalCode = { status: 400, code: "MissingParameter" },
): ApiError {
    return new ApiError(
        status,
        code,
        `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
    );
}

/** Returns the usual refusal of a value. */
function invalid(name: string, why: string): ApiError {
    return new ApiError(
        400,
        `InvalidParameter.${name}`,
        `The specified parameter ${name} is invalid: ${why}.`,
    );
}

/** Groups the entries by parameter, each by what follows the name: "" for a plain one, "1", "1.Key" and so on. */
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
): ArgumentValue | undefined {
    switch (spec.kind) {
        case "list":
            return readList(name, spec, entries);
        case "tags":
            return readTags(name, spec, entries);
        default: {
            const value = entries.get("");
            if (value === undefined || entries.size > 1) {
                throw invalid(name, "it is not a list");
            }
            return readScalar(name, spec, value);
        }
    }
}

function readScalar(name: string, spec: ParameterSpec, value: string): ArgumentValue | undefined {
    if (value === "" && spec.kind !== "string") {
        return undefined;
    }
    switch (spec.kind) {
        case "integer": {
            const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
            if (!(number >= (spec.min ?? number) && number <= (spec.max ?? number))) {
                throw refusal(spec, name, `it must be a number from ${spec.min} to ${spec.max}`);
            }
            return number;
        }
        case "boolean":
            if (value !== "true" && value !== "false") {
                throw refusal(spec, name, "it must be true or false");
            }
            return value === "true";
        case "ids":
            return readIds(name, spec, value);
        default:
            // An empty string counts as not given where the parameter is required, or has only some values.
            if (value === "" && (spec.required === true || spec.values !== undefined)) {
                return undefined;
            }
            if (spec.values?.includes(value) === false) {
                throw refusal(spec, name, `it must be one of ${spec.values.join(", ")}`);
            }
            return value;
    }
}

function readIds(name: string, spec: ParameterSpec, value: string): readonly string[] {
    let parsed: unknown;
    try {
        parsed = JSON.parse(value);
    } catch {
        throw refusal(spec, name, "it must be a JSON list of strings");
    }
    if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every((item) => typeof item === "string")) {
        throw refusal(spec, name, "it must be a JSON list of strings");
    }
    limit(name, spec, parsed.length);
    return parsed;
}

function readList(
    name: string,
    spec: ParameterSpec,
    entries: ReadonlyMap<string, string>,
): readonly string[] {
    const items = [...entries].map(([index, value]) => [Number(index), value] as const);
    if ([...entries.keys()].some((index) => !/^[1-9]\d*$/.test(index))) {
        throw invalid(name, `it must be given as ${name}.1, ${name}.2 and so on`);
    }
    limit(name, spec, items.length);
    return items.sort(([a], [b]) => a - b).map(([, value]) => value);
}

function limit(name: string, spec: ParameterSpec, length: number): void {
    const max = spec.max ?? length;
    if (length > max) {
        const { status, code } = spec.tooMany ?? { status: 400, code: `InvalidParameter.${name}` };
        throw new ApiError(status, code, `The number of entries of ${name} exceeds the limit of ${max}.`);
    }
}

function refusal(spec: ParameterSpec, name: string, why: string): ApiError {
    return spec.malformed === undefined
        ? invalid(name, why)
        : new ApiError(
              spec.malformed.status,
              spec.malformed.code,
              `The specified ${name} is malformed: ${why}.`,
          );
}
