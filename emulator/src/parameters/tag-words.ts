import type { RefusalCode } from "../refusals/api-error";

/** The refusals that an operation has for tags. */
export interface TagWords {
    readonly tooMany: RefusalCode;
    readonly noKey: RefusalCode;
    readonly key: RefusalCode;
    readonly value: RefusalCode;
    readonly duplicate: RefusalCode;
}

function code(status: number, name: string): RefusalCode {
    return { status, code: name };
}

/** The refusals of Cloud Assistant. */
export const assistantTags: TagWords = {
    tooMany: code(400, "NumberExceed.Tags"),
    noKey: code(400, "MissingParameter.TagKey"),
    key: code(400, "InvalidTagKey.Malformed"),
    value: code(400, "InvalidTagValue.Malformed"),
    duplicate: code(400, "Duplicate.TagKey"),
};

/** The refusals of the operations on tags. */
export const resourceTags: TagWords = { ...assistantTags, noKey: code(400, "InvalidTagKey.Malformed") };

/** The refusals of the lists of instances and snapshots. */
export const listTags: TagWords = {
    tooMany: code(400, "InvalidTagCount"),
    noKey: code(400, "InvalidTag.Mismatch"),
    key: code(400, "InvalidTag.Mismatch"),
    value: code(400, "InvalidTag.Mismatch"),
    duplicate: code(400, "InvalidTag.Mismatch"),
};
