import { lstatSync, renameSync, type Stats } from "node:fs";
import { lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * The provider is not told when the engine has written its state. The program is: a resource's outputs become
 * known to it only after that. So the provider's process leaves a file, the program's process gives it another name,
 * and by that name the provider knows that the engine has recorded the resource. Both run on the same machine and
 * for the same user.
 *
 * Only that name is a sign. Temporary files are swept, and in a folder for all users others may put what they like:
 * whatever else is found, or not found, says nothing.
 */

/**
 * The folder of this user's receipts, which nobody else may enter.
 *
 * @param temporary the folder for temporary files that it is in. Default: the system's.
 */
export function acknowledgementFolder(temporary = tmpdir()): string {
    const uid = process.getuid?.();
    return join(temporary, `pulumi-alicloud-app-snapshot${uid === undefined ? "" : `-${uid}`}`);
}

/** The file that stands for a snapshot that was handed to the engine. */
export function expectedPath(invokeId: string, temporary = tmpdir()): string {
    // Never an empty name, which would be that of the folder itself.
    return join(acknowledgementFolder(temporary), invokeId.replace(/[^A-Za-z0-9-]/g, "").padStart(1, "-"));
}

/** The same file once the engine has recorded the snapshot. */
export function acknowledgedPath(invokeId: string, temporary = tmpdir()): string {
    return `${expectedPath(invokeId, temporary)}.recorded`;
}

/**
 * Says that a snapshot is about to be handed to the engine. For the provider's process, as is all but `acknowledge`.
 *
 * @throws Error where that can't be said.
 */
export async function expectAcknowledgement(invokeId: string): Promise<void> {
    // Whatever comes of it, what is there then is looked at.
    await mkdir(acknowledgementFolder(), { mode: 0o700 }).catch(() => undefined);
    // A run that was killed may have left either, and an old acknowledgement is none.
    await removeAcknowledgement(invokeId);
    await writeFile(expectedPath(invokeId), "", { flag: "wx", mode: 0o600 });
}

/** Whether the program has said that the engine has recorded a snapshot; false as well where nobody can tell. */
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
 * Removes whatever there is of a receipt.
 *
 * @throws Error where it can't be removed.
 */
export async function removeAcknowledgement(invokeId: string): Promise<void> {
    const folder = acknowledgementFolder();
    if (!isOwn(await lstat(folder))) {
        throw new Error(`${folder} is not a folder of this user alone`);
    }
    // In this order, so that what is acknowledged in between is removed too.
    await rm(expectedPath(invokeId), { force: true });
    await rm(acknowledgedPath(invokeId), { force: true });
}

/**
 * Says that the engine has recorded a snapshot. For the program's process.
 *
 * @param temporary where the provider's process has its folder for temporary files. Default: where this one has it.
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
        // Then the snapshot is not committed, and only looked at once more when another one is taken.
    }
}

/** Windows has neither ids of users nor modes, but a folder for temporary files for each user. */
function isOwn(folder: Stats): boolean {
    const uid = process.getuid?.();
    return folder.isDirectory() && (uid === undefined || (folder.uid === uid && (folder.mode & 0o077) === 0));
}
