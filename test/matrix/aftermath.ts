/** What there is when a killed command has been recovered from. */
export interface Aftermath {
    /** The commands after the kill that failed, with what they said. */
    readonly failures: readonly string[];
    /** The snapshots in the state. */
    readonly held: readonly HeldSnapshot[];
    /** The snapshot groups in the cloud. */
    readonly groups: readonly { readonly id: string; readonly description: string }[];
    /** All invocations; new are those since the killed command began. */
    readonly attempts: readonly {
        readonly invokeId: string;
        readonly isNew: boolean;
        readonly state: string;
    }[];
    readonly instance: {
        readonly frozen: boolean;
        readonly ramRoleName: string | undefined;
        /** Whether it still says that a temporary role is attached. */
        readonly leased: boolean;
    };
    /** What the search for orphans finds, where it is asked. */
    readonly found: readonly string[];
    /** What was deleted although a state held it, or was told to retain it. */
    readonly deletedThoughHeld: readonly string[];
    /** Provider processes that did not end after their engine was gone. */
    readonly providersLeft: number;
}

export interface HeldSnapshot {
    readonly id: string;
    readonly invokeId: string | undefined;
    readonly finished: boolean;
}
