/** The durations of everything, in milliseconds. */
export interface Timing {
    /** The time from RunCommand or SendFile until the agent starts with it. */
    readonly deliveryMs: number;
    /** The time between two of the agent's steps with a sent file: it is written, then it gets its mode. */
    readonly fileStepMs: number;
    /** The time for which a new invocation, snapshot group or snapshot is invisible to the Describe operations. */
    readonly visibilityMs: number;
    /** The time for which Describe operations neither show a change of tags by an operation nor find anything by it. */
    readonly tagVisibilityMs: number;
    /** That time for the tags that mark the consistency of snapshots, from the creation of the snapshots on. */
    readonly consistencyTagMs: number;
    /** A whole run of the snapshot plugin, without the instance's own scripts. */
    readonly pluginMs: number;
    /** The time from the creation of a snapshot until it can be used for disks (`Available`). */
    readonly availableMs: number;
    /** The time from the creation of a snapshot until its upload is done (`accomplished`, progress 100 %). */
    readonly uploadMs: number;
    /** The time for which a deleted snapshot group can still be described. */
    readonly deletionMs: number;
    /** The time from AttachInstanceRamRole until the instance itself sees the role. */
    readonly rolePropagationMs: number;
    /**
     * The length of one second of a timeout: RunCommand's and SendFile's `Timeout`, the plugin's `TimeoutInSeconds` and
     * `ScriptTimeoutInSeconds`, the plugin manager's `--timeout`. 1000 is real time; a test of a timeout sets it lower.
     */
    readonly secondMs: number;
    /**
     * The lead of the cloud's clock over this machine's, or its lag if negative. It dates what answers and the
     * state tell; durations do not depend on it. Signatures are checked by this machine's clock all the same.
     */
    readonly clockOffsetMs: number;
}

/** Durations about as long as on a small instance of the cloud. */
export const realisticTiming: Readonly<Timing> = {
    deliveryMs: 300,
    fileStepMs: 20,
    visibilityMs: 200,
    tagVisibilityMs: 0,
    consistencyTagMs: 0,
    pluginMs: 1500,
    availableMs: 800,
    uploadMs: 20000,
    deletionMs: 1200,
    rolePropagationMs: 1500,
    secondMs: 1000,
    clockOffsetMs: 0,
};

/** Durations as short as possible while every intermediate state still occurs. */
export const fastTiming: Readonly<Timing> = {
    deliveryMs: 5,
    fileStepMs: 5,
    visibilityMs: 5,
    tagVisibilityMs: 0,
    consistencyTagMs: 0,
    pluginMs: 10,
    availableMs: 10,
    uploadMs: 40,
    deletionMs: 10,
    rolePropagationMs: 20,
    secondMs: 1000,
    clockOffsetMs: 0,
};
