import { upgradeAgent } from "./agent-commands";
import { type Circumstances, depending, hasScripts, sentences } from "./circumstances";
import type { ErrorEntry } from "./error-entry";

/**
 * The exit code for scripts that fail verification. The plugin and its manager don't use it, and the agent gives it no
 * meaning of its own: 193 and 194 would stop the instance.
 */
export const scriptsRefused = 64;

/** The meaning of an exit code of the command on the instance. */
export interface ExitCodeEntry extends ErrorEntry {
    /**
     * True if a snapshot group may exist despite the failure: the plugin called, or may have called,
     * CreateSnapshotGroup before it failed. The caller has to look for the group.
     */
    readonly groupMayExist: boolean;
    /**
     * The case in which the command may be run again automatically. "after-attach": only shortly after this package
     * attached the role, when the instance may not see it yet. "once": a transient fault before the plugin started.
     * "when-idle": another snapshot of the instance is in progress and will end.
     */
    readonly retry?: "after-attach" | "once" | "when-idle";
}

const readTheLog =
    "Read the plugin's log on the instance (on Linux in /usr/local/share/aliyun-assist/plugin/app-snapshot-plugin/<version>/log/).";
const runAgain = "Run `pulumi up` again.";
const permissions = "ecs:DescribeSnapshot*, ecs:CreateSnapshot*, ecs:TagResources and ecs:DescribeDisks";

/** For exit codes with which the plugin may end between the pre-script and the post-script. */
function firstTheApplication(circumstances: Circumstances): string {
    return hasScripts(circumstances)
        ? "First make sure that the application accepts writes: if it is still paused, manually do on the instance what the post-script does."
        : "First make sure that the instance accepts writes.";
}

const thenRunAgain = depending((circumstances) =>
    sentences(firstTheApplication(circumstances), "Then run `pulumi up` again."),
);

