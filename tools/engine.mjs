// npm run --silent engine: prints the folder of the Pulumi engine's programs, which it installs first if needed, as in
//     PATH="$(npm run --silent engine):$PATH" pulumi up
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { ensureEngine } from "./engine/ensure.mjs";
import { optionsOf } from "./options.mjs";
import { progress } from "./process.mjs";

export { ensureEngine } from "./engine/ensure.mjs";
export { withEngine } from "./engine/programs.mjs";

const USAGE = `Usage: npm run --silent engine

Prints the folder of the Pulumi engine's programs, for PATH; fetches or builds them first if needed. It takes no
options.
`;

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
    try {
        if (optionsOf(USAGE)) process.stdout.write(`${await ensureEngine({ log: progress })}\n`);
    } catch (thrown) {
        progress(thrown instanceof Error ? thrown.message : String(thrown));
        process.exitCode = 1;
    }
}
