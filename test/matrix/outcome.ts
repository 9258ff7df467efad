/** The state and the cloud after the recovery from a kill. */
export interface Outcome {
    /** The commands after the kill that failed, with their messages. */
    readonly failures: readonly string[];
    /** The snapshots in the state. */
    readonly held: readonly HeldSnapshot[];
    /** The snapshot groups in the cloud. */
    readonly groups: readonly {
        readonly id: string;
        readonly description: string;
        /** The program's tags on the group and on each of its members, as JSON. */
        readonly tags: readonly string[];
    }[];
    /** All runs of the plugin; those since the start of the killed command are new. */
    readonly runs: readonly {
        readonly invokeId: string;
        readonly instanceIds: readonly string[];
        readonly isNew: boolean;
        readonly state: string;
    }[];
    readonly instances: readonly {
        readonly instanceId: string;
        readonly frozen: boolean;
        readonly ramRoleName: string | undefined;
        /** The role that it had before everything. */
        readonly firstRoleName: string | undefined;
        /** Tells whether the instance still bears the tag of a temporary role. */
        readonly leased: boolean;
    }[];
    /** The orphans that the search finds; empty if it does not run. */
    readonly found: readonly string[];
    /** The groups that were deleted although a state held them or was told to retain them. */
    readonly deletedThoughHeld: readonly string[];
    /** The number of provider processes that outlived their engine. */
    readonly providersLeft: number;
}

export interface HeldSnapshot {
    readonly instanceId: string;
    /** The group's id; the invocation's if there is no group yet. */
    readonly id: string;
    readonly invokeId: string | undefined;
    readonly finished: boolean;
}
