import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

import { newDirectory } from "./places";
import { run } from "./processes";

// Data directories of new servers. One is made once and copied from then on, which is far quicker than to make it anew.

/** Names the place for the processes that this one starts, too. */
const variable = "APP_SNAPSHOT_TEMPLATES";

function place(): string {
    const known = process.env[variable];
    if (known !== undefined) {
        return known;
    }
    const made = newDirectory("templates");
    process.env[variable] = made;
    process.once("exit", () => {
        rmSync(made, { recursive: true, force: true });
    });
    return made;
}

/**
 * Copies a data directory, with its owner and modes.
 *
 * @param make makes the first one, in a directory that is not there yet.
 * @param target is not there yet either.
 */
export async function copyTemplate(
    name: string,
    make: (directory: string) => Promise<void>,
    target: string,
): Promise<void> {
    const template = join(place(), name);
    if (!existsSync(template)) {
        const unfinished = `${template}-${process.pid}`;
        await make(unfinished);
        renameSync(unfinished, template);
    }
    await run("cp", ["-a", template, target]);
}
