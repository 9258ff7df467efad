import type * as pulumi from "@pulumi/pulumi";
import type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    WaitFor,
} from "../../core/inputs/inputs";

/**
 * What a snapshot is taken of, and how.
 *
 * Each input says under `@change` what a change of it does: `new` takes a new snapshot and then deletes the old one,
 * `in place` changes the snapshot group, `nothing` changes only how the next snapshot is taken.
 */
export interface AppConsistentSnapshotArgs {
    /**
     * The ECS instance. It has to be running.
     *
     * @limits an instance id, `i-…`
     * @change new
     */
    instanceId: pulumi.Input<string>;
    /**
     * The region of the instance. Without it, that of the stack (`alicloud:region`, `ALIBABA_CLOUD_REGION`) counts when the
     * snapshot is taken. When the stack's region changes, a snapshot that exists stays where it is, and a note in the
     * resource's row says so.
     *
     * @limits a region id, such as `cn-hangzhou`
     * @defaultValue the stack's region
     * @change new; nothing if it is taken out of the program
     */
    regionId?: pulumi.Input<string>;
    /**
     * The RAM role through which the snapshot plugin calls the ECS API from the instance. docs/requirements.md has its
     * policies.
     *
     * @limits 1 to 64 letters, digits, `.`, `_` or `-`
     * @defaultValue `AppSnapshotRoleName`
     * @change nothing
     */
    ramRoleName?: pulumi.Input<string>;
    /**
     * What to do about the role on an instance that has none: `"keep"` attaches it and leaves it attached, `"temporary"`
     * attaches it and detaches it after the snapshot, `"none"` attaches nothing and requires that it is attached
     * already. Another role is never replaced: that is the error `RoleConflict`.
     *
     * @defaultValue `"keep"`
     * @change nothing
     */
    roleAttachment?: pulumi.Input<RoleAttachment>;
    /**
     * The name of the snapshot group. It need not be unique.
     *
     * @limits 2 to 128 letters, digits, `.`, `_`, `-` or `:`, the first one a letter
     * @defaultValue the resource's name and the time
     * @change in place; nothing if it is taken out of the program
     */
    snapshotGroupName?: pulumi.Input<string>;
    /**
     * The description of the snapshot group.
     *
     * @limits 2 to 256 characters, no line breaks, not beginning with `http://` or `https://`
     * @defaultValue none
     * @change in place; nothing if it is taken out of the program
     */
    description?: pulumi.Input<string>;
    /**
     * Disks to leave out of the snapshot group. They have to be attached to the instance. Their file systems are frozen
     * all the same.
     *
     * @limits at most 100 disk ids, `d-…`, none twice
     * @defaultValue none
     * @change new
     */
    excludeDiskIds?: pulumi.Input<pulumi.Input<string>[]>;
    /** Options for a Linux instance. */
    linux?: pulumi.Input<LinuxSnapshotArgs>;
    /** Options for a Windows instance, if any. */
    windows?: pulumi.Input<WindowsSnapshotArgs>;
    /**
     * Whether snapshots can be used before their upload ends. If it is not given it is not sent, and the region's own
     * default holds; for ESSD disks that has been `true` since October 2023.
     *
     * @defaultValue the region's own
     * @change new
     */
    instantAccess?: pulumi.Input<boolean>;
    /**
     * After how many days instant access ends. If it is not given it is not sent, and the plugin's own default of 1 day
     * holds. Needs `instantAccess: true`.
     *
     * @unit days
     * @limits 1 to 65,535
     * @defaultValue the plugin's own, 1
     * @change new
     */
    instantAccessRetentionDays?: pulumi.Input<number>;
    /**
     * How consistent the snapshot has to be at least. It is proved by the tags of every member snapshot, not by the
     * plugin's exit code.
     *
     * @defaultValue `"application"`
     * @change nothing; new if the current snapshot is less consistent and `onDegraded` is `"fail"`
     */
    requiredConsistency?: pulumi.Input<RequiredConsistency>;
    /**
     * What to do with a snapshot that is less consistent than required, or lacks a disk: `"fail"` deletes it and fails
     * with `Degraded`, `"keep"` keeps it and warns. `"keep"` also keeps the group of a plugin run that failed halfway, in
     * a resource that the next update replaces.
     *
     * @defaultValue `"fail"`
     * @change nothing; new if the current snapshot is less consistent than required and this is now `"fail"`
     */
    onDegraded?: pulumi.Input<OnDegraded>;
    /**
     * How far the snapshots have to be before create ends: `"available"`, so that disks and images can be made from them,
     * or `"accomplished"`, so that they are uploaded completely, which may take hours.
     *
     * @defaultValue `"available"`
     * @change nothing
     */
    waitFor?: pulumi.Input<WaitFor>;
    /**
     * How long create waits. What is not finished by then goes on, and the next update adopts it.
     *
     * Without this input the `create` of the resource's `customTimeouts` holds. Without that, too, create waits for the
     * command's own time limit and ten minutes more, or six hours more with `waitFor: "accomplished"`. The limit of the
     * command is the time for both scripts, the freeze and five minutes on Linux (about 66 minutes by default), and 30
     * minutes on Windows. The `customTimeouts` of a transform never reach a dynamic provider: let the transform set
     * `timeoutSeconds`.
     *
     * @unit seconds
     * @limits 1 to 604,800
     * @defaultValue `customTimeouts.create`, else see below
     * @change nothing
     */
    timeoutSeconds?: pulumi.Input<number>;
    /**
     * How many snapshot groups of this resource to keep, the current one included. As soon as the state holds a new one,
     * the deletion of older ones is requested. Use it with the option `retainOnDelete: true`, without which Pulumi deletes
     * each replaced snapshot itself.
     *
     * It counts what this resource's own state has recorded since `keepLast` is set, whatever its name, instance or
     * region was. A snapshot that fell short (`onDegraded: "keep"`) is not counted. docs/pipelines.md has more about it.
     *
     * @limits 1 to 200
     * @defaultValue none is deleted
     * @change nothing
     */
    keepLast?: pulumi.Input<number>;
    /**
     * For how long after its end a run is adopted that no state holds: a pipeline that was killed and is run again gets
     * the snapshot of its first run. With 0 a run is adopted only while its command is still running.
     *
     * @unit seconds
     * @limits 0 to 2,592,000
     * @defaultValue 3,600
     * @change nothing
     */
    adoptWithinSeconds?: pulumi.Input<number>;
    /**
     * Values of your own, such as a release's version. A change of one takes a new snapshot.
     *
     * Here and in all other inputs, values that JSON can't carry are refused, with what to write instead: a date, a map,
     * an infinite number, an undefined item of a list, an object of a class. Instead of a `Date`, for example, write
     * `date.toISOString()`. In `pulumi.output(…)` and `pulumi.secret(…)` such a value goes unnoticed, because Pulumi
     * makes `{}` of it first.
     *
     * @limits any JSON values
     * @defaultValue none
     * @change new
     */
    triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
}

