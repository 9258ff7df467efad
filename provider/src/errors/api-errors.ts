import type { ErrorEntry } from "./error-entry";

/** An ECS API error code, or a prefix of such codes, with its meaning for a snapshot. */
export interface ApiErrorEntry extends ErrorEntry {
    /** The way in which `code` is compared: the API's codes may only begin with it or, for throttling, contain it. */
    readonly matches: "exactly" | "prefix" | "part";
}

const credentialsRemedy =
    "Correct the credentials: alicloud:accessKey and alicloud:secretKey in the stack's configuration, or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment.";
const permissionRemedy =
    "Grant the caller the missing action; docs/requirements.md in this package lists all required actions. The message names the action if the API does.";
const waitRemedy = "Run `pulumi up` again in a few minutes.";

/**
 * Searched from top to bottom; the first match wins. Only codes are compared, because the HTTP status of a code has
 * changed over the years.
 */
export const apiErrors: readonly ApiErrorEntry[] = [
    entry("InvalidAccessKeyId", "the access key does not exist or is disabled", credentialsRemedy, "prefix"),
    entry(
        "IncompleteSignature",
        "the API does not accept the signature of the request",
        credentialsRemedy,
        "prefix",
    ),
    entry("SignatureDoesNotMatch", "the secret does not belong to the access key", credentialsRemedy),
    entry(
        "InvalidSecurityToken",
        "the security token is wrong or has expired",
        "Get new temporary credentials and run `pulumi up` again.",
        "prefix",
    ),
    entry(
        "InvalidTimeStamp",
        "the clock of this machine differs too much from the cloud's",
        "Correct this machine's clock.",
        "prefix",
    ),
    entry("InvalidCredentials", "no credentials were found", credentialsRemedy),
    entry(
        "InvalidUser.PassRoleForbidden",
        "the caller may not pass the RAM role to an instance",
        "Grant the caller ram:PassRole on the role.",
    ),
    entry(
        "QuotaExceed.Tags",
        "a snapshot or its group would have more tags than the API allows, those of others included",
        "Remove tags from the program, or those of others from the snapshots and their group, and run `pulumi up` again.",
    ),
    entry(
        "TagKey.Duplication",
        "a tag of the program differs from a present one only in the case of its key",
        "Spell the key like the present one, and run `pulumi up` again.",
    ),
    entry(
        "InvalidResourceId.NotFound",
        "a resource that is to be tagged does not exist",
        "Run `pulumi refresh`, then `pulumi up`.",
    ),
    entry("NoPermission", "the caller lacks a permission", permissionRemedy, "prefix"),
    entry("Forbidden", "the caller lacks a permission", permissionRemedy, "prefix"),
    entry(
        "Operation.Forbidden",
        "the operation is not permitted: the caller lacks a permission, or the instance, its Cloud Assistant agent or the snapshot is in a state that does not allow it",
        "If the caller lacks an action that docs/requirements.md in this package lists, grant it. Otherwise make sure that the instance is running and not locked and that its Cloud Assistant agent is online, then run `pulumi up` again.",
    ),
    entry(
        "InvalidRamRole.NotEcsRole",
        "the RAM role can't be used by ECS instances",
        "In the role's trust policy, allow the service ecs.aliyuncs.com to call sts:AssumeRole.",
    ),
    entry(
        "InvalidRamRole.NotFound",
        "the RAM role does not exist",
        "Create the role (docs/requirements.md in this package has its policies), or set ramRoleName to another role.",
    ),
    entry(
        "InvalidNetworkType.MismatchRamRole",
        "an instance in the classic network can't have a RAM role",
        "Migrate the instance to a VPC.",
    ),
    entry(
        "InvalidInstance.NotFound",
        "the instance does not exist in this region",
        "Correct instanceId or regionId.",
    ),
    entry(
        "InvalidInstanceId.NotFound",
        "the instance does not exist in this region",
        "Correct instanceId or regionId.",
    ),
    entry(
        "InvalidRegionId.NotFound",
        "the region does not exist",
        "Correct regionId, alicloud:region or ALIBABA_CLOUD_REGION.",
    ),
    entry(
        "RegionId.ApiNotSupported",
        "the region does not offer Cloud Assistant",
        "Take a snapshot without application consistency there, or move the instance to another region.",
    ),
    entry(
        "InvalidInstance.NotMatch",
        "the command does not match the instance: the instance is not running, or has another operating system",
        "Start the instance if it is stopped, and run `pulumi up` again. Use `linux` options only for a Linux instance, and `windows` options only for a Windows instance.",
    ),
    entry(
        "CmdContent.ExceedLimit",
        "the command is longer than Cloud Assistant allows",
        "Shorten excludeDiskIds: no other part of the command line can become that long.",
    ),
    entry(
        "SnapshotCreatedImage",
        "an image that was created from a snapshot still uses it",
        "Delete the image, then run the same command again. To keep the snapshots instead, set retainOnDelete.",
    ),
    entry(
        "SnapshotCreatedDisk",
        "a disk that was created from a snapshot still uses it",
        "Delete the disk, then run the same command again. To keep the snapshots instead, set retainOnDelete.",
    ),
    entry(
        "InvalidAccountStatus.NotEnoughBalance",
        "the account balance is too low for snapshots",
        "Top up the account, then run `pulumi up` again.",
    ),
    // Must precede ServiceUnavailable: this error does not go away by itself.
    entry(
        "InvalidAccountStatus.SnapshotServiceUnavailable",
        "the account has never activated the snapshot service",
        "Activate it on the Snapshots page of the ECS console; this is free and needed only once per account. Then run `pulumi up` again.",
    ),
    entry(
        "InvalidAccountStatus",
        "the state of the account does not allow the operation",
        "Resolve the account's billing problems or limits in the console, then run `pulumi up` again.",
        "prefix",
    ),
    entry("InvalidSnapshotGroup.NotFound", "the snapshot group does not exist", "Run `pulumi refresh`."),
    entry(
        "InvalidTimeout.ExceedLimit",
        "the time limit of the command is higher than Cloud Assistant allows",
        "Lower linux.scriptTimeoutSeconds or linux.freezeTimeoutSeconds.",
    ),
    entry(
        "Invocation.ExceedQuota",
        "the daily quota of Cloud Assistant invocations in this region is used up",
        "Raise the quota in the Quota Center, or wait until tomorrow.",
    ),
    entry(
        "QuotaExceed.ConcurrentSnapshotQuota",
        "too many snapshots of a disk are being created",
        waitRemedy,
    ),
    entry(
        "QuotaExceed",
        "a quota is used up",
        "Raise it in the Quota Center, or delete what is no longer needed.",
        "prefix",
    ),
    entry(
        "IdempotentParameterMismatch",
        "an earlier request with the same client token had other parameters",
        "Run `pulumi up` again.",
    ),
    entry(
        "Throttling",
        "the API refused too many requests, and kept refusing them while this package waited",
        waitRemedy,
        "part",
    ),
    entry("ServiceUnavailable", "the API is not available", waitRemedy, "part"),
    entry(
        "InternalError",
        "the API had an internal error",
        `${waitRemedy} If the error persists, give Alibaba Cloud the request id.`,
        "prefix",
    ),
    entry("OperationConflict", "another operation on the same resource is in progress", waitRemedy),
    entry("Operation.Conflict", "another operation on the same resource is in progress", waitRemedy),
    entry("InvalidOperation.Conflict", "another operation on the same resource is in progress", waitRemedy),
    entry(
        "MissingParam",
        "the request lacks a parameter",
        "Report this: the package should have sent the parameter.",
        "prefix",
    ),
    entry(
        "MissingParameter",
        "the request lacks a parameter",
        "Report this: the package should have sent the parameter.",
        "prefix",
    ),
    entry(
        "InvalidParameter",
        "the API refused a parameter",
        "The message names the parameter. Report this if the value comes from the package.",
        "prefix",
    ),
];

