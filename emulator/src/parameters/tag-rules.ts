import { ApiError, type RefusalCode } from "../refusals/api-error";
import type { Tag } from "../world/tags";
import type { ParameterSpec } from "./spec";
import { resourceTags, type TagWords } from "./tag-words";

const maxValue = 128;

/** Reads `Tag.1.Key`, `Tag.1.Value`, … (some operations also spell them in lower case) and applies the tag rules. */
export function readTags(
    name: string,
    spec: ParameterSpec,
    entries: ReadonlyMap<string, string>,
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
    const words = spec.words ?? resourceTags;
    const max = spec.max ?? 20;
    if (tags.length > max) {
        throw refusal(words.tooMany, `there may be at most ${max} of ${name}`);
    }
    const keys = new Set<string>();
    for (const tag of tags) {
        checkTag(spec, tag, words);
        if (keys.has(tag.key ?? "")) {
            throw refusal(words.duplicate, `the tag key "${tag.key ?? ""}" is given more than once`);
        }
        keys.add(tag.key ?? "");
    }
    return tags;
}

function checkTag(spec: ParameterSpec, tag: Partial<Tag>, words: TagWords): void {
    const key = tag.key ?? "";
    if (key === "") {
        throw refusal(words.noKey, "a tag has no key");
    }
    const system = /^(aliyun|acs:)/i.test(key);
    if (
        key.length > (spec.maxKey ?? maxValue) ||
        /https?:\/\//.test(key) ||
        (system && spec.filter !== true)
    ) {
        throw refusal(words.key, `the tag key "${key}" is malformed`);
    }
    const value = tag.value ?? "";
    if (
        value.length > maxValue ||
        /https?:\/\//.test(value) ||
        (spec.ownValues === true && value.startsWith("acs:"))
    ) {
        throw refusal(words.value, `the value of the tag "${key}" is malformed`);
    }
}

function refusal({ status, code }: RefusalCode, why: string): ApiError {
    return new ApiError(status, code, `The specified tags are refused: ${why}.`);
}
