/** A script for each side of the snapshot, as `linux.preScript` and `linux.postScript` take them. */
export interface Scripts {
    /** Brings the application to rest; whatever it leaves stopped, the post-script sets going. */
    readonly preScript: string;
    /** Sets the application going, and fails if it was not at rest all the time. */
    readonly postScript: string;
}
