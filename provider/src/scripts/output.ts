import { assertSafeValue } from "../plugin/alphabet";
import type { ScriptFiles } from "./script-file";

/**
 * What both scripts print is kept by the command itself, whether or not the plugin passes it on. The plugin gets two
 * small scripts that become the real ones with their output in a file: nothing of it mixes with the plugin's own words,
 * and nobody waits for a pipe that a background process holds open. All that is in memory: the plugin may leave any
 * other file system frozen.
 */

/** How much of what a script printed comes back, in bytes: its end. The output of a command is cut at 24 KB or less. */
const longestOutput = 1_500;

/** From how many bytes on the beginning of it is thrown away while the script runs. */
const longestFile = 262_144;

/** Longer than the longest time limit of a command, in minutes. */
const sweptAfterMinutes = 25 * 60;

/** As `stat -c '%u %f'` prints what the plugin runs: a regular file of root's with mode 0700. */
const rootOnlyFile = "0 81c0";

/** What the plugin is to run where outputs are kept; the shell knows the directory. */
export const keptScripts: Pick<ScriptFiles, "pre" | "post"> = {
    pre: { path: "$kept/pre" },
    post: { path: "$kept/post" },
};

/**
 * Shell lines that make the directory of the outputs, with what the plugin is to run, and set `kept` to it. It is empty
 * where that can't be, because nothing is in memory or nothing there may be executed: then the scripts are run as they
 * are.
 */
export function keepOutputs({ pre, post }: Pick<ScriptFiles, "pre" | "post">): string {
    const paths = { pre: assertSafeValue(pre.path), post: assertSafeValue(post.path) };
    return `kept=
keep() {
    printf '#!/bin/sh\\ntrue >>%s.out || exec env %s "$@"\\nexec env %s "$@" >>%s.out 2>&1\\n' "$1" "$2" "$2" "$1" >"$1" &&
        chmod 0700 "$1" && env test -x "$2"
}
for place in /run /dev/shm; do
    [ "$(stat -f -c %T $place)" = tmpfs ] || continue
    find $place/app-snapshot.* -mmin +${sweptAfterMinutes} -delete
    kept=$(mktemp -d $place/app-snapshot.XXXXXXXXXX) || continue
    if printf '#!/bin/sh\\n' >"$kept/probe" && chmod 0700 "$kept/probe" && "$kept/probe" &&
        keep "$kept/pre" ${paths.pre} && keep "$kept/post" ${paths.post} &&
        [ "$(stat -c '%u %f' "$kept/pre" "$kept/post")" = '${rootOnlyFile}
${rootOnlyFile}' ]; then
        break
    fi
    rm -rf "$kept"
    kept=
done 2>/dev/null
if [ -n "$kept" ]; then
    while sleep 1 && [ -d "$kept" ] && kill -0 $$; do
        for file in "$kept/pre.out" "$kept/post.out"; do
            [ "$(wc -c <"$file")" -gt ${longestFile} ] && tail -c ${longestOutput} "$file" >"$file.old" && true >"$file"
        done
    done </dev/null >/dev/null 2>&1 &
fi`;
}

/** Shell lines that print what was kept, and remove it. They look at nothing but what is in memory. */
export const printOutputs = `if [ -n "$kept" ]; then
    for what in pre post; do
        printed=$(cat "$kept/$what.out.old" "$kept/$what.out" 2>/dev/null | tail -c ${longestOutput} | base64 | tr -d '\\n')
        [ -z "$printed" ] || printf '\\n%s-script printed: %s\\n' $what "$printed"
    done
    rm -rf "$kept"
fi`;

/** What scripts printed, its end; what printed nothing, or is not known, is not there. */
export interface ScriptOutputs {
    readonly preScriptOutput?: string;
    readonly postScriptOutput?: string;
}

const line = /\n(pre|post)-script printed: ([A-Za-z0-9+/=]*)(?=\r?\n)/g;

/** What the command printed of its scripts; pure. */
export function scriptOutputsIn(output: string): ScriptOutputs {
    const outputs: Record<string, string> = {};
    for (const [, what = "", encoded = ""] of `\n${output}\n`.matchAll(line)) {
        const text = lastLines(Buffer.from(encoded, "base64"));
        if (text !== "") {
            outputs[`${what}ScriptOutput`] = text;
        }
    }
    return outputs;
}

/** The output without these lines: what the plugin said. */
export function withoutScriptOutputs(output: string): string {
    return `\n${output}\n`.replace(line, "").slice(1, -1);
}

/** Without a first line, or a first character, that is not whole, and without what would move a terminal's cursor. */
function lastLines(bytes: Buffer): string {
    const text = bytes.toString("utf8");
    const isCut = bytes.length >= longestOutput && /\n./s.test(text);
    const whole = isCut ? text.slice(text.indexOf("\n") + 1) : text.replace(/^\ufffd+/, "");
    return (
        whole
            // eslint-disable-next-line no-control-regex -- those are what is taken out
            .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "")
            .replace(/\r\n?/g, "\n")
            // eslint-disable-next-line no-control-regex
            .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
            .trim()
    );
}
