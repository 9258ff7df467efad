// Selects the files of a run.
import { readdirSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";

/** The tests of `npm test`, and the long forms of `npm run test:full`. */
const TEST = ".test.ts";
const FULL_TEST = ".full.test.ts";

/** @param {string} file */
export function isFull(file) {
    return file.endsWith(FULL_TEST);
}

/**
 * @param {object} options
 * @param {string} options.root The repository's folder.
 * @param {boolean} options.full Selects the long forms instead of the others.
 * @param {string[]} options.named Files and folders that the user named, instead of all. A file is taken as it is.
 * @returns {string[]} Paths in the repository, with slashes.
 */
export function testFiles({ root, full, named }) {
    const places = named.length === 0 ? ["test"] : named.map((name) => relative(root, resolve(root, name)));
    const files = places.flatMap((place) => {
        if (!statSync(join(root, place), { throwIfNoEntry: false })?.isDirectory()) return [place];
        return readdirSync(join(root, place), { recursive: true, encoding: "utf8" })
            .map((name) => join(place, name))
            .filter((file) => file.endsWith(TEST) && isFull(file) === full)
            .sort();
    });
    return [...new Set(files.map((file) => file.replaceAll(sep, "/")))];
}
