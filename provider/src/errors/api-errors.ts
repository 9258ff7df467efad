import type { ErrorEntry } from "./error-entry";

/** An ECS API error code, or a prefix of such codes, with what it means for a snapshot. */
export interface ApiErrorEntry extends ErrorEntry {
    /** Whether `code` is only how the API's codes begin (or, for throttling, what they contain). */
    readonly matches: "exactly" | "prefix" | "part";
}

const credentialsRemedy =
    "Correct the credentials: alicloud:accessKey and alicloud:secretKey in the stack's configuration, or ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET in the environment.";
const permissionRemedy =
    "Grant the caller the missing action; docs/requirements.md of this package lists all that are needed. The message names the action where the API does.";
const waitRemedy = "Run `pulumi up` again in a few minutes.";

/**
 * Looked up from top to bottom, the first match wins. Matching is by code alone: the HTTP status of a code has
 * changed over the years.
 */
export const apiErrors: readonly ApiErrorEntry[] = [
    entry("InvalidAccessKeyId", "the access key does not exist or is disabled", credentialsRemedy, "prefix"),
    entry(
        "IncompleteSignature",
        "the signature of the request is not acceptable",
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
        "Set this machine's clock.",
        "prefix",
    ),
    entry("InvalidCredentials", "no credentials were found", credentialsRemedy),
    entry(
        "InvalidUser.PassRoleForbidden",
        "the caller may not pass the RAM role to an instance",
        "Grant the caller ram:PassRole on the role.",
    ),
    entry("NoPermission", "the caller lacks a permission", permissionRemedy, "prefix"),
    entry("Forbidden", "the caller lacks a permission", permissionRemedy, "prefix"),
    entry(
        "Operation.Forbidden",
        "the operation is not permitted: the caller lacks a permission, or the instance, its Cloud Assistant agent or the snapshot is in a state that does not allow it",
        "If the caller has all the actions that docs/requirements.md of this package lists, look at the instance: is it running and not locked, and is its Cloud Assistant agent online? If so, run `pulumi up` again. Otherwise grant the missing action.",
    ),
    entry(
        "InvalidRamRole.NotEcsRole",
        "the RAM role can't be used by ECS instances",
        "Let the role's trust policy name the service ecs.aliyuncs.com with sts:AssumeRole.",
    ),
    entry(
        "InvalidRamRole.NotFound",
        "the RAM role does not exist",
        "Create the role (docs/requirements.md of this package has its policies), or name another one with ramRoleName.",
    ),
    entry(
        "InvalidNetworkType.MismatchRamRole",
        "an instance of the classic network can't have a RAM role",
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
        "Take the snapshot without application consistency there, or move the instance.",
    ),
    entry(
        "InvalidInstance.NotMatch",
        "the command does not fit the instance: it is not running, or has another operating system",
        "Start the instance if it is stopped, and run `pulumi up` again. Give `linux` options for a Linux instance only, and `windows` options for a Windows one.",
    ),
    entry(
        "CmdContent.ExceedLimit",
        "the command is longer than Cloud Assistant takes",
        "Shorten excludeDiskIds: nothing else on the command line can get long.",
    ),
    entry(
        "SnapshotCreatedImage",
        "an image was made from a snapshot and holds it",
        "Delete the image, then run this again; retainOnDelete keeps the snapshots instead.",
    ),
    entry(
        "SnapshotCreatedDisk",
        "a disk was made from a snapshot and holds it",
        "Delete the disk, then run this again; retainOnDelete keeps the snapshots instead.",
    ),
    entry(
        "InvalidAccountStatus.NotEnoughBalance",
        "the account's balance does not suffice for snapshots",
        "Top up the account, then run `pulumi up` again.",
    ),
    // Before what contains ServiceUnavailable: this one does not pass by itself.
    entry(
        "InvalidAccountStatus.SnapshotServiceUnavailable",
        "the account has never opened the snapshot service",
        "Open it in the ECS console, on the page of snapshots; that is free and done once per account. Then run `pulumi up` again.",
    ),
    entry(
        "InvalidAccountStatus",
        "the state of the account does not allow it",
        "Settle the account's bills and limits in the console, then run `pulumi up` again.",
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
        "the day's quota of Cloud Assistant invocations in this region is used up",
        "Raise the quota in the Quota Center, or wait until tomorrow.",
    ),
    entry("QuotaExceed.ConcurrentSnapshotQuota", "too many snapshots of a disk are being made", waitRemedy),
    entry(
        "QuotaExceed",
        "a quota is used up",
        "Raise it in the Quota Center, or delete what is no longer needed.",
        "prefix",
    ),
    entry(
        "IdempotentParameterMismatch",
        "the same request was made before with other parameters",
        "Run `pulumi up` again.",
    ),
    entry(
        "Throttling",
        "the API refused too many requests, and went on refusing while this package waited",
        waitRemedy,
        "part",
    ),
    entry("ServiceUnavailable", "the API is not available", waitRemedy, "part"),
    entry(
        "InternalError",
        "the API failed",
        `${waitRemedy} If it goes on, give Alibaba Cloud the request id.`,
        "prefix",
    ),
    entry("OperationConflict", "another operation on the same resource is going on", waitRemedy),
    entry("Operation.Conflict", "another operation on the same resource is going on", waitRemedy),
    entry("InvalidOperation.Conflict", "another operation on the same resource is going on", waitRemedy),
    entry(
        "MissingParam",
        "the API misses a parameter",
        "Report this: the package should have sent it.",
        "prefix",
    ),
    entry(
        "MissingParameter",
        "the API misses a parameter",
        "Report this: the package should have sent it.",
        "prefix",
    ),
    entry(
        "InvalidParameter",
        "the API refused a parameter",
        "The message names it. Report this if the value comes from the package.",
        "prefix",
    ),
];

/** No answer at all, or one that is not the API's. */
export const noAnswer: ErrorEntry = {
    code: "ApiUnreachable",
    cause: "the ECS API gave no usable answer, though it was asked several times",
    remedy: "Check how the region is spelt, the network between this machine and the ECS endpoint, and ALIBABA_CLOUD_ECS_ENDPOINT or alicloud:endpoints if it is set. The SDK does not use HTTP proxies.",
};

/** The entry for an API error code; a code that is not listed keeps its own name. */
export function apiErrorEntry(code: string): ErrorEntry {
    const found = apiErrors.find((candidate) => fits(candidate, code));
    return {
        code,
        cause: found?.cause ?? "the ECS API refused the request",
        remedy: found?.remedy ?? "The message has the API's own words for it.",
    };
}

function fits(candidate: ApiErrorEntry, code: string): boolean {
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
