/** A line that an installation prints about something which may need attention. */
const warning =
    /warn|deprecated|incorrect|unmet|missing|requested by|build scripts|doesn't provide|YN00(?!00|13|85)/i;

/** Warnings that can't be avoided, with the reasons. */
const accepted = [
    // Its install script does nothing on the versions of Node.js that this package supports.
    /@alicloud\/openapi-core@\S* .*(?:\(postinstall: npm run select-version\)|build scripts)/,
];

/**
 * Returns the warnings of an installation that name one of some packages with its version. The others are about what
 * Pulumi's SDK brings.
 */
export function warningsAbout(names: readonly string[], output: string): string[] {
    return output
        .split("\n")
        .filter((line) => warning.test(line) && !accepted.some((pattern) => pattern.test(line)))
        .filter((line) => names.some((name) => named(name).test(line)));
}

/** Such as in `glob@7.2.3`, `"a > glob@7.2.3"` and `requested by glob`. */
function named(name: string): RegExp {
    const text = name.replace(/[.]/g, "\\$&");
    return new RegExp(`(?:(?<![\\w@/.-])${text}@|requested by ${text}(?![\\w@/.-])|"${text} > )`);
}
