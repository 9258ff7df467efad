import { beginningOf } from "../../runtime/text";
import { type ScriptOutputs, scriptOutputsIn, withoutScriptOutputs } from "./scripts/script-output";

/** The plugin's messages and the scripts' output, from the output of the command. */
export interface PluginOutput {
    /** The group that the plugin reports at its end, or mentions last: a hint, which may name another run's group. */
    readonly snapshotGroupId: string | undefined;
    /** The last message, or the last lines of the output if there is none; bounded, a single line. */
    readonly message: string;
    /** The last messages, bounded in number and length. */
    readonly messages: readonly string[];
    /** True if the plugin reports a snapshot that is only file-system-consistent. */
    readonly saysFilesystemOnly: boolean;
    readonly scripts: ScriptOutputs;
}

/** The limits of texts that become part of the stack's state. */
const longestMessage = 1_000;
const mostMessages = 50;
const longestOfMany = 200;

/**
 * Reads the plugin's output. Lines look like `[level="info"][time="…"][message="…"]`, the last one of a success like
 * `[snapshotgroup="ssg-…"][message="…"]`. Other lines may come between them, and the middle of a long output is lost,
 * so any part may be missing.
 */
export function parsePluginOutput(whole: string): PluginOutput {
    const output = withoutScriptOutputs(whole);
    const messages = captures(output, /\[message="([^\r\n]*?)"\]/g);
    const reported = captures(output, /\[snapshotgroup="(ssg-[0-9A-Za-z]+)"\]/gi);
    // An id at the very end may be cut off, and would then be a wrong one.
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
