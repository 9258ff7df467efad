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

/** Returns the path of the file for a snapshot that was handed to the engine. */
export function expectedPath(invokeId: string, temporary = tmpdir()): string {
    // An empty name would be the folder itself.
    return join(acknowledgementFolder(temporary), invokeId.replace(/[^A-Za-z0-9-]/g, "").padStart(1, "-"));
}

/** Returns the path of that file once the engine has recorded the snapshot. */
export function acknowledgedPath(invokeId: string, temporary = tmpdir()): string {
    return `${expectedPath(invokeId, temporary)}.recorded`;
}

/**
 * Creates the file before a snapshot is handed to the engine. For the provider's process, like all here but
 * `acknowledge`.
 *
 * @throws Error if the file can't be created.
 */
export async function expectAcknowledgement(invokeId: string): Promise<void> {
    // The existing folder is checked below.
    await mkdir(acknowledgementFolder(), { mode: 0o700 }).catch(() => undefined);
    // A process that was killed may have left either file, and an old acknowledgement does not count.
    await removeAcknowledgement(invokeId);
    await writeFile(expectedPath(invokeId), "", { flag: "wx", mode: 0o600 });
}

/** Tells whether the program has acknowledged that the engine recorded a snapshot; false if that is unknown. */
export async function isAcknowledged(invokeId: string): Promise<boolean> {
    try {
        return (
            isOwn(await lstat(acknowledgementFolder())) && (await lstat(acknowledgedPath(invokeId))).isFile()
        );
    } catch {
        return false;
    }
}

/**
 * Removes both files of an acknowledgement.
 *
 * @throws Error if they can't be removed.
 */
export async function removeAcknowledgement(invokeId: string): Promise<void> {
    const folder = acknowledgementFolder();
    if (!isOwn(await lstat(folder))) {
        throw new Error(`${folder} is not a folder of this user alone`);
    }
    // In this order, so that a file that is renamed in between is removed too.
    await rm(expectedPath(invokeId), { force: true });
    await rm(acknowledgedPath(invokeId), { force: true });
}

/**
 * Acknowledges that the engine has recorded a snapshot. For the program's process.
 *
 * @param temporary the folder for temporary files of the provider's process. Default: that of this process.
 */
export function acknowledge(invokeId: string | undefined, temporary = tmpdir()): void {
    if (invokeId === undefined) {
        return;
    }
    try {
        if (isOwn(lstatSync(acknowledgementFolder(temporary)))) {
            renameSync(expectedPath(invokeId, temporary), acknowledgedPath(invokeId, temporary));
        }
    } catch {
        // The snapshot is not committed then; the next create looks at it once more.
    }
}

/** Tells whether a folder is this user's alone. Windows has no user ids or modes, but a temporary folder per user. */
function isOwn(folder: Stats): boolean {
    const uid = process.getuid?.();
    return folder.isDirectory() && (uid === undefined || (folder.uid === uid && (folder.mode & 0o077) === 0));
}
