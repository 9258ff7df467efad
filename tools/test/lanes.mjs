// The tests in lanes that run side by side. Those with the engine mostly wait, for its processes to start and for the
// cloud to answer, so two cores have room for two lanes of them, and for all others beside.

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {string[]} spec Patterns of files.
 * @property {string[]} ignore
 */

/** @type {Lane[]} */
const LANES = [
    {
        name: "end-to-end tests of interruptions",
        spec: ["test/e2e/interrupted/**/*.test.ts"],
        ignore: [],
    },
    {
        name: "other end-to-end tests",
        spec: ["test/e2e/**/*.test.ts"],
        ignore: ["test/e2e/interrupted/**"],
    },
    { name: "all other tests", spec: ["test/**/*.test.ts"], ignore: ["test/e2e/**"] },
];

/**
 * @param {string[]} files Those that the user named; a few of them need no lanes.
 * @returns {Lane[]}
 */
export const lanesFor = (files) =>
    files.length === 0 ? LANES : [{ name: "tests", spec: files, ignore: [] }];
