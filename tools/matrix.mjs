// npm run matrix: kills the engine and the provider at every API call and checks the outcome, see test/matrix.
import { join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { optionsOf } from "./options.mjs";
import { progress, show } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const MAIN = join("test", "matrix", "main.ts");

const USAGE = `Usage: npm run matrix -- [options]

Kills the engine and the provider at every API call and checks the outcome. Prints the page of results.

  --engine          with the real Pulumi engine instead of its protocol
  --scenario NAME   only this scenario
  --target NAME     only kills of this target
  --call NAME       only kills at this call
  --parallel N      number of kills at once (default 2)
  --write           write docs/matrix.md; for the whole matrix only
  --help            print this
`;

const options = optionsOf(USAGE, {
    engine: { type: "boolean" },
    scenario: { type: "string" },
    target: { type: "string" },
    call: { type: "string" },
    parallel: { type: "string" },
    write: { type: "boolean" },
});

async function main() {
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });
    const args = ["--require", "ts-node/register", MAIN, ...process.argv.slice(2)];
    process.exitCode = await show(process.execPath, args, {
        cwd: ROOT,
        env: withEngine(process.env, engine),
    });
}

try {
    if (options) await main();
} catch (thrown) {
    progress(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
}
