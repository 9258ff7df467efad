import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a task with a folder of its own, which is removed after it. */
export async function withFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-test-"));
    try {
        return await task(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
