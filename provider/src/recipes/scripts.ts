/** A script for each side of the snapshot, as `linux.preScript` and `linux.postScript` take them. */
export interface Scripts {
    /** Quiesces the application; the post-script resumes it. */
    readonly preScript: string;
    /** Resumes the application, and fails if it was not quiesced all the time. */
    readonly postScript: string;
}
