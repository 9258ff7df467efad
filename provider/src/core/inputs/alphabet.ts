/**
 * The values that are allowed on the plugin's command line.
 *
 * The line passes a shell (`/bin/sh` or `cmd.exe`) and then the plugin manager's own splitter, which turns every comma
 * into a space, quoted or not, and drops the rest of the line at an odd quote. No quoting survives both, so only values
 * of these forms are put on the line, and never free text.
 */
export const alphabet = {
    /** The API's own rule for a snapshot group's name. */
    snapshotGroupName: {
        pattern: /^[A-Za-z][A-Za-z0-9._:-]{1,127}$/,
        rule: "2 to 128 letters, digits, '.', '_', '-' or ':', beginning with a letter",
    },
    /** RAM's own rule for a role's name. */
    ramRoleName: { pattern: /^[A-Za-z0-9._-]{1,64}$/, rule: "1 to 64 letters, digits, '.', '_' or '-'" },
    diskId: { pattern: /^d-[A-Za-z0-9]{1,60}$/, rule: "a disk id such as d-bp1xxxxxxxxxxxxxxxxx" },
    /** A stricter rule than that of file systems. */
    scriptPath: {
        pattern: /^\/[A-Za-z0-9._/-]{1,254}$/,
        rule: "an absolute path of at most 255 letters, digits, '.', '_', '-' or '/'",
    },
} as const;

/** The form of a value on the command line, without characters that separate, quote or have a special meaning. */
const safeValue = /^[A-Za-z0-9._:/-]{1,255}$/;

/** Checks a value again before it is put on the line; fails only if this package forgot to check an input. */
export function assertSafeValue(value: string | number | boolean): string {
    const text = String(value);
    if (!safeValue.test(text)) {
        throw new Error("A value has a character that is not safe on the command line.");
    }
    return text;
}
