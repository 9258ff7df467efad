import { startAgent, upgradeAgent } from "./agent-commands";
import { type Circumstances, depending, hasScripts, sentences } from "./circumstances";
import type { ErrorEntry } from "./error-entry";

const upAgain = "Run `pulumi up` again";

/** Errors that this package itself detects: in its settings, on the instance, in the result. */
export const ownErrors = {
    MissingRegion: {
        code: "MissingRegion",
        cause: "no region is set",
        remedy: "Set it in one of these places: the resource's regionId, `pulumi config set alicloud:region <region>`, or the environment variable ALIBABA_CLOUD_REGION.",
    },
    MissingCredentials: {
        code: "MissingCredentials",
        cause: "no credentials were found",
        remedy: "Set them in one of these places: `pulumi config set --secret alicloud:accessKey` and `alicloud:secretKey`; alicloud:profile, a profile of the aliyun CLI; the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET; or a source of the SDK's default chain (OIDC, profile file, instance RAM role, credentials URI). docs/configuration.md in this package lists all of them in order.",
    },
    RoleNotAssumed: {
        code: "RoleNotAssumed",
        cause: "the RAM role that the connection settings name could not be assumed",
        remedy: "Follow the details. NoPermission: name the caller in the role's trust policy, with the externalId that it requires, and grant the calling RAM user or role sts:AssumeRole on the role. EntityNotExist: correct roleArn. InvalidAccessKeyId, SignatureDoesNotMatch or InvalidSecurityToken: correct the credentials that assume the role. No answer: check the network, the region, and the sts entry of alicloud:endpoints if there is one.",
    },
    CredentialsNotRenewed: {
        code: "CredentialsNotRenewed",
        cause: "the temporary credentials have expired and could not be renewed",
        remedy: `The details name the source that was asked. ${upAgain}: it continues where this one stopped.`,
    },
    InvalidSetting: {
        code: "InvalidSetting",
        cause: "a setting can't be used",
        remedy: "Correct the setting that the details name.",
    },
    ProxyFailed: {
        code: "ProxyFailed",
        cause: "a proxy that the environment names did not pass the call on",
        remedy: "Follow the details, which name the proxy and its environment variable. No connection: correct the URL, or check the network. Status 407: put a user and a password into the URL, percent-encoded (http://user:p%40ss@proxy.example.com:3128). Status 403: let the proxy allow the endpoint. To make calls without the proxy, add .aliyuncs.com to NO_PROXY.",
    },
    CertificateNotTrusted: {
        code: "CertificateNotTrusted",
        cause: "the certificate of a TLS connection is not trusted, so nothing was sent",
        remedy: "If a proxy of your network inspects TLS, store the certificate of its certification authority in a PEM file, and set NODE_EXTRA_CA_CERTS to the path of that file in the environment of `pulumi`. Otherwise check this machine's clock, and that the endpoint's name is correct.",
    },
    InstanceNotFound: {
        code: "InstanceNotFound",
        cause: "the instance does not exist in this region, or the caller may not see it",
        remedy: "Correct instanceId or regionId, or grant the caller ecs:DescribeInstances.",
    },
    InstanceNotRunning: {
        code: "InstanceNotRunning",
        cause: "the instance is not running, so its applications can't be quiesced",
        remedy: "Start the instance (`aliyun ecs StartInstance`). For a stopped instance, an ordinary snapshot group is already consistent.",
    },
    InstanceLocked: {
        code: "InstanceLocked",
        cause: "the instance is locked",
        remedy: "First resolve the reason for the lock (payment, security).",
    },
    OperatingSystemNotSupported: {
        code: "OperatingSystemNotSupported",
        cause: "the snapshot plugin does not support the instance's operating system",
        remedy: "Use Windows Server 2012 R2, 2016, 2019 or 2022, CentOS 7.6 or later, Ubuntu 18.04 or later, or Alibaba Cloud Linux 2 or 3. For newer systems the plugin decides.",
    },
    OptionsForOtherSystem: {
        code: "OptionsForOtherSystem",
        cause: "the options are for an operating system other than the instance's",
        remedy: "Use `linux` options for a Linux instance and `windows` options for a Windows instance.",
    },
    ScriptsMissing: {
        code: "ScriptsMissing",
        cause: "a Linux snapshot without a pre-script and a post-script can't be application-consistent",
        remedy: 'Set linux.preScript and linux.postScript, or linux.preScriptPath and linux.postScriptPath, or require less with requiredConsistency: "filesystem".',
    },
    ScriptsNotDelivered: {
        code: "ScriptsNotDelivered",
        cause: "the scripts could not be delivered to the instance",
        remedy: `The details say why. Nothing was frozen and no snapshot was taken. ${upAgain}.`,
    },
    AgentMissing: {
        code: "AgentMissing",
        cause: "the instance has no Cloud Assistant agent",
        remedy: "Install the agent (`aliyun ecs InstallCloudAssistant`), restart the instance, and run `pulumi up` again.",
    },
    AgentOffline: {
        code: "AgentOffline",
        cause: "the Cloud Assistant agent has sent no heartbeat for two minutes",
        ...depending(
            (system) =>
                `Start the agent on the instance (${startAgent(system)}), and allow outbound TCP 443 to the Cloud Assistant service. After an instance starts, this package waits up to 15 minutes for the agent.`,
        ),
    },
    AgentTooOld: {
        code: "AgentTooOld",
        cause: "the Cloud Assistant agent is too old for the snapshot plugin",
        ...depending((system) => `Upgrade the agent on the instance (${upgradeAgent(system)}).`),
    },
    NoEssdDisk: {
        code: "NoEssdDisk",
        cause: "no disk of the ESSD family is available for the snapshot",
        ...depending(({ excludesDisks }) =>
            sentences(
                "Change the category of the disks that hold the data to cloud_essd, cloud_auto or cloud_essd_entry (`aliyun ecs ModifyDiskSpec`). A new disk of such a category helps only if the data is moved to it: all others stay out of the snapshot.",
                excludesDisks && "Or shorten excludeDiskIds.",
            ),
        ),
    },
    ExcludedDiskNotAttached: {
        code: "ExcludedDiskNotAttached",
        cause: "excludeDiskIds names a disk that is not attached to the instance",
        remedy: "Remove the id from excludeDiskIds, or correct it: with a misspelt id, the disk would be in the snapshot.",
    },
    MultiAttachDisk: {
        code: "MultiAttachDisk",
        cause: "a disk with multi-attach enabled can't be part of a snapshot group",
        remedy: "Add the disk to excludeDiskIds.",
    },
    InstanceBusy: {
        code: "InstanceBusy",
        cause: "another snapshot of the instance is in progress and did not finish in time",
        remedy: "The details name that snapshot. Run the same command again when it has finished, or raise timeoutSeconds to wait longer.",
    },
    RoleConflict: {
        code: "RoleConflict",
        cause: "another RAM role is attached to the instance, and an instance can have only one",
        ...depending(({ attachesRole }) =>
            sentences(
                `Either name the attached role with ramRoleName and give it the snapshot permissions, or detach it first (\`aliyun ecs DetachInstanceRamRole\`) and ${attachesRole ? "let this package attach its own" : "attach the required one"}.`,
                "This package never replaces an attached role.",
            ),
        ),
    },
    RoleMissing: {
        code: "RoleMissing",
        cause: 'no RAM role is attached to the instance, and roleAttachment: "none" prevents attaching one',
        ...depending(
            ({ role }) =>
                `Attach ${role} yourself (\`aliyun ecs AttachInstanceRamRole\`), or set roleAttachment to "keep" or "temporary".`,
        ),
    },
    RoleNotAttached: {
        code: "RoleNotAttached",
        cause: "the RAM role could not be attached to the instance",
        remedy: "The details contain the reason that the API gave for this instance.",
    },
    StartUnknown: {
        code: "StartUnknown",
        cause: "it is unknown whether the snapshot plugin was started: the API gave no usable answer to that request",
        remedy: `${upAgain}: it first looks for a started command and adopts it.`,
    },
    GroupNotFound: {
        code: "GroupNotFound",
        cause: "the plugin reported success, but the snapshot group can't be found",
        remedy: `Look for the group in the ECS console under snapshot-consistent groups. ${upAgain} to take a new snapshot.`,
    },
    ResultForgotten: {
        code: "ResultForgotten",
        cause: "the result of the snapshot plugin is no longer known: Cloud Assistant keeps results for at most 30 days, or less if there are many",
        remedy: `No snapshot group of that run can be found. ${upAgain} to take a new snapshot.`,
    },
    AbsenceNotProved: {
        code: "AbsenceNotProved",
        cause: "no list shows the snapshot group, but it can't be verified that the group is gone, so it is not given up",
        remedy: "Grant the caller ecs:DescribeSnapshotGroups, ecs:DescribeSnapshots and ecs:ModifySnapshotGroup, and run the same command again.",
    },
    GroupToGetNotFound: {
        code: "GroupToGetNotFound",
        cause: "the snapshot group to look up does not exist in this region, or the caller may not see it",
        remedy: "Correct the id or the region that AppConsistentSnapshot.get is given, or grant the caller ecs:DescribeSnapshotGroups.",
    },
    GroupFailed: {
        code: "GroupFailed",
        cause: "the snapshot group failed",
        remedy: `${upAgain}. If it fails again, check the state and the snapshot quotas of the disks.`,
    },
    Degraded: {
        code: "Degraded",
        cause: "the snapshot does not meet the required consistency",
        ...depending(degradedRemedy),
    },
    StillInProgress: {
        code: "StillInProgress",
        cause: "the snapshot is still in progress; this package stopped waiting for it but did not stop it",
        remedy: `${upAgain}: it continues with the same snapshot. To wait longer, raise timeoutSeconds.`,
    },
    Interrupted: {
        code: "Interrupted",
        cause: "the process that managed this snapshot was told to exit before the snapshot was finished",
        remedy: `${upAgain}: it continues where this one stopped. The command on the instance was not stopped.`,
    },
    SnapshotsHeld: {
        code: "SnapshotsHeld",
        cause: "some snapshots of the group could not be deleted",
        remedy: "The details give the reason for each. If an image was created from a snapshot, delete the image first. Then run the same command again.",
    },
    DeletionNotFinished: {
        code: "DeletionNotFinished",
        cause: "the snapshot group still exists: its deletion has not finished, or can't start yet",
        remedy: "Run the same command again.",
    },
    InstancesFailed: {
        code: "InstancesFailed",
        cause: "the fleet is not complete, because it has no finished snapshot of some of its instances",
        remedy: `Follow the remedy of each instance in the details. ${upAgain}: it takes only what is missing.`,
    },
    FleetNotDeleted: {
        code: "FleetNotDeleted",
        cause: "the snapshots of some instances of the fleet could not be deleted; the others are deleted",
        remedy: "Follow the remedy of each instance in the details. Then run the same command again.",
    },
    NotBegun: {
        code: "NotBegun",
        cause: 'the snapshot of this instance was not begun, because that of another one failed and onFailure is "stop"',
        remedy: `First resolve the other failure. ${upAgain}: it begins this one too.`,
    },
    SuccessorUnfinished: {
        code: "SuccessorUnfinished",
        cause: "the old snapshots are kept, because the new ones that replace them are not finished",
        remedy: `${upAgain}: once the new ones are finished, it deletes the old ones. \`pulumi destroy\` deletes both.`,
    },
    UnreadableState: {
        code: "UnreadableState",
        cause: "the stack's state lacks what is needed to find the snapshot",
        remedy: "Note the ids in the resource's state, then remove the resource from the state (`pulumi state delete`).",
    },
    SeveralProblems: {
        code: "SeveralProblems",
        cause: "more than one problem was found; the details list them",
        remedy: "Fix each problem as described. Nothing has been changed so far.",
    },
    UnexpectedError: {
        code: "UnexpectedError",
        cause: "an unexpected error occurred",
        remedy: "Run the command again. If the error recurs, report it.",
    },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

function degradedRemedy(circumstances: Circumstances): string {
    const { linux, windows, scriptsByPath, writersOff, mayRequireLess, mayKeep } = circumstances;
    const less = [
        ...(mayRequireLess ? ['requiredConsistency: "filesystem"'] : []),
        ...(mayKeep ? ['onDegraded: "keep"'] : []),
    ];
    return sentences(
        scriptsByPath &&
            "Check that both scripts exist on the instance, belong to root, have mode 0700 and end with exit code 0.",
        hasScripts(circumstances) &&
            !scriptsByPath &&
            "Check that both scripts end with exit code 0 on the instance.",
        linux &&
            !hasScripts(circumstances) &&
            "Check that all file systems on the disks are ext3, ext4 or XFS.",
        windows && "On Windows, check the VSS writers (`vssadmin list writers`).",
        windows && writersOff && "Remove windows.enableWriters.",
        !linux && !windows && "Run `pulumi up` again while no disk is being attached or detached.",
        less.length > 0 && `To accept less, set ${less.join(" or ")}.`,
    );
}
