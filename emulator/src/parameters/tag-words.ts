import type { RefusalCode } from "../refusals/api-error";

/** How an operation refuses tags. */
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

/** Cloud Assistant's words, which name the parameter. */
export function assistantTags(name: "Tag" | "ResourceTag"): TagWords {
    return {
        tooMany: code(400, `NumberExceed.${name}s`),
        noKey: code(400, `MissingParameter.${name}Key`),
        key: code(400, `Invalid${name}Key.Malformed`),
        value: code(400, `Invalid${name}Value.Malformed`),
        duplicate: code(400, `Duplicate.${name}Key`),
    };
}

/** Those of the operations on tags. */
export const resourceTags: TagWords = {
    ...assistantTags("Tag"),
    noKey: code(400, "InvalidTagKey.Malformed"),
};

/** CreateSnapshotGroup's, where too many are beyond a quota. */
export const groupTags: TagWords = { ...resourceTags, tooMany: code(403, "QuotaExceed.Tags") };

/** Those of the lists of instances, disks and snapshots. */
export const listTags: TagWords = {
    tooMany: code(400, "InvalidTagCount"),
    noKey: code(400, "InvalidTag.Mismatch"),
    key: code(400, "InvalidTag.Mismatch"),
    value: code(400, "InvalidTag.Mismatch"),
    duplicate: code(400, "InvalidTag.Mismatch"),
};

/** DescribeSnapshotGroups', which has a word for one mistake only; the rest is any wrong parameter's. */
export const groupListTags: TagWords = {
    tooMany: code(400, "InvalidParameter.Tag"),
    noKey: code(400, "InvalidParameter.Tag"),
    key: code(400, "InvalidParameter.Tag"),
    value: code(400, "InvalidParameter.Tag"),
    duplicate: code(400, "Duplicate.TagKey"),
};
