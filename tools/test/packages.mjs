// Programs of the system that only some tests need. They are installed on a CI machine; a person's machine is left
// unchanged, and these tests say why they do not run.
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";

import { capture, tail } from "../process.mjs";

/** Programs by the Debian packages that have them. */
const PACKAGES = {
    xfsprogs: "mkfs.xfs",
    // These packages lack the parts that would run MariaDB as a service.
    "mariadb-server-core": "mariadbd",
    "mariadb-client-core": "mariadb",
    postgresql: "initdb",
    "redis-server": "redis-server",
    shellcheck: "shellcheck",
    busybox: "busybox",
};

/** The folders to search, besides the caller's path. PostgreSQL's programs are in a folder for their version. */
const FOLDERS = "/usr/sbin:/sbin:$(echo /usr/lib/postgresql/*/bin | tr ' ' ':')";

/** @param {string} program */
async function isThere(program) {
    return (await capture("sh", ["-c", `PATH="$PATH:${FOLDERS}" command -v ${program}`])).code === 0;
}

/** Keeps Debian's packages from starting their services; the tests start their own. */
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

/**
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
async function withoutServices(work) {
    if (existsSync(SERVICE_POLICY)) return work();
    await writeFile(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    try {
        return await work();
    } finally {
        await rm(SERVICE_POLICY);
    }
}

/**
 * @param {{ log: import("../process.mjs").Log }} options
 * @returns {Promise<void>}
 */
export async function installPackages({ log }) {
    /** @type {string[]} */
    const missing = [];
    for (const [name, program] of Object.entries(PACKAGES)) {
        if (!(await isThere(program))) missing.push(name);
    }
    if (missing.length === 0 || process.platform !== "linux" || process.getuid?.() !== 0) return;
    log(`installing ${missing.join(", ")} for the tests with real file systems and databases`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const install = () =>
        withoutServices(() =>
            capture("apt-get", ["install", "--yes", "--quiet", "--no-install-recommends", ...missing], {
                env,
            }),
        );
    let { code, stderr } = await install();
    if (code !== 0) {
        // The lists of a fresh image may be missing or old.
        await capture("apt-get", ["update", "--quiet"], { env });
        ({ code, stderr } = await install());
    }
    if (code !== 0) log(`that failed, so some tests can't run: ${tail(stderr, 3)}`);
}
