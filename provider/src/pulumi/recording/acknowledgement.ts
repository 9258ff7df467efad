import { lstatSync, renameSync, type Stats } from "node:fs";
import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * The provider is not told when the engine has written its state. The program is: a resource's outputs become known to
 * it only after that. So the provider's process creates a file, the program's process renames it, and the new name
 * tells the provider that the engine has recorded the resource. Both run on the same machine as the same user.
 *
 * Only the new name counts. Temporary files may be swept, and others may create files in a shared folder, so anything
 * else that is found or missing has no meaning.
 */

/**
 * Returns the folder of this user's acknowledgements, which nobody else may enter.
 *
 * @param temporary its parent folder. Default: the system's folder for temporary files.
 */
export function acknowledgementFolder(temporary = tmpdir()): string {
    const uid = process.getuid?.();
    return join(temporary, `pulumi-alicloud-app-snapshot${uid === undefined ? "" : `-${uid}`}`);
}

/**
 * Returns the path of the file for a result that was handed to the engine.
 *
 * @param key the invocation of a snapshot, or the recording of a fleet.
 */
export function expectedPath(key: string, temporary = tmpdir()): string {
    // An empty name would be the folder itself.
    return join(acknowledgementFolder(temporary), key.replace(/[^A-Za-z0-9-]/g, "").padStart(1, "-"));
}

/** Returns the path of that file once the engine has recorded the result. */
export function acknowledgedPath(key: string, temporary = tmpdir()): string {
    return `${expectedPath(key, temporary)}.recorded`;
}

/**
 * Creates the file before a result is handed to the engine. For the provider's process, like all here but
 * `acknowledge`.
 *
 * @throws Error if the file can't be created.
 */
export async function expectAcknowledgement(key: string): Promise<void> {
    // The existing folder is checked below.
    await mkdir(acknowledgementFolder(), { mode: 0o700 }).catch(() => undefined);
    // A process that was killed may have left either file, and an old acknowledgement does not count.
    await removeAcknowledgement(key);
    await writeFile(expectedPath(key), "", { flag: "wx", mode: 0o600 });
}

/** Tells whether the program has acknowledged that the engine recorded a result; false if that is unknown. */
export async function isAcknowledged(key: string): Promise<boolean> {
    try {
        return isOwn(await lstat(acknowledgementFolder())) && (await lstat(acknowledgedPath(key))).isFile();
    } catch {
        return false;
    }
}

/**
 * Removes both files of an acknowledgement.
 *
 * @throws Error if they can't be removed.
 */
export async function removeAcknowledgement(key: string): Promise<void> {
    const folder = acknowledgementFolder();
    if (!isOwn(await lstat(folder))) {
        throw new Error(`${folder} is not a folder of this user alone`);
    }
    // In this order, so that a file that is renamed in between is removed too.
    await rm(expectedPath(key), { force: true });
    await rm(acknowledgedPath(key), { force: true });
}

/**
 * Acknowledges that the engine has recorded a result. For the program's process.
 *
 * @param temporary the folder for temporary files of the provider's process. Default: that of this process.
 */
export function acknowledge(key: string | undefined, temporary = tmpdir()): void {
    if (key === undefined) {
        return;
    }
    try {
        if (isOwn(lstatSync(acknowledgementFolder(temporary)))) {
            renameSync(expectedPath(key, temporary), acknowledgedPath(key, temporary));
        }
    } catch {
        // Its runs are not committed then; the next create looks at them once more.
    }
}

/** Tells whether a folder is this user's alone. Windows has no user ids or modes, but a temporary folder per user. */
function isOwn(folder: Stats): boolean {
    const uid = process.getuid?.();
    return folder.isDirectory() && (uid === undefined || (folder.uid === uid && (folder.mode & 0o077) === 0));
}
