import type * as pulumi from "@pulumi/pulumi";

import type { OnFailure } from "../../core/inputs/fleet-inputs";
import type { CommonSnapshotArgs, LinuxSnapshotArgs, WindowsSnapshotArgs } from "./arguments";

/**
 * Inputs of a fleet: those that it shares with a single snapshot, and these.
 *
 * `@change` says what a change of the input does, as for a single snapshot.
 */
export interface AppConsistentSnapshotFleetArgs extends CommonSnapshotArgs {
    /**
     * The ECS instances, if they need no inputs of their own. They must be running. Either this or `instances` is
     * required.
     *
     * An instance that is added gets a snapshot, and nothing happens to the others. The snapshots of an instance that is
     * removed are deleted, unless the fleet has the option `retainOnDelete: true`.
     *
     * @limits 1 to 1,000 instance ids, `i-…`, without duplicates
     * @defaultValue none
     * @change new for an instance that is added
     */
    instanceIds?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * The ECS instances with inputs of their own, instead of `instanceIds`; otherwise like it. What an instance does not
     * set itself is that of the fleet.
     *
     * @limits 1 to 1,000 instances, without duplicates
     * @defaultValue none
     * @change new for an instance that is added
     */
    instances?: pulumi.Input<pulumi.Input<FleetInstanceArgs>[]>;
    /**
     * The number of instances whose snapshots may be in progress at the same time. The others wait for their turn.
     *
     * @limits 1 to 1,000
     * @defaultValue all
     * @change nothing
     */
    maxConcurrentInstances?: pulumi.Input<number>;
    /**
     * The handling of instances whose snapshots have not begun when that of another one fails: `"continue"` takes them,
     * `"stop"` does not begin them. In both cases the update fails, and the snapshots that were taken are kept.
     *
     * @defaultValue `"continue"`
     * @change nothing
     */
    onFailure?: pulumi.Input<OnFailure>;
}

/** An instance of a fleet. */
export interface FleetInstanceArgs {
    /**
     * The ECS instance. It must be running.
     *
     * @limits an instance id, `i-…`
     * @change new for an instance that is added
     */
    instanceId: pulumi.Input<string>;
    /**
     * Disks of this instance to exclude from its snapshot group. They must be attached to it. Their file systems are
     * frozen nevertheless.
     *
     * @limits at most 100 disk ids, `d-…`, without duplicates
     * @defaultValue none
     * @change new
     */
    excludeDiskIds?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Options for this instance, which must be a Linux instance. They replace all those in the fleet's `linux`, and have the
     * same names.
     */
    linux?: pulumi.Input<LinuxSnapshotArgs>;
    /** Options for this instance, which must be a Windows instance. They replace all those in the fleet's `windows`. */
    windows?: pulumi.Input<WindowsSnapshotArgs>;
    /**
     * The RAM role of this instance.
     *
     * @limits as `ramRoleName`
     * @defaultValue the fleet's
     * @change nothing
     */
    ramRoleName?: pulumi.Input<string>;
    /**
     * The name of this instance's snapshot group.
     *
     * @limits as `snapshotGroupName`
     * @defaultValue the fleet's
     * @change in place; nothing if it is removed from the program
     */
    snapshotGroupName?: pulumi.Input<string>;
    /**
     * The description of this instance's snapshot group.
     *
     * @limits as `description`
     * @defaultValue the fleet's
     * @change in place; nothing if it is removed from the program
     */
    description?: pulumi.Input<string>;
    /**
     * Further tags of this instance's snapshots. One with the same key replaces the fleet's.
     *
     * @limits as `tags`, together with those of the fleet
     * @defaultValue none
     * @change in place
     */
    tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
