// npm run emulator -- ARGUMENTS: compiles the emulator where needed and runs its command line with these arguments.
import Module from "node:module";
import { join } from "node:path";

import { progress } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

try {
    await setUp({ log: progress });
    // In this process, as if Node.js had been started on it: its output, exit code and signals need no passing on.
    process.argv[1] = join(ROOT, "emulator", "dist", "cli.js");
    Module.runMain();
} catch (thrown) {
    progress(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
}
