/**
 * What may stand on the plugin's command line.
 *
 * The command passes a shell (`/bin/sh` or `cmd.exe`) and then the plugin manager's own splitter, which turns
 * every comma into a space, quoted or not, and drops the rest of the line at an odd quote. No quoting survives
 * all of them, so nothing outside these forms is ever put on the line. Free text takes other ways.
 */
export const alphabet = {
    /** A name of a snapshot group: the API's own rule. */
    snapshotGroupName: {
        pattern: /^[A-Za-z][A-Za-z0-9._:-]{1,127}$/,
        rule: "2 to 128 letters, digits, '.', '_', '-' or ':', beginning with a letter",
    },
    /** A RAM role's name: RAM's own rule. */
    ramRoleName: { pattern: /^[A-Za-z0-9._-]{1,64}$/, rule: "1 to 64 letters, digits, '.', '_' or '-'" },
    diskId: { pattern: /^d-[A-Za-z0-9]{1,60}$/, rule: "a disk id such as d-bp1xxxxxxxxxxxxxxxxx" },
    /** Narrower than what a file system allows. */
    scriptPath: {
        pattern: /^\/[A-Za-z0-9._/-]{1,254}$/,
        rule: "an absolute path of at most 255 letters, digits, '.', '_', '-' or '/'",
    },
} as const;

/** Every character of a value on the command line: none that separates, quotes or means anything on the way. */
const safeValue = /^[A-Za-z0-9._:/-]{1,255}$/;

/** A last look at a value before it goes on the line; it fails only if this package forgot to check an input. */
export function assertSafeValue(value: string | number | boolean): string {
    const text = String(value);
    if (!safeValue.test(text)) {
        throw new Error("A value has a character that is not safe on the command line.");
    }
    return text;
}
