import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

import { newDirectory, removedAtTheEnd } from "./places";
import { run } from "./processes";

// Data directories of new servers. Each kind is made once and then copied, which is far quicker.

const variable = "APP_SNAPSHOT_TEMPLATES";

/** Returns their folder, also for the processes that this one starts; it is removed with the first process that asked. */
export function templatesDirectory(): string {
    const known = process.env[variable];
    if (known !== undefined) {
        return known;
    }
    const made = removedAtTheEnd(newDirectory("templates"));
    process.env[variable] = made;
    return made;
}

/**
 * Copies a data directory, with its owner and modes.
 *
 * @param make makes the first one, in a directory that does not exist yet.
 * @param target does not exist yet either.
 */
export async function copyTemplate(
    name: string,
    make: (directory: string) => Promise<void>,
    target: string,
): Promise<void> {
    const template = join(templatesDirectory(), name);
    if (!existsSync(template)) {
        const unfinished = `${template}-${process.pid}`;
        await make(unfinished);
        renameSync(unfinished, template);
    }
    await run("cp", ["-a", template, target]);
}
