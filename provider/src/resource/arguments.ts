import type * as pulumi from "@pulumi/pulumi";
import type {
    OnDegraded,
    RequiredConsistency,
    RoleAttachment,
    ScriptOutput,
    WaitFor,
} from "../inputs/inputs";

/**
 * What a snapshot is taken of, and how.
 *
 * Of these, `instanceId`, `regionId`, `excludeDiskIds`, the scripts and switches in `linux` and `windows`, both
 * `instantAccess` inputs and `triggers` define the snapshot: a change of one takes a new snapshot and then
 * deletes the old one. `snapshotGroupName` and `description` are changed in place. All others steer how a
 * snapshot is taken; a change of them alone does nothing.
 */
export interface AppConsistentSnapshotArgs {
    /** The ECS instance, running, such as `i-bp1xxxxxxxxxxxxxxxxx`. */
    instanceId: pulumi.Input<string>;
    /**
     * The instance's region. Default: that of the stack (`alicloud:region`, `ALIBABA_CLOUD_REGION`), when the snapshot is
     * taken; when the stack's region changes, a snapshot that exists stays where it is.
     */
    regionId?: pulumi.Input<string>;
    /**
     * The RAM role through which the instance may create snapshots; its trust policy names `ecs.aliyuncs.com`.
     * Default: `AppSnapshotRoleName`. 1 to 64 letters, digits, `.`, `_` or `-`.
     */
    ramRoleName?: pulumi.Input<string>;
    /**
     * What to do about the role on an instance that has none. `"keep"` (default) attaches it and leaves it there,
     * `"temporary"` attaches it and detaches it after the snapshot, `"none"` demands that it is attached already.
     * Another role is never replaced: that is an error.
     */
    roleAttachment?: pulumi.Input<RoleAttachment>;
    /**
     * The name of the snapshot group; need not be unique. 2 to 128 letters, digits, `.`, `_`, `-` or `:`, the
     * first one a letter. Default: the resource's name and the time.
     */
    snapshotGroupName?: pulumi.Input<string>;
    /** A description of the snapshot group: 2 to 256 characters, not beginning with `http://` or `https://`. */
    description?: pulumi.Input<string>;
    /**
     * Disks that the snapshot group is not to hold. They must be attached to the instance. Their file systems are
     * frozen all the same.
     */
    excludeDiskIds?: pulumi.Input<pulumi.Input<string>[]>;
    /** For instances that run Linux. */
    linux?: pulumi.Input<LinuxSnapshotArgs>;
    /** For instances that run Windows. */
    windows?: pulumi.Input<WindowsSnapshotArgs>;
    /**
     * Whether snapshots can be used before their upload ends. Default: what the region does by itself, which for
     * ESSD disks has been `true` since October 2023.
     */
    instantAccess?: pulumi.Input<boolean>;
    /** After how many days instant access ends, 1 to 65,535. Default of the plugin: 1. Needs `instantAccess: true`. */
    instantAccessRetentionDays?: pulumi.Input<number>;
    /**
     * The least that the snapshot has to be: `"application"` (default) or `"filesystem"`. Proved by the tags of
     * each member snapshot, not by the plugin's exit code.
     */
    requiredConsistency?: pulumi.Input<RequiredConsistency>;
    /**
     * What to do with a snapshot that falls short of that, or of its disks: `"fail"` (default) deletes it and
     * fails, `"keep"` keeps it and warns. `"keep"` also keeps the group of a plugin run that failed halfway, in a
     * resource that the next update replaces.
     */
    onDegraded?: pulumi.Input<OnDegraded>;
    /**
     * How far the snapshots have to be: `"available"` (default), usable for disks and images, or
     * `"accomplished"`, uploaded completely, which may take hours.
     */
    waitFor?: pulumi.Input<WaitFor>;
    /**
     * How long create waits, in seconds, 1 to 604,800. Default: the `create` of the resource's `customTimeouts`,
     * else the time limit of the command (two scripts, the freeze, five minutes) and ten minutes, or six hours
     * with `waitFor: "accomplished"`. What is not finished by then goes on; the next update adopts it. A transform has
     * to set this input: the engine passes no `customTimeouts` of its to a dynamic provider.
     */
    timeoutSeconds?: pulumi.Input<number>;
    /**
     * How many snapshot groups of this resource to keep, the current one included, 1 to 200: once the state holds a
     * new one, the deletion of older ones is requested. For use with the option `retainOnDelete: true`, without which
     * Pulumi deletes each replaced snapshot itself. Counted is what this resource's own state recorded since `keepLast`
     * is set, whatever its name, instance or region was. A snapshot that fell short (`onDegraded: "keep"`) counts for
     * nothing. Default: none is deleted.
     */
    keepLast?: pulumi.Input<number>;
    /**
     * Until how many seconds after its end a run that no state holds is adopted, 0 to 2,592,000: a pipeline that was
     * killed and is run again gets the snapshot of its first run. With 0 it is adopted only while its command still
     * runs. Default: 3,600.
     */
    adoptWithinSeconds?: pulumi.Input<number>;
    /**
     * Any values that JSON can carry; a change of one takes a new snapshot. A release's version, say. Others are refused,
     * a `Date` for instance: write `date.toISOString()`. Of one that was put into `pulumi.output(…)` or `pulumi.secret(…)`
     * an empty object is left before this package sees it.
     */
    triggers?: pulumi.Input<pulumi.Input<unknown>[]>;
}

