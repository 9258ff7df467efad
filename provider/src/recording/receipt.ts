import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/*
 * The provider is not told when the engine has written its state. The program is: a resource's outputs become
 * known to it only after that. So the provider's process leaves a file, the program's process takes it away, and
 * by that the provider knows that the engine has recorded the resource. Both run on the same machine.
 */

/** The file that stands for "not recorded yet". */
export function receiptPath(invokeId: string): string {
    return join(tmpdir(), `pulumi-alicloud-app-snapshot-${invokeId.replace(/[^A-Za-z0-9-]/g, "")}`);
}

/** Says that the engine has recorded a snapshot. For the program's process. */
export function acknowledge(invokeId: string | undefined): void {
    if (invokeId === undefined) {
        return;
    }
    try {
        rmSync(receiptPath(invokeId), { force: true });
    } catch {
        // Then the snapshot is not committed, and only looked at once more when another one is taken.
    }
}
