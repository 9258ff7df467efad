/**
 * The points on which public sources are silent or contradict each other. Each has both readings, so that a client
 * can be tested against whichever the cloud turns out to follow.
 */
export interface Behaviour {
    /** DescribeInstanceRamRole for an instance without a role: no entry, or an entry with an empty role name. */
    readonly rolelessInstance: "omitted" | "empty";
    /** Attaching the role that an instance already has: a failed item, a successful one, or a refusal of the call. */
    readonly sameRoleReattach: "error" | "success" | "refused";
    /** Detaching a role that the instance does not have: a failed item, or a successful one. */
    readonly detachMissingRole: "error" | "success";
    /** DeleteSnapshotGroup of an unknown group: `InvalidSnapshotGroup.NotFound`, or an empty success. */
    readonly deleteMissingGroup: "not-found" | "success";
    /** A deleted group: can still be described for a while (`Timing.deletionMs`), or not. */
    readonly deletion: "asynchronous" | "synchronous";
    /** Deleting a group whose snapshots are still uploading: cancels them, or `Operation.Conflict`. */
    readonly deleteProgressingGroup: "cancel" | "conflict";
    /** A deleted group of which an image holds a member: stays with that member, or goes and leaves it alone. */
    readonly groupWithHeldMember: "stays" | "goes";
    /** DeleteSnapshotGroup of a member from which a disk was created (the operation has no `Force`). */
    readonly diskHeldMember: "deleted" | "kept";
    /**
     * DeleteSnapshotGroup of a group with a held member: that item fails beside the others' success, or the whole call
     * does, and nothing is deleted. The operation documents both forms.
     */
    readonly heldMember: "item" | "call";
    /** ModifySnapshotGroup with neither `Name` nor `Description`: without effect, or `MissingParameter`. */
    readonly emptyModification: "accepted" | "refused";
    /** A group whose members were all deleted one by one. */
    readonly emptyGroup: "stays" | "goes";
    /** Several disks for the plugin: one value with commas, or the option repeated. */
    readonly excludeDiskIdSyntax: "comma" | "repeat";
    /** Spelling of the tag that marks an application-consistent snapshot. */
    readonly consistencyTagKey: "APPConsistent" | "AppConsistent";
    /** True if the plugin puts the consistency tag on the group too. */
    readonly consistencyTagOnGroup: boolean;
    /**
     * Tags of a snapshot group: taken, as the provider of another tool expects, or refused, since no list of types has
     * them.
     */
    readonly groupTags: "accepted" | "refused";
    /**
     * DescribeSnapshotGroups and DescribeSnapshots for a caller without the permission: `Forbidden.RAM`, or an empty
     * list. A remark in the vendor's own driver says the latter of the first operation, which is authorised by
     * resource. A dry run of DescribeSnapshots is refused all the same.
     */
    readonly unpermittedList: "refused" | "empty";
    /** DescribeSnapshotGroups' `Name`: the whole name, or a part of it. */
    readonly groupNameFilter: "exact" | "fuzzy";
    /** HTTP status of a throttled call. */
    readonly throttlingStatus: 400 | 403 | 429 | 503;
    /** Metadata of an instance that enforces IMDSv2: the plugin can read it, or exits 1. */
    readonly imdsv2: "supported" | "unsupported";
    /** An argument of the plugin that is no option: wrong number of parameters (exit 2), or the end of the options. */
    readonly strayArgument: "error" | "ends-options";
    /** A new run while the instance's previous group is still uploading: allowed, or exit 16. */
    readonly previousSnapshotInProgress: "allowed" | "refused";
    /** A run of the plugin while another one has not ended: refused by the plugin (16), or by its manager's lock (232). */
    readonly concurrentRun: "exit-16" | "exit-232";
    /** Describing an invocation that does not exist: empty list, or `InvalidInvokeId.NotFound`. */
    readonly unknownInvocation: "empty" | "not-found";
    /**
     * RunCommand on an instance that is not running: the invocation ends `Aborted` with `InstanceNotRunning`, or the
     * call is refused with `InvalidInstance.NotMatch`. No operation that sends something has a code of its own for it.
     */
    readonly stoppedInstance: "aborted" | "refused";
    /** RunCommand on an instance whose agent is offline or absent: refused, or `Aborted` with `ClientNotRunning`. */
    readonly offlineAgent: "refused" | "aborted";
    /** DescribeCloudAssistantStatus for an instance without the agent: an entry saying false, or no entry. */
    readonly absentAgent: "false" | "omitted";
    /** `ActiveTaskCount` of an instance: the commands that run now, or 0 because it comes with the heartbeat only. */
    readonly activeTaskCount: "live" | "stale";
    /**
     * SendFile's `ClientToken`, which is newer than the operation: honoured, or ignored. Then the parameter is
     * ignored, as the API ignores any that it does not know, and a repeated call sends the file once more.
     */
    readonly sendFileClientToken: "honoured" | "ignored";
    /** A `FileMode` that makes no sense: refused by the agent (`FileAuthorityInvalid`), or by the call (`FileMode.Invalid`). */
    readonly fileModeCheck: "instance" | "call";
    /** The status of a file that an agent refuses, rather than fails to create; its source says the former. */
    readonly refusedFile: "invalid" | "failed";
    /** A script path of the plugin that is a symbolic link: taken for what it leads to, or for a wrong script. */
    readonly linkedScript: "followed" | "refused";
    /**
     * The end of a script, for which the plugin waits: nobody holds its output open any more, as with Go's
     * CombinedOutput does, or its process alone.
     */
    readonly scriptEnd: "output-closed" | "exit";
    /**
     * The start of a script by the plugin: as the kernel does it, which honours the first line and refuses a file without
     * one, or with `/bin/sh` whatever that line says.
     */
    readonly scriptStart: "kernel" | "shell";
    /** `/run` and `/dev/shm` of a Linux instance: kept in memory, as they usually are, or on disk. */
    readonly runtimeDirectories: "tmpfs" | "disk";
    /** The plugin's account of how long its steps took, a part of its log: in its output too, or not. */
    readonly pluginAccount: "printed" | "logged";
    /** A script that takes too long: the plugin kills its process alone, or all of its process group. */
    readonly scriptKill: "process" | "group";
    /** RunCommand as a dry run that passes: ids like those of a command, or the error of other operations. */
    readonly passedDryRun: "ids" | "error";
    /** The output of a Windows command: converted to UTF-8 by the agent, or as it is in code page 936 (GBK). */
    readonly windowsOutput: "utf-8" | "code-page";
}

