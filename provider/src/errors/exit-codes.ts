import { upgradeAgent } from "./agent-commands";
import { depending, hasScripts, sentences, type Circumstances } from "./circumstances";
import type { ErrorEntry } from "./error-entry";

/**
 * The exit code for scripts that are not as they have to be. The plugin and its manager use none like it, and the
 * agent takes it for what it is: 193 and 194 would stop the instance.
 */
export const scriptsRefused = 64;

/** What an exit code of the command on the instance means. */
export interface ExitCodeEntry extends ErrorEntry {
    /**
     * Whether a snapshot group may exist all the same: the plugin had, or may have, called CreateSnapshotGroup
     * when it failed. Whoever handles the error has to look for it.
     */
    readonly groupMayExist: boolean;
    /**
     * Whether the command may be run again without asking. "after-attach": only shortly after the role was
     * attached by us, when the instance may not see it yet. "once": a passing fault on the way to the plugin.
     * "when-idle": another snapshot of the instance is in the way, and will be out of it.
     */
    readonly retry?: "after-attach" | "once" | "when-idle";
}

const readTheLog =
    "Read the plugin's log on the instance (on Linux in /usr/local/share/aliyun-assist/plugin/app-snapshot-plugin/<version>/log/).";
const runAgain = "Run `pulumi up` again.";
const permissions = "ecs:DescribeSnapshot*, ecs:CreateSnapshot*, ecs:TagResources and ecs:DescribeDisks";

/** The plugin may end so between the pre-script and the post-script. */
function firstTheApplication(circumstances: Circumstances): string {
    return hasScripts(circumstances)
        ? "First make sure that the application accepts writes: if it is still paused, do by hand on the instance what the post-script does."
        : "First make sure that the instance accepts writes.";
}

const thenRunAgain = depending((circumstances) =>
    sentences(firstTheApplication(circumstances), "Then run `pulumi up` again."),
);

/** Exit codes of the snapshot plugin, from the vendor's table of them. */
const pluginExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    1: {
        code: "PluginPrecheckFailed",
        cause: "the plugin's own checks refused the instance: disk category, snapshot name, network, RAM role or operating system",
        ...depending(
            ({ role }) =>
                `The plugin's message says which. Check that the instance reaches the ECS endpoint of its region, and that ${role} has ${permissions}. ${readTheLog}`,
        ),
        groupMayExist: false,
    },
    2: {
        code: "PluginParametersRefused",
        cause: "the plugin did not accept the type or the number of its parameters",
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
                "The plugin's message has the ECS error: quotas and disks that are busy are the usual ones.",
                readTheLog,
            ),
        ),
        groupMayExist: true,
        urgent: true,
    },
    5: {
        code: "PluginGroupStateUnexpected",
        cause: "the snapshot group was created but got into an unexpected state",
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
        cause: "a snapshot of the group got into an unexpected state",
        ...thenRunAgain,
        groupMayExist: true,
        urgent: true,
    },
    8: {
        code: "PluginTaggingFailed",
        cause: "the snapshots were taken but could not be tagged, so nothing proves their consistency",
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
                "Read what the pre-script printed, if the details have it; raise linux.scriptTimeoutSeconds if it needs longer. Check that the application is not left paused.",
                scriptsByPath && "Run the script by hand on the instance, and look at its exit code.",
                scriptsDelivered &&
                    "To run a script by hand that was delivered, keep it on the instance with linux.keepScripts: true.",
            ),
        ),
        groupMayExist: false,
    },
    10: {
        code: "PluginPostScriptFailed",
        cause: "the snapshot was taken, but the post-script failed or took too long: the application may still be paused",
        remedy: "First make sure that the application accepts writes: if it is still paused, do by hand on the instance what the post-script does. Then read what it printed, if the details have it, and run `pulumi up` again.",
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
                circumstances.windows && "On Windows look at the VSS writers (`vssadmin list writers`).",
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
                `At once: check that the instance accepts writes${linux ? ", and thaw what is frozen (`fsfreeze --unfreeze <mount point>` on Linux) through the console's VNC or Session Manager" : ""}; a restart thaws everything. Then run \`pulumi up\` again.`,
        ),
        groupMayExist: true,
        urgent: true,
    },
    13: {
        code: "PluginNoRole",
        cause: "the plugin got no authorization from the instance's RAM role",
        ...depending(
            ({ role }) =>
                `Check that the trust policy of ${role} names ecs.aliyuncs.com, and that the instance reaches its metadata service (100.100.100.200).`,
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
        cause: "another snapshot of the instance is still being made",
        remedy: "Wait until it has finished and run `pulumi up` again; to wait longer by itself, raise timeoutSeconds.",
        groupMayExist: false,
        retry: "when-idle",
    },
    255: {
        code: "PluginUnknownError",
        cause: "the plugin failed for a reason that it does not name",
        remedy: `${readTheLog} Check that the instance accepts writes.`,
        groupMayExist: true,
        urgent: true,
    },
};

const notReached = "The plugin was not started, so nothing was frozen and no snapshot was taken.";
const diskAndNetwork = `${notReached} Check the free disk space and the outbound network of the instance, and run \`pulumi up\` again.`;
const reinstallAgent = depending(
    (system) =>
        `${notReached} Upgrade the Cloud Assistant agent on the instance (${upgradeAgent(system)}), or install it anew (\`aliyun ecs InstallCloudAssistant\`, then a restart), and run \`pulumi up\` again.`,
);

/** Exit codes of acs-plugin-manager, the agent's program that fetches and starts plugins. */
const managerExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    232: manager(
        "ManagerLockFailed",
        "another run of the plugin manager holds its lock",
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
        "the plugin does not fit the operating system or the architecture of the instance",
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
        cause: "the plugin manager could not run the plugin to its end",
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

/** Exit codes of the command itself, which is this package's. */
const ownExitCodes: Readonly<Record<number, ExitCodeEntry>> = {
    [scriptsRefused]: {
        code: "ScriptsRefused",
        cause: "a script on the instance is not as it has to be, and the plugin would have skipped it without a word: both must be regular files of root with mode 0700",
        ...depending(({ scriptsByPath, scriptsDelivered }) =>
            sentences(
                "Nothing was frozen and no snapshot was taken.",
                scriptsByPath &&
                    "Correct what the details name (`chown root`, `chmod 0700`), or let this package deliver the scripts: linux.preScript and linux.postScript take their text.",
                scriptsDelivered && "Scripts that were delivered are delivered anew by the next `pulumi up`.",
            ),
        ),
        groupMayExist: false,
    },
};

/** Every exit code that has a meaning of its own. 0 is not among them: it is no error. */
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

/** What an exit code other than 0 means. */
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
