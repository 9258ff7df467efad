// The packages that an installation of this package brings, as package-lock.json and node_modules have them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { ROOT } from "../setup.mjs";

/**
 * @typedef {object} Locked An entry of package-lock.json.
 * @property {string} version
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 *
 * @typedef {Record<string, Locked>} Lock The entries by the folders of their packages.
 *
 * @typedef {object} Brought
 * @property {string} folder Below the repository's.
 * @property {string} name
 * @property {string} version
 * @property {string[]} ranges The versions that others ask for.
 * @property {string} license An SPDX expression; empty if the package names none.
 */

/** @returns {Lock} */
function readLock() {
    return JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages;
}

/**
 * Finds a package as Node.js would: in the folder itself, then in those around it.
 *
 * @param {Lock} lock
 * @param {string} from
 * @param {string} name
 * @returns {string | undefined}
 */
function folderOf(lock, from, name) {
    const path = from === "" ? `node_modules/${name}` : `${from}/node_modules/${name}`;
    if (path in lock) return path;
    return from === "" ? undefined : folderOf(lock, from.replace(/(?:^|\/)[^/]+$/, ""), name);
}

/**
 * Returns what a package depends on. A peer belongs to it unless it is optional, because npm installs it.
 *
 * @param {Locked} entry
 */
function dependenciesOf({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
    const peers = Object.entries(peerDependencies ?? {}).filter(
        ([name]) => peerDependenciesMeta?.[name]?.optional !== true,
    );
    return [...Object.entries({ ...dependencies, ...optionalDependencies }), ...peers];
}

/**
 * Returns the ranges that are asked for, by the folder of each package that the dependencies lead to.
 *
 * @param {Lock} lock
 * @param {string} from
 * @param {[name: string, range: string][]} dependencies
 * @param {Map<string, Set<string>>} [found]
 */
export function reachable(lock, from, dependencies, found = new Map()) {
    for (const [name, range] of dependencies) {
        const folder = folderOf(lock, from, name);
        const entry = folder === undefined ? undefined : lock[folder];
        // An optional dependency of another platform.
        if (folder === undefined || entry === undefined) continue;
        const ranges = found.get(folder);
        found.set(folder, (ranges ?? new Set()).add(range));
        if (ranges === undefined) reachable(lock, folder, dependenciesOf(entry), found);
    }
    return found;
}

/**
 * Returns the licence that a package's manifest names, in its present form or an earlier one.
 *
 * @param {{ license?: string | { type: string }, licenses?: { type: string }[] }} manifest
 */
export function licenseOf({ license, licenses }) {
    if (typeof license === "string") return license;
    return license?.type ?? licenses?.map(({ type }) => type).join(" OR ") ?? "";
}

/** @returns {Brought[]} All packages that this one depends on, in the order of their names and versions. */
export function broughtPackages() {
    const lock = readLock();
    const dependencies = Object.entries(lock["provider"]?.dependencies ?? {});
    return [...reachable(lock, "provider", dependencies)]
        .map(([folder, ranges]) => {
            const manifest = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
            const { name, version } = manifest;
            return { folder, name, version, ranges: [...ranges].sort(), license: licenseOf(manifest) };
        })
        .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** @returns {Brought[]} Those that Pulumi's SDK does not bring as well. */
export function addedPackages() {
    const lock = readLock();
    const pulumis = reachable(lock, "", [["@pulumi/pulumi", "*"]]);
    return broughtPackages().filter(({ folder }) => !pulumis.has(folder));
}

/**
 * Returns the size of a package's files, without those of packages inside it.
 *
 * @param {string} folder Below the repository's.
 * @returns {number} In bytes.
 */
export function sizeOf(folder) {
    return readdirSync(join(ROOT, folder), { withFileTypes: true })
        .filter(({ name }) => name !== "node_modules")
        .map((entry) => {
            const path = join(folder, entry.name);
            return entry.isDirectory() ? sizeOf(path) : statSync(join(ROOT, path)).size;
        })
        .reduce((sum, size) => sum + size, 0);
}
