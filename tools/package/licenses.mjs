// The licences that a dependency may have.

/** They allow everything that Apache-2.0 allows, and ask for no more than their own text. */
const ALLOWED = [
    "0BSD",
    "Apache License 2.0", // the name that one package uses instead of the identifier
    "Apache-2.0",
    "BlueOak-1.0.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "MIT",
];

/**
 * @param {Pick<import("./brought.mjs").Brought, "name" | "license">[]} packages
 * @returns {string[]} A sentence for each package with another licence, or with none.
 */
export function refusedLicenses(packages) {
    return packages
        .filter(({ license }) => !ALLOWED.includes(license))
        .map(
            ({ name, license }) =>
                `${name}: ${license === "" ? "no licence" : license}. Replace the dependency, or, if users can accept the licence, add it to tools/package/licenses.mjs.`,
        );
}
