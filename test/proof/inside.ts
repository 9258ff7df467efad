// The scenes that need file systems of their own, each in a process of its own; see support/run-inside.ts.
import { mkdirSync } from "node:fs";

import { holdDefaults } from "../../provider/src/recipes/options";
import { run } from "../recipes/support/processes";
import type { Pace } from "../recipes/support/session";
import type { FileSystemType } from "../support/file-system-type";
import { observeFailures } from "./scenes/failures";
import { restoreSnapshot } from "./scenes/restore";
import type { Driver } from "./support/instance";

/** The recipes' run directory is a private one here, so that several of these processes do not meet. */
async function ownRunDirectory(): Promise<void> {
    mkdirSync(holdDefaults.runDirectory, { recursive: true });
    await run("mount", ["-t", "tmpfs", "-o", "mode=0700", "tmpfs", holdDefaults.runDirectory]);
}

async function main([scene, ...args]: readonly string[]): Promise<unknown> {
    await ownRunDirectory();
    switch (scene) {
        case "restore":
            return restoreSnapshot({
                name: args[0] ?? "",
                type: args[1] as FileSystemType,
                withRecipe: args[2] === "with",
                driver: args[3] as Driver,
                pace: args[4] as Pace,
            });
        case "failures":
            return observeFailures(args[0] as FileSystemType, args[1] as Driver);
        default:
            throw new Error(`there is no scene ${scene ?? ""}`);
    }
}

main(process.argv.slice(2)).then(
    (result) => {
        console.log(JSON.stringify(result));
        process.exit(0);
    },
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
