// npm run matrix: kills the engine and the provider at every API call and looks at what comes of it, see test/matrix.
// Arguments: --engine, --scenario NAME, --victim NAME, --call NAME, --parallel N; --write to write docs/matrix.md.
import { join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { progress, show } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const MAIN = join("test", "matrix", "main.ts");

try {
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });
    const args = ["--require", "ts-node/register", MAIN, ...process.argv.slice(2)];
    process.exitCode = await show(process.execPath, args, {
        cwd: ROOT,
        env: withEngine(process.env, engine),
    });
} catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
}
