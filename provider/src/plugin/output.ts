/** What the plugin said, taken from the output of the command. */
export interface PluginOutput {
    /** The group that the plugin reports at its end, or mentions on its way. */
    readonly snapshotGroupId: string | undefined;
    /** Its last message, or the last lines of the output when it has none; bounded, a single line. */
    readonly message: string;
    /** Whether it says that it made a file-system-consistent snapshot only. */
    readonly saysFilesystemOnly: boolean;
}

/** Longer messages are cut: they end up in the stack's state. */
const longestMessage = 1_000;

/**
 * Reads the plugin's output. Lines look like `[level="info"][time="…"][message="…"]`, the last one of a success
 * like `[snapshotgroup="ssg-…"][message="…"]`; others may stand between them, and the middle of a long output is
 * lost on the way, so nothing is taken for granted.
 */
export function parsePluginOutput(output: string): PluginOutput {
    const messages = captures(output, /\[message="([^\r\n]*?)"\]/g);
    const reported = captures(output, /\[snapshotgroup="(ssg-[0-9A-Za-z]+)"\]/gi);
    const mentioned = captures(output, /\bGroupId=(ssg-[0-9A-Za-z]+)/gi);
    return {
        snapshotGroupId: reported.at(-1) ?? mentioned.at(-1),
        message: bounded(messages.at(-1) ?? lastLines(output)),
        saysFilesystemOnly: /Take FsConsistent snapshots successfully/i.test(output),
    };
}

function captures(text: string, pattern: RegExp): string[] {
    return [...text.matchAll(pattern)].map((match) => match[1] ?? "").filter((value) => value !== "");
}

function lastLines(output: string): string {
    return output
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== "")
        .slice(-3)
        .join(" | ");
}

function bounded(message: string): string {
    return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}
