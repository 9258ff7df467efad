import { startAgent, upgradeAgent } from "./agent-commands";
import { depending, hasScripts, sentences, type Circumstances } from "./circumstances";
import type { ErrorEntry } from "./error-entry";

const upAgain = "Run `pulumi up` again";

/** What this package itself finds wrong: in its settings, on the instance, in the result. */
export const ownErrors = {
    MissingRegion: {
        code: "MissingRegion",
        cause: "no region is set",
        remedy: "Set it in one of these places: the resource's regionId, `pulumi config set alicloud:region <region>`, or the environment variable ALIBABA_CLOUD_REGION.",
    },
    MissingCredentials: {
        code: "MissingCredentials",
        cause: "no credentials were found",
        remedy: "Set them in one of these places: `pulumi config set --secret alicloud:accessKey` and `alicloud:secretKey`; alicloud:profile, a profile of the aliyun CLI; the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET; or a source of the SDK's default chain (OIDC, profile file, instance RAM role, credentials URI). docs/configuration.md of this package has all of them, in their order.",
    },
    RoleNotAssumed: {
        code: "RoleNotAssumed",
        cause: "the RAM role that the connection settings name could not be assumed",
        remedy: "Go by the details. NoPermission: let the role's trust policy name who assumes it, with the externalId that it asks for, and grant a RAM user or role sts:AssumeRole on it. EntityNotExist: correct roleArn. InvalidAccessKeyId, SignatureDoesNotMatch or InvalidSecurityToken: correct the credentials that assume it. No answer: check the network, the region, and the sts entry of alicloud:endpoints if there is one.",
    },
    CredentialsNotRenewed: {
        code: "CredentialsNotRenewed",
        cause: "the temporary credentials have expired, and could not be renewed",
        remedy: `The details say what was asked. ${upAgain}: it goes on with what is there.`,
    },
    InvalidSetting: {
        code: "InvalidSetting",
        cause: "a connection setting can't be used",
        remedy: "Correct the setting that the details name.",
    },
    InstanceNotFound: {
        code: "InstanceNotFound",
        cause: "the instance does not exist in this region, or the caller may not see it",
        remedy: "Correct instanceId or regionId, or grant the caller ecs:DescribeInstances.",
    },
    InstanceNotRunning: {
        code: "InstanceNotRunning",
        cause: "the instance is not running, so nothing can bring its applications to rest",
        remedy: "Start the instance (`aliyun ecs StartInstance`). For a stopped instance an ordinary snapshot group is consistent as it is.",
    },
    InstanceLocked: {
        code: "InstanceLocked",
        cause: "the instance is locked",
        remedy: "Settle the reason of the lock (payment, security) first.",
    },
    OperatingSystemNotSupported: {
        code: "OperatingSystemNotSupported",
        cause: "the snapshot plugin does not support the instance's operating system",
        remedy: "Supported are Windows Server 2012 R2, 2016, 2019 and 2022, CentOS 7.6 and later, Ubuntu 18.04 and later, and Alibaba Cloud Linux 2 and 3. Newer ones are left to the plugin.",
    },
    OptionsForOtherSystem: {
        code: "OptionsForOtherSystem",
        cause: "the options are for another operating system than the instance's",
        remedy: "Give `linux` options for a Linux instance and `windows` options for a Windows instance.",
    },
    ScriptsMissing: {
        code: "ScriptsMissing",
        cause: "a Linux snapshot without a pre-script and a post-script can't be application-consistent",
        remedy: 'Give linux.preScript and linux.postScript, or linux.preScriptPath and linux.postScriptPath, or ask for less with requiredConsistency: "filesystem".',
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
                `Start the agent on the instance (${startAgent(system)}), and allow outbound TCP 443 to the Cloud Assistant service. After the start of an instance it is waited for, for 15 minutes.`,
        ),
    },
    AgentTooOld: {
        code: "AgentTooOld",
        cause: "the Cloud Assistant agent is too old for the snapshot plugin",
        ...depending((system) => `Upgrade the agent on the instance (${upgradeAgent(system)}).`),
    },
    NoEssdDisk: {
        code: "NoEssdDisk",
        cause: "no disk of the ESSD family is left to take a snapshot of",
        ...depending(({ excludesDisks }) =>
            sentences(
                "Attach a disk of category cloud_essd, cloud_auto or cloud_essd_entry, or change the category of one.",
                excludesDisks && "Or shorten excludeDiskIds.",
            ),
        ),
    },
    ExcludedDiskNotAttached: {
        code: "ExcludedDiskNotAttached",
        cause: "excludeDiskIds names a disk that is not attached to the instance",
        remedy: "Remove it from excludeDiskIds, or correct it: a misspelt id would put the disk into the snapshot.",
    },
    MultiAttachDisk: {
        code: "MultiAttachDisk",
        cause: "a disk with multi-attach enabled can't be part of a snapshot group",
        remedy: "Name it in excludeDiskIds.",
    },
    InstanceBusy: {
        code: "InstanceBusy",
        cause: "another snapshot of the instance is being taken, and did not end in time",
        remedy: "The details name it. Run the same command again when it has ended, or raise timeoutSeconds to wait longer.",
    },
    RoleConflict: {
        code: "RoleConflict",
        cause: "another RAM role is attached to the instance, and an instance has only one",
        ...depending(({ attachesRole }) =>
            sentences(
                `Either name the attached role with ramRoleName and give it the snapshot permissions, or detach it first (\`aliyun ecs DetachInstanceRamRole\`) and ${attachesRole ? "let this package attach its own" : "attach the wanted one"}.`,
                "It is never replaced without being asked.",
            ),
        ),
    },
    RoleMissing: {
        code: "RoleMissing",
        cause: 'no RAM role is attached to the instance, and roleAttachment: "none" forbids attaching one',
        ...depending(
            ({ role }) =>
                `Attach ${role} yourself (\`aliyun ecs AttachInstanceRamRole\`), or set roleAttachment to "keep" or "temporary".`,
        ),
    },
    RoleNotAttached: {
        code: "RoleNotAttached",
        cause: "the RAM role could not be attached to the instance",
        remedy: "The details have the reason that the API gave for this instance.",
    },
    StartUnknown: {
        code: "StartUnknown",
        cause: "whether the snapshot plugin was started is not known: the API gave no usable answer to that request",
        remedy: `${upAgain}: it looks for the started command first, and adopts it.`,
    },
    GroupNotFound: {
        code: "GroupNotFound",
        cause: "the plugin reported success, but the snapshot group can't be found",
        remedy: `Look for it in the ECS console under snapshot-consistent groups. ${upAgain} to take a new one.`,
    },
    ResultForgotten: {
        code: "ResultForgotten",
        cause: "what the snapshot plugin did is not known any more: Cloud Assistant keeps results for 30 days at most, and fewer days where there are many",
        remedy: `No snapshot group of it can be found. ${upAgain} to take a new one.`,
    },
    AbsenceNotProved: {
        code: "AbsenceNotProved",
        cause: "no list shows the snapshot group, and whether it is gone can't be told, so it is not given up",
        remedy: "Grant the caller ecs:DescribeSnapshotGroups, ecs:DescribeSnapshots and ecs:ModifySnapshotGroup, and run the same command again.",
    },
    GroupToGetNotFound: {
        code: "GroupToGetNotFound",
        cause: "the snapshot group to look up does not exist in this region, or the caller may not see it",
        remedy: "Correct the id or the region that AppConsistentSnapshot.get is given, or grant the caller ecs:DescribeSnapshotGroups.",
    },
    GroupFailed: {
        code: "GroupFailed",
        cause: "the snapshot group has failed",
        remedy: `${upAgain}. If it fails again, look at the disks' limits of snapshots and at their state.`,
    },
    Degraded: {
        code: "Degraded",
        cause: "the snapshot is not as consistent as it has to be",
        ...depending(degradedRemedy),
    },
    StillInProgress: {
        code: "StillInProgress",
        cause: "the snapshot is still being made; this package stopped waiting for it, and did not stop it",
        remedy: `${upAgain}: it goes on with the same snapshot where that is now. To wait longer, raise timeoutSeconds.`,
    },
    Interrupted: {
        code: "Interrupted",
        cause: "the process that managed this snapshot was asked to end before the snapshot was done",
        remedy: `${upAgain}: it goes on with what is there. What runs on the instance was not stopped.`,
    },
    SnapshotsHeld: {
        code: "SnapshotsHeld",
        cause: "some snapshots of the group could not be deleted",
        remedy: "The details name the reason for each. A snapshot that an image was made from goes only after the image. Then run the same command again.",
    },
    DeletionNotFinished: {
        code: "DeletionNotFinished",
        cause: "the snapshot group still exists: its deletion is not finished, or can't begin yet",
        remedy: "Run the same command again.",
    },
    UnreadableState: {
        code: "UnreadableState",
        cause: "the stack's state lacks what is needed to find the snapshot",
        remedy: "Remove the resource from the state (`pulumi state delete`) after noting its ids.",
    },
    UnexpectedError: {
        code: "UnexpectedError",
        cause: "this package met an error that it does not know",
        remedy: "Run the command again; if it comes back, report it.",
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
        windows && "On Windows look at the VSS writers (`vssadmin list writers`).",
        windows && writersOff && "Leave windows.enableWriters out.",
        !linux && !windows && "Run `pulumi up` again while no disk is attached or detached.",
        less.length > 0 && `To accept less, set ${less.join(" or ")}.`,
    );
}
