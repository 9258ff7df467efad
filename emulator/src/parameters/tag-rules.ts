import { ApiError } from "../api-error";
import type { Tag } from "../world/tags";
import type { Family, ParameterSpec } from "./spec";

const maxValue = 128;

/** Reads `Tag.1.Key`, `Tag.1.Value`, … (some operations also spell them in lower case) and applies the tag rules. */
export function readTags(
    name: string,
    spec: ParameterSpec,
    entries: ReadonlyMap<string, string>,
    family: Family,
): readonly Partial<Tag>[] {
    const byIndex = new Map<number, Partial<Tag>>();
    for (const [position, value] of entries) {
        const form = /^([1-9]\d*)\.([Kk]ey|[Vv]alue)$/.exec(position);
        if (form === null) {
            throw new ApiError(
                400,
                "UnsupportedParameter",
                `The parameter "${name}.${position}" is not supported; tags are given as ${name}.1.Key and ${name}.1.Value.`,
            );
        }
        const index = Number(form[1]);
        const field = form[2]?.toLowerCase() === "key" ? "key" : "value";
        byIndex.set(index, { ...byIndex.get(index), [field]: value });
    }
    const tags = [...byIndex].sort(([a], [b]) => a - b).map(([, tag]) => tag);
    const max = spec.max ?? 20;
    if (tags.length > max) {
        throw new ApiError(400, `NumberExceed.${name}s`, `There may be at most ${max} tags.`);
    }
    const keys = new Set<string>();
    for (const tag of tags) {
        checkTag(name, spec, tag, family);
        if (keys.has(tag.key ?? "")) {
            throw new ApiError(
                400,
                "Duplicate.TagKey",
                `The tag key "${tag.key ?? ""}" is given more than once.`,
            );
        }
        keys.add(tag.key ?? "");
    }
    return tags;
}

function checkTag(name: string, spec: ParameterSpec, tag: Partial<Tag>, family: Family): void {
    const key = tag.key ?? "";
    if (key === "") {
        const code = family === "assistant" ? `MissingParam.${name}Key` : "MissingParameter.TagKey";
        throw new ApiError(400, code, "A tag has no key.");
    }
    const system = /^(aliyun|acs:)/i.test(key);
    if (
        key.length > (spec.maxKey ?? maxValue) ||
        /https?:\/\//.test(key) ||
        (system && spec.filter !== true)
    ) {
        throw new ApiError(400, "InvalidTagKey.Malformed", `The tag key "${key}" is malformed.`);
    }
    const value = tag.value ?? "";
    if (value.length > maxValue || /https?:\/\//.test(value)) {
        throw new ApiError(400, "InvalidTagValue.Malformed", `The value of the tag "${key}" is malformed.`);
    }
}
