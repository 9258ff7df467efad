// Programs of the system that only some tests need. On a CI machine they are installed; a person's machine is left
// as it is, and the tests in question say why they do not run.
import { capture, tail } from "../process.mjs";

/** Programs by the Debian packages that have them. */
const PACKAGES = { xfsprogs: "mkfs.xfs" };

/** @param {string} program */
const isThere = async (program) =>
    (await capture("sh", ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${program}`])).code === 0;

/**
 * @param {{ log: import("../process.mjs").Log }} options
 * @returns {Promise<void>}
 */
export const installPackages = async ({ log }) => {
    /** @type {string[]} */
    const missing = [];
    for (const [name, program] of Object.entries(PACKAGES)) {
        if (!(await isThere(program))) missing.push(name);
    }
    if (missing.length === 0 || process.platform !== "linux" || process.getuid?.() !== 0) return;
    log(`installing ${missing.join(", ")} for the tests with real file systems`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const install = () =>
        capture("apt-get", ["install", "--yes", "--quiet", "--no-install-recommends", ...missing], { env });
    let { code, stderr } = await install();
    if (code !== 0) {
        // The lists of a fresh image may be missing or old.
        await capture("apt-get", ["update", "--quiet"], { env });
        ({ code, stderr } = await install());
    }
    if (code !== 0) log(`that failed, so some tests can't run: ${tail(stderr, 3)}`);
};
