// npm run docs: writes docs/errors.md from the compiled error tables, docs/reference.md from the doc comments of the
// resource's types, and docs/third-party.md from the installed packages. With --check: fails if one of them is outdated.
import { realpathSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { formatted } from "./docs/markdown.mjs";
import { thirdPartyPage } from "./docs/third-party-page.mjs";
import { optionsOf } from "./options.mjs";
import { progress } from "./process.mjs";
import { ROOT, setUp } from "./setup.mjs";

const USAGE = `Usage: npm run docs -- [options]

Writes docs/errors.md from the tables of errors, docs/reference.md from the doc comments of the resource's types, and
docs/third-party.md from the installed packages.

  --check   write nothing, and fail if a page is outdated
  --help    print this
`;

/** @returns {Promise<ReadonlyMap<string, string>>} The pages by their paths in the repository. */
async function generatedPages() {
    // They need a dependency and the compiled package, which the set-up may have to provide first.
    const { errorsPage } = await import("./docs/errors-page.mjs");
    const { referencePage } = await import("./docs/reference-page.mjs");
    const pages = {
        "docs/errors.md": await errorsPage(),
        "docs/reference.md": await referencePage(),
        "docs/third-party.md": thirdPartyPage(),
    };
    const entries = Object.entries(pages).map(
        async ([path, page]) => /** @type {const} */ ([path, await formatted(page, path)]),
    );
    return new Map(await Promise.all(entries));
}

/** @param {boolean} checks */
async function main(checks) {
    // A check follows the set-up in npm test. Before it writes, a source may have changed since the last compilation.
    if (!checks) await setUp({ log: progress });
    for (const [path, page] of await generatedPages()) {
        const file = join(ROOT, path);
        if (!checks) {
            await writeFile(file, page);
            progress(`wrote ${path}`);
        } else if (page !== (await readFile(file, "utf8").catch(() => ""))) {
            progress(`${path} is outdated. Run \`npm run docs\`.`);
            process.exitCode = 1;
        }
    }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
    const options = optionsOf(USAGE, { check: { type: "boolean" } });
    try {
        if (options) await main(options["check"] === true);
    } catch (thrown) {
        const missing = /** @type {NodeJS.ErrnoException} */ (thrown).code === "ERR_MODULE_NOT_FOUND";
        progress(
            missing
                ? "The package is not compiled. Run `npm run build`, then this again."
                : String(thrown instanceof Error ? thrown.message : thrown),
        );
        process.exitCode = 1;
    }
}