/** No answer at all, or an answer that did not come from the API. */
export const noAnswer: ErrorEntry = {
    code: "ApiUnreachable",
    cause: "the ECS API gave no usable answer, even after several attempts",
    remedy: "Check the spelling of the region, the network between this machine and the ECS endpoint, and ALIBABA_CLOUD_ECS_ENDPOINT or alicloud:endpoints if it is set. If calls need a proxy, set HTTPS_PROXY.",
};

/** Any code of the API that the table does not have. */
export const otherApiError: ErrorEntry = {
    code: "OtherApiError",
    cause: "the ECS API refused the request",
    remedy: "The API's own message says more.",
};

/** The entry for an API error code; a code that is not listed keeps its own name. */
export function apiErrorEntry(code: string): ErrorEntry {
    const listed = apiErrors.find((candidate) => fitsApiError(candidate, code)) ?? otherApiError;
    const { code: listedAs, cause, remedy } = listed;
    return { code, listedAs, cause, remedy };
}

/** Tells whether an entry is for a code. */
export function fitsApiError(candidate: ApiErrorEntry, code: string): boolean {
    switch (candidate.matches) {
        case "exactly":
            return code === candidate.code;
        case "prefix":
            return code === candidate.code || code.startsWith(`${candidate.code}.`);
        case "part":
            return code.includes(candidate.code);
    }
}

function entry(
    code: string,
    cause: string,
    remedy: string,
    matches: ApiErrorEntry["matches"] = "exactly",
): ApiErrorEntry {
    return { code, cause, remedy, matches };
}
