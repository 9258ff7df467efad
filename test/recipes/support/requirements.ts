import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { postgresqlPrograms } from "./postgresql";

const path = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];

function isThere(program: string): boolean {
    return path.some((directory) => existsSync(join(directory, program)));
}

/** Programs by the Debian packages that have them. */
const requirements = {
    "mariadb-server-core": () => isThere("mariadbd"),
    "mariadb-client-core": () => isThere("mariadb"),
    postgresql: () => postgresqlPrograms() !== undefined,
    "redis-server": () => isThere("redis-server"),
    shellcheck: () => isThere("shellcheck"),
    busybox: () => isThere("busybox"),
    root: () => process.getuid?.() === 0,
} as const;

export type Requirement = keyof typeof requirements;

/** Returns the reason why a test can't run on this machine, if so: on a CI machine the packages are installed. */
export function whyNot(...needed: readonly Requirement[]): string | undefined {
    const missing = [...new Set(needed)].filter((name) => !requirements[name]());
    return missing.length === 0 ? undefined : `needs ${missing.join(", ")}`;
}

/** Skips the tests of this block if they can't run, and says why instead of their titles. */
export function demand(context: Mocha.Context, ...needed: readonly Requirement[]): void {
    leaveOut(context, whyNot(...needed));
}

/** Does the same for a known reason; skips nothing without one. */
export function leaveOut(context: Mocha.Context, reason: string | undefined): void {
    if (reason !== undefined) {
        console.log(`        left out: ${reason}`);
        context.skip();
    }
}

/** Sets up a block of tests and tidies up after it; skips its tests if they can't run. */
export function around(
    needed: readonly Requirement[],
    setUp: () => Promise<void> | void,
    tidyUp: () => Promise<void> | void,
): void {
    let isSetUp = false;
    before(async function () {
        demand(this, ...needed);
        isSetUp = true;
        await setUp();
    });
    after(async () => {
        if (isSetUp) {
            await tidyUp();
        }
    });
}