/** How a Linux instance is brought to rest. Application consistency needs both scripts; the preview checks that. */
export interface LinuxSnapshotArgs {
    /**
     * The text of the script that brings the applications to rest. It is delivered to the instance before the run, can
     * be read by root alone, and is removed after the run. In the state it is a secret. Needs `postScript`.
     *
     * A change of the text takes no new snapshot by itself. If it should, put the text into `triggers` too.
     *
     * @limits at most 24,576 bytes; begins with `#!` and its interpreter, without a byte order mark; no carriage returns
     * @defaultValue none
     * @change nothing; new if it takes the place of a path
     */
    preScript?: pulumi.Input<string>;
    /**
     * The text of the script that lets the applications go on; otherwise as `preScript`, which it needs.
     *
     * @limits as `linux.preScript`
     * @defaultValue none
     * @change nothing; new if it takes the place of a path
     */
    postScript?: pulumi.Input<string>;
    /**
     * Whether delivered scripts stay on the instance after the run, in `/var/lib/app-snapshot`.
     *
     * @defaultValue `false`
     * @change nothing
     */
    keepScripts?: pulumi.Input<boolean>;
    /**
     * Whether what the scripts print, and what the plugin says of them, is shown in outputs and errors (`"show"`) or kept
     * secret (`"secret"`). With `"secret"` the outputs `preScriptOutput`, `postScriptOutput`, `pluginMessage` and
     * `pluginMessages` are secrets, and an error says where to find what it does not quote. docs/scripts.md has more
     * about it.
     *
     * By default it is secret where the text of a script is given and anything in `linux` is a secret of Pulumi's, or
     * where a text comes by a transform, so that nobody can tell. Everything else is shown.
     *
     * @defaultValue see below
     * @change nothing
     */
    scriptOutput?: pulumi.Input<ScriptOutput>;
    /**
     * Instead of `preScript`: the path of a script that is on the instance already. It has to be a regular file that
     * belongs to root, with mode 0700.
     *
     * @limits an absolute path of at most 255 letters, digits, `.`, `_`, `-` or `/`
     * @defaultValue none
     * @change new
     */
    preScriptPath?: pulumi.Input<string>;
    /**
     * Instead of `postScript`: the path of a script that is on the instance already; otherwise as `preScriptPath`.
     *
     * @limits as `linux.preScriptPath`
     * @defaultValue none
     * @change new
     */
    postScriptPath?: pulumi.Input<string>;
    /**
     * Whether file systems are frozen while the snapshot is taken.
     *
     * @defaultValue `true`
     * @change new
     */
    enableFsFreeze?: pulumi.Input<boolean>;
    /**
     * How long file systems may be frozen. After that they are thawed.
     *
     * @unit seconds
     * @limits 1 to 3,600
     * @defaultValue 30
     * @change nothing
     */
    freezeTimeoutSeconds?: pulumi.Input<number>;
    /**
     * How long each script may run. The command as a whole may take a day.
     *
     * @unit seconds
     * @limits 1 to 43,200
     * @defaultValue 1,800
     * @change nothing
     */
    scriptTimeoutSeconds?: pulumi.Input<number>;
}

/** How a Windows instance is brought to rest. */
export interface WindowsSnapshotArgs {
    /**
     * Whether VSS writers take part. Application consistency needs them.
     *
     * @defaultValue `true`
     * @change new
     */
    enableWriters?: pulumi.Input<boolean>;
}
