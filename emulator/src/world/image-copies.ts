import { execFile } from "node:child_process";
import { setMaxListeners } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** The copies of block images that snapshots hold. */
export class ImageCopies {
    private readonly closing = new AbortController();
    private readonly underWay = new Set<Promise<unknown>>();
    private directory: string | undefined;

    /** `keepIn` is a directory that stays at the end, with all that is in it; otherwise there is a temporary one. */
    constructor(private readonly keepIn?: string) {
        // A copy per disk; many disks are no leak.
        setMaxListeners(0, this.closing.signal);
    }

    /** Copies an image; the copy, under its name, is complete from the first moment on. Rejects if it cannot. */
    async take(image: string, name: string): Promise<string> {
        const copy = path.join(this.place(), `${name}.img`);
        const work = cp(image, `${copy}.part`, this.closing.signal);
        this.underWay.add(work);
        try {
            await work;
            renameSync(`${copy}.part`, copy);
        } catch (thrown) {
            rmSync(`${copy}.part`, { force: true });
            throw thrown;
        } finally {
            this.underWay.delete(work);
        }
        return copy;
    }

    /** Removes a copy, if there is one. */
    remove(copy: string | undefined): void {
        if (copy !== undefined) {
            rmSync(copy, { force: true });
        }
    }

    /** Ends the copying and removes the temporary directory. */
    async close(): Promise<void> {
        this.closing.abort();
        await Promise.allSettled(this.underWay);
        if (this.directory !== undefined && this.keepIn === undefined) {
            rmSync(this.directory, { recursive: true, force: true });
        }
    }

    private place(): string {
        if (this.keepIn !== undefined) {
            mkdirSync(this.keepIn, { recursive: true });
        }
        return (this.directory ??=
            this.keepIn ?? mkdtempSync(path.join(os.tmpdir(), "acs-emulator-images-")));
    }
}

/** Copies a file with GNU's cp, which leaves holes as they are and shares the blocks where the file system can. */
function cp(from: string, to: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const args = ["--sparse=always", "--reflink=auto", "--", from, to];
        execFile("cp", args, { cwd: "/", signal }, (error, _, stderr) => {
            if (error === null) {
                resolve();
            } else {
                reject(new Error(stderr.trim() || error.message));
            }
        });
    });
}