/** The readings used unless told otherwise. */
export const defaultBehaviour: Readonly<Behaviour> = {
    rolelessInstance: "omitted",
    sameRoleReattach: "error",
    detachMissingRole: "error",
    deleteMissingGroup: "not-found",
    deletion: "asynchronous",
    deleteProgressingGroup: "cancel",
    groupWithHeldMember: "stays",
    diskHeldMember: "deleted",
    heldMember: "item",
    emptyModification: "accepted",
    emptyGroup: "stays",
    excludeDiskIdSyntax: "comma",
    consistencyTagKey: "APPConsistent",
    consistencyTagOnGroup: false,
    groupTags: "accepted",
    unpermittedList: "refused",
    groupNameFilter: "exact",
    throttlingStatus: 400,
    imdsv2: "unsupported",
    strayArgument: "error",
    previousSnapshotInProgress: "allowed",
    concurrentRun: "exit-16",
    unknownInvocation: "empty",
    stoppedInstance: "aborted",
    offlineAgent: "aborted",
    absentAgent: "false",
    activeTaskCount: "live",
    sendFileClientToken: "honoured",
    fileModeCheck: "instance",
    refusedFile: "invalid",
    linkedScript: "followed",
    scriptEnd: "output-closed",
    scriptStart: "kernel",
    runtimeDirectories: "tmpfs",
    pluginAccount: "printed",
    scriptKill: "process",
    passedDryRun: "ids",
    windowsOutput: "utf-8",
};
