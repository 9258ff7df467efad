import type * as pulumi from "@pulumi/pulumi";

import type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    WaitFor,
} from "../../core/inputs/inputs";

/**
 * Inputs of a snapshot.
 *
 * `@change` says what a change of the input does: `new` takes a new snapshot and then deletes the old one, `in place`
 * changes the snapshot group, `nothing` only affects the next snapshot.
 */
export interface AppConsistentSnapshotArgs extends CommonSnapshotArgs {
    /**
     * The ECS instance. It must be running.
     *
     * @limits an instance id, `i-…`
     * @change new
     */
    instanceId: pulumi.Input<string>;
    /**
     * Disks to exclude from the snapshot group. They must be attached to the instance. Their file systems are frozen
     * nevertheless.
     *
     * @limits at most 100 disk ids, `d-…`, without duplicates
     * @defaultValue none
     * @change new
     */
    excludeDiskIds?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Inputs that a snapshot and a fleet have in common. In a fleet, they apply to each instance. */
export interface CommonSnapshotArgs {
    /**
     * The region of the instance, or of all instances of a fleet. If it is not set, the snapshot is taken in the stack's region (`alicloud:region`,
     * `ALIBABA_CLOUD_REGION`). When the stack's region changes, an existing snapshot stays where it is, and a note in the
     * resource's row says so.
     *
     * @limits a region id, such as `cn-hangzhou`
     * @defaultValue the stack's region
     * @change new; nothing if it is removed from the program
     */
    regionId?: pulumi.Input<string>;
    /**
     * The RAM role with which the snapshot plugin calls the ECS API from the instance. docs/requirements.md has its
     * policies.
     *
     * @limits 1 to 64 letters, digits, `.`, `_` or `-`
     * @defaultValue `AppSnapshotRoleName`
     * @change nothing
     */
    ramRoleName?: pulumi.Input<string>;
    /**
     * The handling of the role on an instance that has none: `"keep"` attaches it and leaves it attached, `"temporary"`
     * attaches it and detaches it after the snapshot, `"none"` attaches nothing and requires that the role is already
     * attached. A different role is never replaced; create then fails with `RoleConflict`.
     *
     * @defaultValue `"keep"`
     * @change nothing
     */
    roleAttachment?: pulumi.Input<RoleAttachment>;
    /**
     * The name of the snapshot group. It does not have to be unique.
     *
     * @limits 2 to 128 letters, digits, `.`, `_`, `-` or `:`, beginning with a letter
     * @defaultValue the resource's name and the time
     * @change in place; nothing if it is removed from the program
     */
    snapshotGroupName?: pulumi.Input<string>;
    /**
     * The description of the snapshot group.
     *
     * @limits 2 to 256 characters, no line breaks, not beginning with `http://` or `https://`
     * @defaultValue none
     * @change in place; nothing if it is removed from the program
     */
    description?: pulumi.Input<string>;
    /**
     * Tags of the member snapshots, and of the snapshot group itself where the cloud takes them, for costs, policies and
     * searches. The stack's default tags (`alicloud-app-snapshot:defaultTags`) are added; a tag with the same key replaces
     * the default one. In a fleet, an instance can have further tags.
     *
     * Only these tags are changed and removed. Those of the plugin, of this package and of anybody else are left alone.
     *
     * Neither keys nor values contain `http://`, `https://` or control characters. No value begins with `acs:`. No key
     * begins with `app-snapshot:`, `aliyun` or `acs:`, is one of the plugin's (`APPConsistent`, `FsConsistent`), or
     * differs from another one in case only. Tags are no place for secrets: everybody who may read the snapshots sees them.
     *
     * @limits at most 14, default ones included; keys of 1 to 128 characters, values of at most 128
     * @defaultValue the stack's default tags
     * @change in place
     */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Options for a Linux instance. */
    linux?: pulumi.Input<LinuxSnapshotArgs>;
    /** Options for a Windows instance. */
    windows?: pulumi.Input<WindowsSnapshotArgs>;
    /**
     * Makes snapshots usable before their upload finishes. If it is not set, it is not sent, and the region's default
     * applies; for ESSD disks this has been `true` since October 2023.
     *
     * @defaultValue the region's default
     * @change new
     */
    instantAccess?: pulumi.Input<boolean>;
    /**
     * The number of days after which instant access ends. If it is not set, it is not sent, and the plugin's default of
     * 1 day applies. Requires `instantAccess: true`.
     *
     * @unit days
     * @limits 1 to 65,535
     * @defaultValue the plugin's default, 1
     * @change new
     */
    instantAccessRetentionDays?: pulumi.Input<number>;
    /**
     * The minimum consistency of the snapshot. It is verified by the tags of every member snapshot, not by the plugin's
     * exit code.
     *
     * @defaultValue `"application"`
     * @change nothing; new if the current snapshot is less consistent and `onDegraded` is `"fail"`
     */
    requiredConsistency?: pulumi.Input<RequiredConsistency>;
    /**
     * The handling of a snapshot that is less consistent than required, or lacks a disk: `"fail"` deletes it and fails
     * with `Degraded`, `"keep"` keeps it and warns. `"keep"` also keeps the group of a plugin run that failed halfway; the
     * next update replaces that resource.
     *
     * @defaultValue `"fail"`
     * @change nothing; new if the current snapshot is less consistent than required and this is now `"fail"`
     */
    onDegraded?: pulumi.Input<OnDegraded>;
    /**
     * The state that create waits for: `"available"`, in which disks and images can be created from the snapshots, or
     * `"accomplished"`, in which they are completely uploaded, which may take hours.
     *
     * @defaultValue `"available"`
     * @change nothing
     */
    waitFor?: pulumi.Input<WaitFor>;
    /**
     * The longest time that create waits. A snapshot that is not finished by then continues, and the next update adopts it.
     *
     * If this input is not set, `create` in the resource's `customTimeouts` applies. If that is not set either, create
     * waits for the command's time limit plus ten minutes, or plus six hours with `waitFor: "accomplished"`. On Linux, the
     * command's time limit is the time limits of both scripts and the freeze plus five minutes (about 66 minutes by
     * default); on Windows it is 30 minutes. The `customTimeouts` of a transform never reach a dynamic provider: let the
     * transform set `timeoutSeconds`.
     *
     * In a fleet, it is the time for each instance, which begins when it is the instance's turn. It applies to updates too.
     *
     * @unit seconds
     * @limits 1 to 604,800
     * @defaultValue `customTimeouts.create`, otherwise see below
     * @change nothing
     */
    timeoutSeconds?: pulumi.Input<number>;
    /**
     * The number of snapshot groups of this resource, or of each instance of a fleet, to keep, including the current one. As soon as the state holds a new
     * one, the deletion of older ones is requested. Use it with the option `retainOnDelete: true`; otherwise each
     * replaced snapshot is deleted at once, by Pulumi or by the fleet.
     *
     * It counts the snapshots that this resource's own state has recorded since `keepLast` was set, even if the resource's
     * name, instance or region has changed. A degraded snapshot (`onDegraded: "keep"`) is not counted. For more, see
     * docs/pipelines.md.
     *
     * @limits 1 to 200
     * @defaultValue no snapshot is deleted
     * @change nothing
     */
    keepLast?: pulumi.Input<number>;
    /**
     * The time after its end during which a run that no state holds is adopted: if a pipeline was killed and runs again,
     * it gets the snapshot of its first run. With 0, a run is adopted only while its command is still running.
     *
     * @unit seconds
     * @limits 0 to 2,592,000
     * @defaultValue 3,600
     * @change nothing
     */
    adoptWithinSeconds?: pulumi.Input<number>;
    /**
     * Arbitrary values, such as the version of a release. If one changes, a new snapshot is taken.
     *
     * In this and all other inputs, values that JSON can't represent are refused, with advice on what to write instead: a
     * date, a map, an infinite number, an undefined list item, an instance of a class. Instead of a `Date`, for example,
     * write `date.toISOString()`. Inside `pulumi.output(…)` and `pulumi.secret(…)` such a value can't be detected, because
     * Pulumi turns it into `{}` first.
     *
     * @limits any JSON values
     * @defaultValue none
     * @change new
     */
    triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
}

/** Options for quiescing a Linux instance. Application consistency requires both scripts; the preview checks this. */
export interface LinuxSnapshotArgs {
    /**
     * The text of the script that quiesces the applications. It is delivered to the instance before the run, readable only
     * by root, and removed after the run. In the state it is a secret. Requires `postScript`.
     *
     * A change of the text alone takes no new snapshot. If you want one, put the text into `triggers` too.
     *
     * @limits at most 24,576 bytes; begins with `#!` and its interpreter, without a byte order mark; no carriage returns
     * @defaultValue none
     * @change nothing; new if it replaces a path
     */
    preScript?: pulumi.Input<string>;
    /**
     * The text of the script that resumes the applications; otherwise like `preScript`, which it requires.
     *
     * @limits as `linux.preScript`
     * @defaultValue none
     * @change nothing; new if it replaces a path
     */
    postScript?: pulumi.Input<string>;
    /**
     * Keeps delivered scripts on the instance after the run, in `/var/lib/app-snapshot`.
     *
     * @defaultValue `false`
     * @change nothing
     */
    keepScripts?: pulumi.Input<boolean>;
    /**
     * The handling of the scripts' output, and of the plugin's messages about it: `"show"` shows them in outputs and errors,
     * `"secret"` keeps them secret. With `"secret"`, the outputs `preScriptOutput`, `postScriptOutput`, `pluginMessage` and
     * `pluginMessages` are secrets, and errors say where to find the output instead of quoting it. For more, see
     * docs/scripts.md.
     *
     * By default, output is secret if the text of a script is given and anything in `linux` is a Pulumi secret, or if a
     * transform supplies a text, because the package can't tell then. Otherwise it is shown.
     *
     * @defaultValue see below
     * @change nothing
     */
    scriptOutput?: pulumi.Input<ScriptOutput>;
    /**
     * The path of a script that is already on the instance, instead of `preScript`. It must be a regular file that belongs
     * to root and has mode 0700.
     *
     * @limits an absolute path of at most 255 letters, digits, `.`, `_`, `-` or `/`
     * @defaultValue none
     * @change new
     */
    preScriptPath?: pulumi.Input<string>;
    /**
     * The path of a script that is already on the instance, instead of `postScript`; otherwise like `preScriptPath`.
     *
     * @limits as `linux.preScriptPath`
     * @defaultValue none
     * @change new
     */
    postScriptPath?: pulumi.Input<string>;
    /**
     * Freezes the file systems while the snapshot is taken.
     *
     * @defaultValue `true`
     * @change new
     */
    enableFsFreeze?: pulumi.Input<boolean>;
    /**
     * The longest time that file systems may be frozen. After that they are thawed.
     *
     * @unit seconds
     * @limits 1 to 3,600
     * @defaultValue 30
     * @change nothing
     */
    freezeTimeoutSeconds?: pulumi.Input<number>;
    /**
     * The longest time that each script may run. The limit for the whole command is a day.
     *
     * @unit seconds
     * @limits 1 to 43,200
     * @defaultValue 1,800
     * @change nothing
     */
    scriptTimeoutSeconds?: pulumi.Input<number>;
}

/** Options for quiescing a Windows instance. */
export interface WindowsSnapshotArgs {
    /**
     * Includes the VSS writers. Application consistency requires them.
     *
     * @defaultValue `true`
     * @change new
     */
    enableWriters?: pulumi.Input<boolean>;
}
