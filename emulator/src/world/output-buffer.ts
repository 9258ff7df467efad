/** The number of bytes of output that an invocation keeps. */
const outputLimit = 24 * 1024;
// The agent streams early output at once, and what follows beyond the quota keeps only its end.
const headLimit = 6 * 1024;

/** Collects a command's output; only its first part and its end are kept when there is too much of it. */
export class OutputBuffer {
    private readonly chunks: Buffer[] = [];

    append(chunk: Buffer): void {
        this.chunks.push(chunk);
    }

    /** Returns the kept bytes and the number of dropped ones. */
    read(): { readonly bytes: Buffer; readonly dropped: number } {
        return truncate(Buffer.concat(this.chunks));
    }
}

/** Cuts the middle out of an output that is too long. */
export function truncate(all: Buffer): { readonly bytes: Buffer; readonly dropped: number } {
    if (all.length <= outputLimit) {
        return { bytes: all, dropped: 0 };
    }
    const tail = all.subarray(all.length - (outputLimit - headLimit));
    return { bytes: Buffer.concat([all.subarray(0, headLimit), tail]), dropped: all.length - outputLimit };
}