/** Exit codes of the snapshot plugin, from the vendor's table of them. */
const pluginExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    1: {
        code: "PluginPrecheckFailed",
        cause: "the plugin's own checks rejected the instance: disk category, snapshot name, network, RAM role or operating system",
        ...depending(
            ({ role }) =>
                `The plugin's message says which check failed. Check that the instance can reach the ECS endpoint of its region, and that ${role} has ${permissions}. ${readTheLog}`,
        ),
        groupMayExist: false,
    },
    2: {
        code: "PluginParametersRefused",
        cause: "the plugin rejected the type or number of its parameters",
        ...depending(
            (system) =>
                `Upgrade the Cloud Assistant agent on the instance (${upgradeAgent(system)}), so that it fetches the current plugin, and run \`pulumi up\` again.`,
        ),
        groupMayExist: false,
    },
    3: {
        code: "PluginNoDiskOrPermission",
        cause: "no ESSD disk is attached, or the instance's RAM role may not create snapshots",
        ...depending(
            ({ role, excludesDisks }) =>
                `Grant ${role} ${permissions}, and check that ${excludesDisks ? "excludeDiskIds leaves an ESSD disk" : "an ESSD disk is attached"}.`,
        ),
        groupMayExist: false,
        retry: "after-attach",
    },
    4: {
        code: "PluginCreateGroupFailed",
        cause: "the plugin could not create the snapshot group",
        ...depending((circumstances) =>
            sentences(
                firstTheApplication(circumstances),
                "The plugin's message contains the ECS error; the usual causes are exhausted quotas and busy disks.",
                readTheLog,
            ),
        ),
        groupMayExist: true,
        urgent: true,
    },
    5: {
        code: "PluginGroupStateUnexpected",
        cause: "the snapshot group was created but entered an unexpected state",
        ...thenRunAgain,
        groupMayExist: true,
        urgent: true,
    },
    6: {
        code: "PluginGroupTimedOut",
        cause: "the snapshot group was not created in time",
        ...thenRunAgain,
        groupMayExist: true,
        urgent: true,
    },
    7: {
        code: "PluginMemberStateUnexpected",
        cause: "a snapshot of the group entered an unexpected state",
        ...thenRunAgain,
        groupMayExist: true,
        urgent: true,
    },
    8: {
        code: "PluginTaggingFailed",
        cause: "the snapshots were taken but could not be tagged, so their consistency can't be verified",
        ...depending((circumstances) =>
            sentences(
                firstTheApplication(circumstances),
                `Then grant ${circumstances.role} ecs:TagResources and run \`pulumi up\` again.`,
            ),
        ),
        groupMayExist: true,
        urgent: true,
    },
    9: {
        code: "PluginPreScriptFailed",
        cause: "the pre-script failed or took too long, so no snapshot was taken",
        ...depending(({ scriptsByPath, scriptsDelivered }) =>
            sentences(
                "Read the pre-script's output in the details, if there is any; raise linux.scriptTimeoutSeconds if the script needs longer. Check that the application is not still paused.",
                scriptsByPath && "Run the script manually on the instance and check its exit code.",
                scriptsDelivered &&
                    "To run a delivered script manually, keep it on the instance with linux.keepScripts: true.",
            ),
        ),
        groupMayExist: false,
    },
    10: {
        code: "PluginPostScriptFailed",
        cause: "the snapshot was taken, but the post-script failed or took too long: the application may still be paused",
        remedy: "First make sure that the application accepts writes: if it is still paused, manually do on the instance what the post-script does. Then read the post-script's output in the details, if there is any, and run `pulumi up` again.",
        groupMayExist: true,
        urgent: true,
    },
    11: {
        code: "PluginFreezeFailed",
        cause: "a file system could not be frozen within the freeze timeout",
        ...depending((circumstances) =>
            sentences(
                firstTheApplication(circumstances),
                circumstances.linux &&
                    "Then look for heavy writes and for file systems mounted twice; raise linux.freezeTimeoutSeconds if the freeze needs longer.",
                circumstances.windows && "On Windows, check the VSS writers (`vssadmin list writers`).",
            ),
        ),
        groupMayExist: false,
        urgent: true,
    },
    12: {
        code: "PluginThawFailed",
        cause: "a file system could not be thawed: writes on the instance may be blocked",
        ...depending(
            ({ linux }) =>
                `At once: check that the instance accepts writes${linux ? ", and thaw frozen file systems (`fsfreeze --unfreeze <mount point>` on Linux) through the console's VNC or Session Manager" : ""}; a restart thaws everything. Then run \`pulumi up\` again.`,
        ),
        groupMayExist: true,
        urgent: true,
    },
    13: {
        code: "PluginNoRole",
        cause: "the plugin could not get authorization through the instance's RAM role",
        ...depending(
            ({ role }) =>
                `Check that the trust policy of ${role} names ecs.aliyuncs.com, and that the instance can reach its metadata service (100.100.100.200).`,
        ),
        groupMayExist: false,
        retry: "after-attach",
    },
    14: {
        code: "PluginTooManySnapshots",
        cause: "a disk has reached its limit of snapshots",
        remedy: "Delete snapshots that are no longer needed, or raise the quota, and run `pulumi up` again.",
        groupMayExist: false,
    },
    15: {
        code: "PluginSnapshotStateWrong",
        cause: "a snapshot is in the wrong state",
        remedy: runAgain,
        groupMayExist: true,
    },
    16: {
        code: "PluginSnapshotInProgress",
        cause: "another snapshot of the instance is still in progress",
        remedy: "Wait until it has finished and run `pulumi up` again. To make this package wait longer, raise timeoutSeconds.",
        groupMayExist: false,
        retry: "when-idle",
    },
    255: {
        code: "PluginUnknownError",
        cause: "the plugin failed without giving a reason",
        remedy: `Check that the instance accepts writes. ${readTheLog}`,
        groupMayExist: true,
        urgent: true,
    },
};

const notReached = "The plugin was not started, so nothing was frozen and no snapshot was taken.";
const diskAndNetwork = `${notReached} Check the free disk space and the outbound network of the instance, and run \`pulumi up\` again.`;
const reinstallAgent = depending(
    (system) =>
        `${notReached} Upgrade the Cloud Assistant agent on the instance (${upgradeAgent(system)}), or reinstall it (\`aliyun ecs InstallCloudAssistant\`, then a restart), and run \`pulumi up\` again.`,
);

