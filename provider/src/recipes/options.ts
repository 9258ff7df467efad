import { createHash } from "node:crypto";

import { integer, matching, problemsOf, type Schema } from "../runtime/schema";

/** A rule for each option of a recipe. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Schema<Required<Options>[Name]> };

/** @throws Error that names each wrong option and its rule. */
export function check<Options extends object>(
    recipe: string,
    rules: Schema<Options>,
    options: Options,
): void {
    const problems = problemsOf(rules, options, { noun: "an option" });
    if (problems.length > 0) {
        const all = problems.map(({ path, reason }) => `${path === "" ? "the options" : path} ${reason}`);
        throw new Error(`recipes.${recipe}: ${all.join("; ")}.`);
    }
}

/** @throws Error unless at most one of these groups has an option that is set. */
export function exclusive<Options extends object>(
    recipe: string,
    options: Options,
    ...groups: readonly (readonly (keyof Options & string)[])[]
): void {
    const used = groups
        .map((group) => group.find((name) => options[name] !== undefined))
        .filter((name) => name !== undefined);
    if (used.length > 1) {
        throw new Error(`recipes.${recipe}: ${used.join(" and ")} can't be set together.`);
    }
}

const pathForm = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@%+:-]+)+$/;

/** Short enough for a socket's address, which has 108 bytes with the zero at its end. */
export const socketPath = matching(
    pathForm,
    "an absolute path of at most 107 letters, digits, '.', '_', '-', '@', '%', '+', ':' or '/', without '.' and '..' as parts",
    107,
);

export const filePath = matching(
    pathForm,
    "an absolute path of at most 255 letters, digits, '.', '_', '-', '@', '%', '+', ':' or '/', without '.' and '..' as parts",
    255,
);

export const hostName = matching(
    /^[A-Za-z0-9:][A-Za-z0-9.:-]*$/,
    "a host name or an address of at most 253 letters, digits, '.', '-' or ':'",
    253,
);

export const plainName = matching(
    /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/,
    "1 to 63 letters, digits, '_', '.', '@', '+' or '-', the first one a letter, a digit or '_'",
    63,
);

export const port = integer(1, 65_535);

/** The options that all recipes that hold a lock have in common. */
export interface HoldOptions {
    /**
     * The longest that the lock is held, in seconds: 5 to 7,200, default 120. After that it is given up, and the
     * post-script fails. It must cover the freeze (`freezeTimeoutSeconds`, 30 by default), the creation of the
     * snapshot group and whatever other pre-scripts do after this one.
     */
    readonly holdSeconds?: number;
    /** The time that the pre-script waits for the lock before it fails, in seconds: 1 to 3,600, default 30. */
    readonly lockWaitSeconds?: number;
    /**
     * The folder in which the scripts exchange their state, default `/run/app-snapshot`. Made if it is missing, with
     * mode 0700; it must be root's alone and no symbolic link. Choose a place in memory (tmpfs): one on a disk is
     * frozen with it.
     */
    readonly runDirectory?: string;
}

export const holdRules: Rules<HoldOptions> = {
    holdSeconds: integer(5, 7_200),
    lockWaitSeconds: integer(1, 3_600),
    runDirectory: filePath,
};

export const holdDefaults = {
    holdSeconds: 120,
    lockWaitSeconds: 30,
    runDirectory: "/run/app-snapshot",
} as const;

/**
 * Tells servers on one machine apart: the recipe's name, and where it connects to unless that is the default. Used as a
 * name in the run directory, so two runs for one server notice each other, and those for two servers do not.
 */
export function runName(recipe: string, ...address: readonly (string | number | undefined)[]): string {
    const given = address.filter((part) => part !== undefined).map(String);
    const name = [recipe, ...given].join("-").replaceAll(/[^A-Za-z0-9._]+/g, "-");
    // A file's name has 255 bytes at most, and messages contain the name.
    return name.length <= 80
        ? name
        : `${recipe}-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}
