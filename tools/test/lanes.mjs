// The tests in lanes that run side by side. Those with the engine mostly wait, for its processes to start and for the
// cloud to answer; beside them the others cost little time of their own.

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {string[]} spec Patterns of files.
 * @property {string[]} ignore
 */

/** @type {Lane[]} */
const LANES = [
    { name: "end-to-end tests", spec: ["test/e2e/**/*.test.ts"], ignore: [] },
    { name: "all other tests", spec: ["test/**/*.test.ts"], ignore: ["test/e2e/**"] },
];

/**
 * @param {string[]} files Those that the user named; a few of them need no lanes.
 * @returns {Lane[]}
 */
export const lanesFor = (files) =>
    files.length === 0 ? LANES : [{ name: "tests", spec: files, ignore: [] }];
