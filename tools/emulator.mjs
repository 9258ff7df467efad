// npm run emulator -- ARGUMENTS: compiles the emulator if needed and runs its command line with these arguments.
import Module from "node:module";
import { join } from "node:path";

import { progress } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

try {
    await setUp({ log: progress });
    // It runs in this process, so its output, exit code and signals need not be passed on.
    process.argv[1] = join(ROOT, "emulator", "dist", "cli.js");
    Module.runMain();
} catch (thrown) {
    progress(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
}
