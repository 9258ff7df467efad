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
        rule: "2 to 128 letters, digits, '.', '_', '-' or ':', the first one a letter",
    },
    /** A RAM role's name: RAM's own rule. */
    ramRoleName: { pattern: /^[A-Za-z0-9._-]{1,64}$/, rule: "1 to 64 letters, digits, '.', '_' or '-'" },
    diskId: { pattern: /^d-[A-Za-z0-9]{1,60}$/, rule: "disk ids such as d-bp1xxxxxxxxxxxxxxxxx" },
    /** Narrower than what a file system allows. */
    scriptPath: {
        pattern: /^\/[A-Za-z0-9._/-]{1,254}$/,
        rule: "an absolute path of at most 255 letters, digits, '.', '_', '-' or '/'",
    },
} as const;

/** Every character of the whole command line. */
const commandLine = /^[A-Za-z0-9 ._:/=,"-]+$/;

/** A last look at a finished command line; it fails only if this package forgot to check an input. */
export function assertSafeCommandLine(line: string): string {
    if (!commandLine.test(line)) {
        throw new Error("The command line has a character that is not safe on it.");
    }
    return line;
}