/** Exit codes of acs-plugin-manager, the agent's program that fetches and starts plugins. */
const managerExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    232: manager(
        "ManagerLockFailed",
        "another process of the plugin manager holds its lock",
        `${notReached} ${runAgain}`,
        "once",
    ),
    233: manager(
        "ManagerEndpointUnknown",
        "the plugin manager does not know the endpoint of its region",
        reinstallAgent,
    ),
    234: manager(
        "ManagerPluginNotFound",
        "the plugin manager found no such plugin for this instance",
        reinstallAgent,
    ),
    235: manager("ManagerPackageFormatWrong", "the plugin's package is not a zip archive", diskAndNetwork),
    236: manager("ManagerUnzipFailed", "the plugin's package could not be unpacked", diskAndNetwork),
    237: manager("ManagerConfigUnreadable", "the plugin's configuration could not be read", reinstallAgent),
    238: manager(
        "ManagerPluginMismatch",
        "the plugin does not match the operating system or the architecture of the instance",
        reinstallAgent,
    ),
    239: manager(
        "ManagerChecksumMismatch",
        "the plugin's package did not match its checksum",
        diskAndNetwork,
    ),
    240: manager(
        "ManagerDownloadFailed",
        "the plugin's package could not be downloaded",
        diskAndNetwork,
        "once",
    ),
    241: manager(
        "ManagerInstalledListUnreadable",
        "the list of installed plugins could not be read",
        reinstallAgent,
    ),
    242: manager(
        "ManagerInstalledListUnwritable",
        "the list of installed plugins could not be written",
        diskAndNetwork,
    ),
    243: manager(
        "ManagerPluginInfoFailed",
        "the plugin's description could not be fetched from the service",
        diskAndNetwork,
        "once",
    ),
    244: manager("ManagerChmodFailed", "the plugin could not be made executable", diskAndNetwork),
    245: manager("ManagerRemoveFailed", "an old version of the plugin could not be removed", diskAndNetwork),
    246: {
        code: "ManagerExecutionFailed",
        cause: "the plugin manager could not run the plugin to completion",
        remedy: `Check that the instance accepts writes. ${readTheLog}`,
        groupMayExist: true,
        urgent: true,
    },
    247: {
        code: "ManagerExecutionTimedOut",
        cause: "the plugin manager ended the plugin because it ran too long: a file system may still be frozen, or the application paused",
        ...depending(
            (system) =>
                `At once: check that the instance accepts writes and that the application is not paused. A Cloud Assistant agent older than 2.x.3.499 can't be told the plugin's time limit: upgrade it (${upgradeAgent(system)}).`,
        ),
        groupMayExist: true,
        urgent: true,
    },
};

/** Exit codes of the shell that starts the plugin manager. */
const shellExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    126: {
        code: "ManagerNotExecutable",
        cause: "the plugin manager (acs-plugin-manager) of the Cloud Assistant agent can't be executed",
        ...reinstallAgent,
        groupMayExist: false,
    },
    127: {
        code: "ManagerMissing",
        cause: "the instance has no plugin manager (acs-plugin-manager): its Cloud Assistant agent is missing or too old",
        ...reinstallAgent,
        groupMayExist: false,
    },
};

/** Exit codes of this package's own command. */
const ownExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    [scriptsRefused]: {
        code: "ScriptsRefused",
        cause: "a script on the instance does not meet the requirements, and the plugin would have skipped it silently: both scripts must be regular files that belong to root and have mode 0700",
        ...depending(({ scriptsByPath, scriptsDelivered }) =>
            sentences(
                "Nothing was frozen and no snapshot was taken.",
                scriptsByPath &&
                    "Fix the problems that the details list (`chown root`, `chmod 0700`), or let this package deliver the scripts: set linux.preScript and linux.postScript to their texts.",
                scriptsDelivered && "Delivered scripts are delivered again by the next `pulumi up`.",
            ),
        ),
        groupMayExist: false,
    },
};

/** Every exit code with a documented meaning. 0 is not included, because it is not an error. */
export const exitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    ...pluginExitCodes,
    ...managerExitCodes,
    ...shellExitCodes,
    ...ownExitCodes,
};

const unlisted: ExitCodeEntry = {
    code: "CommandFailed",
    cause: "the command on the instance ended with an exit code that neither the plugin nor its manager documents",
    remedy: `Check that the instance accepts writes. ${readTheLog}`,
    groupMayExist: true,
    urgent: true,
};

/** Returns the meaning of an exit code other than 0. */
export function exitCodeEntry(exitCode: number): ExitCodeEntry {
    return exitCodes[exitCode] ?? unlisted;
}

function manager(
    code: string,
    cause: string,
    remedy: string | ReturnType<typeof depending>,
    retry?: "once",
): ExitCodeEntry {
    return {
        ...{ code, cause },
        ...(typeof remedy === "string" ? { remedy } : remedy),
        groupMayExist: false,
        ...(retry === undefined ? {} : { retry }),
    };
}
