import { createHash } from "node:crypto";

/** What is wrong with an option's value, for a person; undefined when nothing is. The value itself is never quoted. */
type Rule = (value: unknown) => string | undefined;

/** The rules of a recipe's options by name. Every option may be left out; other names are refused as misspelt. */
export type Rules<Options> = { readonly [Name in keyof Required<Options>]: Rule };

/** @throws Error that names the option and the rule. */
export function check<Options extends object>(recipe: string, rules: Rules<Options>, options: Options): void {
    if (typeof options !== "object" || (options as unknown) === null || Array.isArray(options)) {
        throw new Error(`recipes.${recipe}: the options must be an object.`);
    }
    for (const [name, value] of Object.entries(options)) {
        if (!Object.hasOwn(rules, name)) {
            throw new Error(
                `recipes.${recipe}: ${printable(name)} is not an option; there are ${Object.keys(rules).join(", ")}.`,
            );
        }
        const reason = value === undefined ? undefined : rules[name as keyof Options](value);
        if (reason !== undefined) {
            throw new Error(`recipes.${recipe}: ${name} ${reason}.`);
        }
    }
}

/** A name that is no option may be anything. */
function printable(name: string): string {
    return /^\w{1,64}$/.test(name) ? name : JSON.stringify(name.slice(0, 64));
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
        throw new Error(`recipes.${recipe}: ${used.join(" and ")} exclude each other.`);
    }
}

function matching(pattern: RegExp, longest: number, rule: string): Rule {
    return (value) =>
        typeof value === "string" && value.length <= longest && pattern.test(value)
            ? undefined
            : `must be ${rule}`;
}

const pathForm = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@%+:-]+)+$/;

/** Short enough for a socket's address, which has 108 bytes with the zero at its end. */
export const socketPath = matching(
    pathForm,
    107,
    "an absolute path of at most 107 letters, digits, '.', '_', '-', '@', '%', '+', ':' or '/', without '.' and '..' as parts",
);

export const filePath = matching(
    pathForm,
    255,
    "an absolute path of at most 255 letters, digits, '.', '_', '-', '@', '%', '+', ':' or '/', without '.' and '..' as parts",
);

export const hostName = matching(
    /^[A-Za-z0-9:][A-Za-z0-9.:-]*$/,
    253,
    "a host name or an address of at most 253 letters, digits, '.', '-' or ':'",
);

export const plainName = matching(
    /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/,
    63,
    "1 to 63 letters, digits, '_', '.', '@', '+' or '-', the first one a letter, a digit or '_'",
);

export function wholeNumber(least: number, most: number): Rule {
    return (value) =>
        Number.isInteger(value) && (value as number) >= least && (value as number) <= most
            ? undefined
            : `must be a whole number from ${least} to ${most}`;
}

export const port = wholeNumber(1, 65_535);

/** What all recipes that hold a lock have in common. */
export interface HoldOptions {
    /**
     * The longest that the lock is held, in seconds: 5 to 7,200, default 120. After that it is given up, and the
     * post-script fails. It must cover the freeze (`freezeTimeoutSeconds`, 30 by default), the creation of the
     * snapshot group and whatever other pre-scripts do after this one.
     */
    readonly holdSeconds?: number;
    /** How long the pre-script waits for the lock, in seconds: 1 to 3,600, default 30. Then it fails. */
    readonly lockWaitSeconds?: number;
    /**
     * Where the scripts keep what they know of each other, default `/run/app-snapshot`. Made if it is missing, with
     * mode 0700; it must be root's alone and no symbolic link. Choose a place in memory (tmpfs): one on a disk is
     * frozen with it.
     */
    readonly runDirectory?: string;
}

export const holdRules: Rules<HoldOptions> = {
    holdSeconds: wholeNumber(5, 7_200),
    lockWaitSeconds: wholeNumber(1, 3_600),
    runDirectory: filePath,
};

export const holdDefaults = {
    holdSeconds: 120,
    lockWaitSeconds: 30,
    runDirectory: "/run/app-snapshot",
} as const;

/**
 * Tells servers on one machine apart: the recipe's name, and where it connects to unless that is the default. Used as a
 * name in the run directory, so two runs for one server come across each other and those for two servers do not.
 */
export function runName(recipe: string, ...address: readonly (string | number | undefined)[]): string {
    const given = address.filter((part) => part !== undefined).map(String);
    const name = [recipe, ...given].join("-").replaceAll(/[^A-Za-z0-9._]+/g, "-");
    // A file's name has 255 bytes at most, and a line of a message should end some day.
    return name.length <= 80
        ? name
        : `${recipe}-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}
