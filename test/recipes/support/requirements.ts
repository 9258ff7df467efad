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

/** Why a test can't run on this machine, if it can't: on a CI machine the packages are installed. */
export function whyNot(...needed: readonly Requirement[]): string | undefined {
    const missing = [...new Set(needed)].filter((name) => !requirements[name]());
    return missing.length === 0 ? undefined : `needs ${missing.join(", ")}`;
}

/** Leaves the tests of this block out where they can't run, and says why in their titles' place. */
export function demand(context: Mocha.Context, ...needed: readonly Requirement[]): void {
    leaveOut(context, whyNot(...needed));
}

/** The same for a reason that is known already; without one nothing is left out. */
export function leaveOut(context: Mocha.Context, reason: string | undefined): void {
    if (reason !== undefined) {
        console.log(`        left out: ${reason}`);
        context.skip();
    }
}

/** Sets a block of tests up and tidies up after it, where it can run; elsewhere its tests are left out. */
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
