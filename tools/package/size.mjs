// The size of the package and of its installation, and the limits.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { writePages } from "../package-docs.mjs";
import { ROOT } from "../setup.mjs";
import { addedPackages, sizeOf } from "./brought.mjs";

/**
 * @typedef {object} Size
 * @property {string} name
 * @property {number} value In bytes if it is a size.
 * @property {number} limit
 * @property {string} remedy For a value that has reached the limit.
 */

const MB = 1_000_000;

const ITS_FILES =
    "Look with `npm pack --dry-run --workspace provider` for files that no user needs, or raise the limit in tools/package/size.mjs.";
const ITS_DEPENDENCIES =
    "Look in docs/third-party.md for a dependency that is not needed, or raise the limit in tools/package/size.mjs.";

/** @returns {Promise<{ size: number, unpackedSize: number, entryCount: number }>} */
async function tarball() {
    const args = ["pack", "--dry-run", "--ignore-scripts", "--json", "--workspace", "provider"];
    const { stdout } = await promisify(execFile)("npm", args, { cwd: ROOT, maxBuffer: MB });
    // An array, or by the names of the packages in later releases of npm.
    return /** @type {any} */ (Object.values(JSON.parse(stdout))[0]);
}

/**
 * Measures the package, which must be compiled, and what it installs besides Pulumi's SDK. The sizes are those of the
 * files' contents.
 *
 * @returns {Promise<Size[]>}
 */
export async function measureSizes() {
    await writePages(join(ROOT, "provider"));
    const { size, unpackedSize, entryCount } = await tarball();
    const added = addedPackages();
    const addedSize = added.reduce((sum, { folder }) => sum + sizeOf(folder), 0);
    return [
        { name: "tarball", value: size, limit: 0.55 * MB, remedy: ITS_FILES },
        { name: "package, unpacked", value: unpackedSize, limit: 2 * MB, remedy: ITS_FILES },
        { name: "files in it", value: entryCount, limit: 750, remedy: ITS_FILES },
        { name: "further packages", value: added.length, limit: 40, remedy: ITS_DEPENDENCIES },
        { name: "further packages, unpacked", value: addedSize, limit: 40 * MB, remedy: ITS_DEPENDENCIES },
    ];
}

/** @param {number} value */
function shown(value) {
    return value < 10_000 ? String(value) : `${(value / MB).toFixed(2)} MB`;
}

/**
 * @param {Size[]} sizes
 * @returns {string} A line for each size.
 */
export function sizeReport(sizes) {
    return sizes
        .map(
            ({ name, value, limit }) =>
                `${name.padEnd(28)}${shown(value).padStart(9)}   limit ${shown(limit).padStart(9)}`,
        )
        .join("\n");
}

/**
 * @param {Size[]} sizes
 * @returns {string[]} A sentence for each size that has reached its limit, with the remedy.
 */
export function excesses(sizes) {
    return sizes
        .filter(({ value, limit }) => value >= limit)
        .map(
            ({ name, value, limit, remedy }) =>
                `${name}: ${shown(value)} is not below ${shown(limit)}. ${remedy}`,
        );
}