/** How a Linux instance is brought to rest. */
export interface LinuxSnapshotArgs {
    /**
     * The script that brings the applications to rest: its text, which is delivered to the instance before the run,
     * readable by root alone, and removed after it. It begins with the line that names its interpreter (`#!/bin/sh`),
     * without a byte order mark, has no carriage returns, and at most 24,576 bytes. It is kept as a secret in the state. Needs `postScript`. A change of the text
     * takes no new snapshot by itself.
     */
    preScript?: pulumi.Input<string>;
    /** The script that lets the applications go on; as `preScript`. */
    postScript?: pulumi.Input<string>;
    /** Whether delivered scripts stay on the instance, in `/var/lib/app-snapshot`. Default: `false`. */
    keepScripts?: pulumi.Input<boolean>;
    /**
     * Whether what scripts print, and what the plugin says of them, is shown in outputs and errors, or kept secret:
     * `"show"` or `"secret"`. With `"secret"` the outputs `preScriptOutput`, `postScriptOutput`, `pluginMessage` and
     * `pluginMessages` are secrets, and an error says where to find what it does not quote. Default: `"secret"` where
     * a text is given and anything in `linux` is a secret of Pulumi's, or where a text comes by a transform, so that
     * nobody can tell; else `"show"`. A change holds for the next snapshot.
     */
    scriptOutput?: pulumi.Input<ScriptOutput>;
    /**
     * Instead of `preScript`: the path of a script that is on the instance already. It must belong to root with mode 0700.
     * An absolute path of at most 255 letters, digits, `.`, `_`, `-` or `/`.
     */
    preScriptPath?: pulumi.Input<string>;
    /** The script that lets the applications go on; as `preScriptPath`. */
    postScriptPath?: pulumi.Input<string>;
    /** Whether file systems are frozen while the snapshot is taken. Default: `true`. */
    enableFsFreeze?: pulumi.Input<boolean>;
    /** How long file systems may be frozen, in seconds, 1 to 3,600. Default: 30. After it they are thawed. */
    freezeTimeoutSeconds?: pulumi.Input<number>;
    /** How long each script may run, in seconds, 1 to 43,200. Default: 1,800. */
    scriptTimeoutSeconds?: pulumi.Input<number>;
}

/** How a Windows instance is brought to rest. */
export interface WindowsSnapshotArgs {
    /** Whether VSS writers take part, which application consistency needs. Default: `true`. */
    enableWriters?: pulumi.Input<boolean>;
}
