// Divides the files into batches, each of which is one process of mocha. A process of its own costs a file a second of
// start, so quick files share one by folder. Batches begin in the order of the table: the long ones first, so
// that none is left at the end, when the other processor has nothing to do.
import { isFull } from "./files.mjs";

/**
 * @typedef {object} Batch
 * @property {string} name
 * @property {string[]} files
 */

/** Beginnings of the paths of files that take more than a few seconds, the longest first. The first that fits counts. */
export const LONG = [
    "test/e2e/kill-matrix.full",
    "test/integration/fault-matrix-fleet.full",
    "test/proof/",
    "test/package/package",
    "test/recipes/lock",
    "test/e2e/",
    "test/examples/component",
    "test/examples/pipeline.",
    "test/examples/automation.",
    "test/integration/",
    "test/protocol/",
    "test/recipes/",
    "test/policies/",
    "test/emulator/freezing",
    "test/emulator/plugin-failures",
    "test/emulator/script-ends",
    "test/unit/core/plugin/command",
    "test/inputs/past-the-check",
    "test/inputs/shells",
];

/** @param {string} file */
function rank(file) {
    const at = LONG.findIndex((beginning) => file.startsWith(beginning));
    return at === -1 ? LONG.length : at;
}

/** @param {string} file */
function folderOf(file) {
    return file.split("/").slice(0, 2).join("/");
}

/**
 * @param {string[]} files
 * @returns {Batch[]}
 */
export function batchesOf(files) {
    const isLong = (/** @type {string} */ file) => isFull(file) || rank(file) < LONG.length;
    const long = files.filter(isLong).sort((a, b) => rank(a) - rank(b));
    /** @type {Map<string, string[]>} */
    const byFolder = new Map();
    for (const file of files.filter((each) => !isLong(each))) {
        byFolder.set(folderOf(file), [...(byFolder.get(folderOf(file)) ?? []), file]);
    }
    return [
        ...long.map((file) => ({ name: file, files: [file] })),
        ...[...byFolder].map(([folder, quick]) => ({
            name: quick.length === 1 ? `${quick[0]}` : `${folder} (${quick.length} files)`,
            files: quick,
        })),
    ];
}
