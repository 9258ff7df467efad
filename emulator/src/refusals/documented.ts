/** Codes by HTTP status. */
type CodesByStatus = Readonly<Record<number, readonly string[]>>;

/**
 * The codes that the emulator makes, by the operation in whose own error table the API lists them: that of June 2024, or
 * a later page. Spelling mistakes are the API's.
 */
export const documented: Readonly<Record<string, CodesByStatus>> = {
    AttachInstanceRamRole: {
        400: ["InvalidInstanceIds.Malformed"],
        403: ["InvalidNetworkType.MismatchRamRole", "InvalidUser.PassRoleForbidden"],
        404: ["InvalidInstanceId.NotFound", "InvalidRamRole.NotEcsRole", "InvalidRamRole.NotFound"],
    },
    DetachInstanceRamRole: {
        400: ["InvalidInstanceIds.Malformed"],
        403: ["InvalidNetworkType.MismatchRamRole"],
        404: ["InvalidInstanceId.NotFound"],
    },
    DescribeInstanceRamRole: {
        400: ["InvalidInstanceIds.Malformed"],
        404: ["InvalidInstanceId.NotFound"],
    },
    RunCommand: {
        400: [
            "CmdContent.DecodeError",
            "Duplicate.TagKey",
            "InvalidClientToken.Malformed",
            "InvalidInstance.NotMatch",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "MissingParam.InstanceId",
            "MissingParameter.TagKey",
            "NumberExceed.Tags",
        ],
        403: [
            "CmdContent.ExceedLimit",
            "CmdName.ExceedLimit",
            "IdempotentParameterMismatch",
            "IdempotentProcessing",
            "InstanceIds.ExceedLimit",
            "Operation.Forbidden",
        ],
        404: [
            "InvalidCmdType.NotFound",
            "InvalidInstance.NotFound",
            "InvalidRegionId.NotFound",
            "InvalidTerminationMode.NotFound",
        ],
    },
    DescribeInvocations: {
        400: [
            "Duplicate.TagKey",
            "InvalidParameter.MaxResults",
            "InvalidParameter.NextToken",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "MissingParameter.TagKey",
            "NumberExceed.Tags",
        ],
        403: ["Operation.Forbidden"],
        404: ["InvalidRegionId.NotFound"],
    },
    DescribeInvocationResults: {
        400: [
            "Duplicate.TagKey",
            "InvalidParameter.MaxResults",
            "InvalidParameter.NextToken",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "MissingParameter.TagKey",
            "NumberExceed.Tags",
        ],
        403: ["Operation.Forbidden"],
        404: ["InvalidRegionId.NotFound"],
    },
    StopInvocation: {
        403: ["InstanceIds.ExceedLimit", "Operation.Forbidden"],
        404: ["InvalidInstanceId.NotFound", "InvalidInvokeId.NotFound", "InvalidRegionId.NotFound"],
    },
    SendFile: {
        400: [
            "Duplicate.TagKey",
            "FileContent.DecodeError",
            "FileContentType.Invalid",
            "FileMode.Invalid",
            "FileTargetDir.Invalid",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "MissingParam.InstanceId",
            "MissingParameter.TagKey",
            "NumberExceed.Tags",
        ],
        403: [
            "FileName.ExceedLimit",
            "FileSize.ExceedLimit",
            "InstanceIds.ExceedLimit",
            "Operation.Forbidden",
        ],
        404: ["InvalidInstance.NotFound", "InvalidRegionId.NotFound"],
    },
    DescribeSendFileResults: {
        400: [
            "Duplicate.TagKey",
            "InvalidParameter.MaxResults",
            "InvalidParameter.NextToken",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "MissingParameter.TagKey",
            "NumberExceed.Tags",
        ],
        403: ["Operation.Forbidden"],
        404: ["InvalidRegionId.NotFound"],
    },
    DescribeCloudAssistantStatus: {
        400: ["MissingParam.InstanceId"],
        403: ["InstanceIds.ExceedLimit", "Operation.Forbidden"],
        404: ["InvalidInstance.NotFound", "InvalidRegionId.NotFound"],
    },
    DescribeInstances: {
        400: ["InvalidTag.Mismatch", "InvalidTagCount"],
    },
    DescribeDisks: { 400: ["MissingParamter.RegionId"] },
    DescribeImages: {},
    DescribeSnapshotGroups: {
        404: ["InvalidInstanceId.NotFound", "InvalidRegionId.NotFound"],
    },
    ModifySnapshotGroup: {
        400: ["InvalidParameter.Description", "InvalidParameter.Name"],
        404: ["InvalidRegionId.NotFound", "InvalidSnapshotGroup.NotFound"],
    },
    DeleteSnapshotGroup: {
        403: ["Operation.Forbidden", "SnapshotCreatedDisk", "SnapshotCreatedImage"],
        404: ["InvalidRegionId.NotFound", "InvalidSnapshotGroup.NotFound"],
    },
    DescribeSnapshots: {
        400: ["InvalidTag.Mismatch", "InvalidTagCount"],
        403: ["InvalidSnapshotIds.Malformed"],
    },
    DeleteSnapshot: {
        400: ["MissingParameter"],
        403: ["Operation.Conflict", "SnapshotCreatedDisk", "SnapshotCreatedImage"],
    },
    TagResources: {
        400: [
            "Duplicate.TagKey",
            "InvalidTagKey.Malformed",
            "InvalidTagValue.Malformed",
            "NumberExceed.ResourceIds",
            "NumberExceed.Tags",
        ],
        403: ["QuotaExceed.Tags", "TagKey.Duplication"],
        404: [
            "InvalidRegionId.NotFound",
            "InvalidResourceId.NotFound",
            "InvalidResourceType.NotFound",
            "MissingParameter.RegionId",
            "MissingParameter.ResourceIds",
            "MissingParameter.ResourceType",
            "MissingParameter.Tags",
        ],
    },
    UntagResources: {
        400: ["NumberExceed.ResourceIds", "NumberExceed.Tags"],
        404: [
            "InvalidRegionId.NotFound",
            "InvalidResourceId.NotFound",
            "InvalidResourceType.NotFound",
            "MissingParameter.RegionId",
            "MissingParameter.ResourceIds",
            "MissingParameter.ResourceType",
            "MissingParameter.Tags",
        ],
    },
};
