import { beginningOf } from "../../runtime/text";
import { scriptOutputsIn, withoutScriptOutputs, type ScriptOutputs } from "./scripts/script-output";

/** What the plugin said, taken from the output of the command. */
export interface PluginOutput {
    /** The group that the plugin reports at its end, or that is mentioned last: a hint, which may be anybody's. */
    readonly snapshotGroupId: string | undefined;
    /** Its last message, or the last lines of the output when it has none; bounded, a single line. */
    readonly message: string;
    /** Its last messages, bounded in number and length. */
    readonly messages: readonly string[];
    /** Whether it says that it made a file-system-consistent snapshot only. */
    readonly saysFilesystemOnly: boolean;
    /** What the scripts printed. */
    readonly scripts: ScriptOutputs;
}

/** What is longer is cut: it ends up in the stack's state. */
const longestMessage = 1_000;
const mostMessages = 50;
const longestOfMany = 200;

/**
 * Reads the plugin's output. Lines look like `[level="info"][time="…"][message="…"]`, the last one of a success
 * like `[snapshotgroup="ssg-…"][message="…"]`; others may stand between them, and the middle of a long output is
 * lost on the way, so nothing is taken for granted.
 */
export function parsePluginOutput(whole: string): PluginOutput {
    const output = withoutScriptOutputs(whole);
    const messages = captures(output, /\[message="([^\r\n]*?)"\]/g);
    const reported = captures(output, /\[snapshotgroup="(ssg-[0-9A-Za-z]+)"\]/gi);
    // What is cut off is another id, and that one does not exist.
    const mentioned = captures(output, /\b(ssg-[0-9A-Za-z]+)(?=[\s"'\],;.)])/gi);
    return {
        snapshotGroupId: reported.at(-1) ?? mentioned.at(-1),
        message: beginningOf(messages.at(-1) ?? lastLines(output), longestMessage),
        messages: messages.slice(-mostMessages).map((message) => beginningOf(message, longestOfMany)),
        saysFilesystemOnly: /Take FsConsistent snapshots successfully/i.test(output),
        scripts: scriptOutputsIn(whole),
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
