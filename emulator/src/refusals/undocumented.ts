/** A refusal that the operation's own table does not have. */
interface Undocumented {
    readonly status: number;
    readonly code: string | RegExp;
    /** The operations that make it; any operation unless named. */
    readonly operations?: readonly string[];
    readonly why: string;
}

/** Makes entries of codes of the gateway before the operations, which belong to no table. */
function gateway(status: number, ...codes: (string | RegExp)[]): Undocumented[] {
    return codes.map((code) => ({ status, code, why: "the gateway's, for any operation" }));
}

/** All codes that the emulator makes although no table of the operation has them, each with the reason. */
export const undocumented: readonly Undocumented[] = [
    ...gateway(
        400,
        "IncompleteSignature",
        "InvalidSecurityToken.Expired",
        "InvalidSecurityToken.Malformed",
        "InvalidTimeStamp.Expired",
        "InvalidTimeStamp.Format",
        "InvalidVersion",
        "MissingParameter",
        "MissingSecurityToken",
        "SignatureDoesNotMatch",
        "SignatureNonceUsed",
        // A value that is out of range or of a wrong form.
        /^InvalidParameter\.[A-Z][A-Za-z]+$/,
    ),
    ...gateway(403, "Forbidden.RAM"),
    ...gateway(404, "InvalidAccessKeyId.NotFound", "InvalidAction.NotFound", "InvalidRegionId.NotFound"),
    ...gateway(405, "UnsupportedHTTPMethod"),
    { status: 400, code: "UnsupportedParameter", why: "the emulator's own: it never ignores a parameter" },
    { status: 500, code: "EmulatorError", why: "the emulator's own: it has a mistake" },
    {
        status: 400,
        code: "DryRunOperation",
        operations: ["DescribeSnapshots", "RunCommand"],
        why: "the text on DryRun of DescribeSnapshots has it; of RunCommand it is a reading of passedDryRun",
    },
    {
        status: 400,
        code: "InvalidInstanceIds.Malformed",
        operations: ["DescribeInstances"],
        why: "the operations on roles have it for the same parameter",
    },
    {
        status: 403,
        code: "InvalidOperation.InstanceRamRoleExists",
        operations: ["AttachInstanceRamRole"],
        why: "a reading of sameRoleReattach: no source has the code",
    },
    {
        status: 403,
        code: "InvalidTimeout.ExceedLimit",
        operations: ["RunCommand", "SendFile"],
        why: "CreateCommand has it for the same parameter",
    },
    {
        status: 400,
        code: "InvalidClientToken.Malformed",
        operations: ["SendFile"],
        why: "RunCommand has it for the same parameter",
    },
    {
        status: 403,
        code: /^Idempotent(ParameterMismatch|Processing)$/,
        operations: ["SendFile"],
        why: "the operation's ClientToken is newer than its table",
    },
    {
        status: 404,
        code: "InvalidInvokeId.NotFound",
        operations: ["DescribeInvocationResults", "DescribeInvocations", "DescribeSendFileResults"],
        why: "a reading of unknownInvocation: StopInvocation has it",
    },
    {
        status: 403,
        code: "Operation.Conflict",
        operations: ["DeleteSnapshotGroup"],
        why: "a reading of deleteProgressingGroup: DeleteSnapshot has it",
    },
];
