// npm run pictures: runs the quickstart example and the doctor, and draws what they print as the pictures of the
// documentation. With --check: fails if one of them is outdated.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ensureEngine, withEngine } from "./engine.mjs";
import { ENGINE_VERSION } from "./engine/version.mjs";
import { optionsOf } from "./options.mjs";
import { drawn } from "./pictures/gallery.mjs";
import { unfitness } from "./pictures/machine.mjs";
import { makeRuns } from "./pictures/runs.mjs";
import { capture, progress } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const USAGE = `Usage: npm run pictures -- [options]

Runs the quickstart example with the real Pulumi engine against a local emulator, once well and once while the agent is
offline, and app-snapshot doctor. Writes what they print as the pictures in docs/pictures. Needs Linux, where the
recipe's scripts can run, and the version of the engine that is installed if there is none.

  --check   write nothing, and fail if a picture is outdated
  --help    print this
`;

/** @param {boolean} checks */
async function main(checks) {
    await setUp({ log: progress });
    const engine = await ensureEngine({ log: progress });
    const { stdout } = await capture("pulumi", ["version"], { env: withEngine(process.env, engine) });
    const reason = unfitness(process.platform, stdout, ENGINE_VERSION);
    if (reason !== undefined) throw new Error(reason);
    for (const [path, picture] of drawn(await makeRuns(engine))) {
        const file = join(ROOT, path);
        if (!checks) {
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, picture);
            progress(`wrote ${path}`);
        } else if (picture !== (await readFile(file, "utf8").catch(() => ""))) {
            progress(`${path} is outdated. Run \`npm run pictures\`.`);
            process.exitCode = 1;
        }
    }
}

const options = optionsOf(USAGE, { check: { type: "boolean" } });
try {
    if (options) await main(options["check"] === true);
} catch (thrown) {
    progress(thrown instanceof Error ? thrown.message : String(thrown));
    process.exitCode = 1;
}
