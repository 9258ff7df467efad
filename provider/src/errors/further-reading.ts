const instance = "docs/requirements.md#the-instance";
const ramRole = "docs/requirements.md#the-ram-role";
const permissions = "docs/requirements.md#the-callers-permissions";
const settings = "docs/configuration.md#connection-settings";
const proxies = "docs/configuration.md#proxies-and-certificates";
const scripts = "docs/scripts.md#as-text-or-by-path";
const scriptOutput = "docs/scripts.md#script-output";
const interruptions = "docs/when-it-is-interrupted.md#what-happens-in-each-case";
const deletion = "docs/lifecycle.md#deletion";
const partialFailure = "docs/lifecycle.md#partial-failure";
const quotas = "docs/scale.md#quotas";

/** The page for every error after which something may be frozen or paused. */
export const urgentPage = "docs/lifecycle.md#failures";

/** The part of the documentation that helps with an error, by its code. */
export const furtherReading: Readonly<Record<string, string>> = {
    PluginPrecheckFailed: instance,
    PluginNoDiskOrPermission: ramRole,
    PluginTaggingFailed: ramRole,
    PluginPreScriptFailed: scriptOutput,
    PluginPostScriptFailed: scriptOutput,
    PluginNoRole: ramRole,
    PluginTooManySnapshots: quotas,
    ScriptsRefused: scripts,
    ManagerMissing: instance,
    ManagerNotExecutable: instance,
    ManagerExecutionTimedOut: instance,
    ClientNotRunning: instance,
    ClientNotResponse: instance,
    ClientNeedUpgrade: instance,
    ClientNetworkBlocked: instance,
    SecurityGroupRuleDenied: instance,
    InvalidAccessKeyId: settings,
    SignatureDoesNotMatch: settings,
    InvalidCredentials: settings,
    "InvalidUser.PassRoleForbidden": permissions,
    NoPermission: permissions,
    Forbidden: permissions,
    "Operation.Forbidden": permissions,
    "InvalidRamRole.NotEcsRole": ramRole,
    "InvalidRamRole.NotFound": ramRole,
    "QuotaExceed.Tags": "docs/lifecycle.md#tags",
    "TagKey.Duplication": "docs/lifecycle.md#tags",
    SnapshotCreatedImage: deletion,
    SnapshotCreatedDisk: deletion,
    "InvalidSnapshotGroup.NotFound": "docs/lifecycle.md#refresh",
    "Invocation.ExceedQuota": quotas,
    QuotaExceed: quotas,
    Throttling: "docs/scale.md#if-the-api-throttles",
    ApiUnreachable: proxies,
    MissingRegion: settings,
    MissingCredentials: settings,
    InvalidSetting: settings,
    RoleNotAssumed: "docs/configuration.md#assume-a-role",
    CredentialsNotRenewed: interruptions,
    ProxyFailed: proxies,
    CertificateNotTrusted: proxies,
    InstanceNotRunning: instance,
    OperatingSystemNotSupported: instance,
    ScriptsMissing: scripts,
    ScriptsNotDelivered: scripts,
    AgentMissing: instance,
    AgentOffline: instance,
    AgentTooOld: instance,
    NoEssdDisk: instance,
    MultiAttachDisk: instance,
    RoleConflict: ramRole,
    RoleMissing: ramRole,
    RoleNotAttached: ramRole,
    StartUnknown: interruptions,
    AbsenceNotProved: permissions,
    GroupToGetNotFound: "docs/restore.md#use-a-snapshot-that-exists",
    Degraded: "docs/lifecycle.md#what-is-verified",
    StillInProgress: interruptions,
    Interrupted: interruptions,
    SnapshotsHeld: deletion,
    DeletionNotFinished: deletion,
    InstancesFailed: partialFailure,
    NotBegun: partialFailure,
    FleetNotDeleted: "docs/lifecycle.md#fleets",
    SuccessorUnfinished: deletion,
    MetadataServiceDisabled: instance,
    MetadataServiceUnreachable: instance,
    EndpointUnreachable: instance,
};
