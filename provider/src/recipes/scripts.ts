/** A pair of scripts for `linux.preScript` and `linux.postScript`. */
export interface Scripts {
    /** A script that quiesces the application. */
    readonly preScript: string;
    /** A script that resumes the application, and fails if it was not quiesced all the time. */
    readonly postScript: string;
}
