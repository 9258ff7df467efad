/** A mounted file system, as the kernel lists it. */
export interface Mount {
    readonly mountPoint: string;
    /** `major:minor` of the device. */
    readonly deviceNumber: string;
    /** The type, e.g. ext4. */
    readonly fileSystem: string;
    /** The device, e.g. /dev/loop0. */
    readonly source: string;
}

/** Reads the text of `/proc/self/mountinfo`; see proc_pid_mountinfo(5). A later mount covers an earlier one. */
export function parseMountTable(text: string): Mount[] {
    return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
            const fields = line.split(" ");
            // Any number of optional fields ends with a hyphen.
            const [fileSystem = "", source = ""] = fields.slice(fields.indexOf("-", 6) + 1);
            const [, , deviceNumber = "", , mountPoint = ""] = fields;
            return { mountPoint: unescape(mountPoint), deviceNumber, fileSystem, source: unescape(source) };
        });
}

/** Reads blanks and backslashes, which are written as three octal digits. */
function unescape(field: string): string {
    return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 8)),
    );
}
