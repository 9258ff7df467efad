import { assertSafeValue } from "../../inputs/alphabet";
import { sweptAfterMinutes } from "./directory";
import type { ScriptFiles } from "./script-file";
import { rootOnlyFile } from "./verification";

/**
 * What both scripts print is kept by the command itself, whether or not the plugin passes it on. The plugin gets two
 * small scripts that become the real ones with their output in a pipe, so nothing of it mixes with the plugin's own
 * words. At its other end `tail` keeps the end of it in memory, however much it is: nothing can be full, or frozen. And
 * nobody waits for a background process that holds the pipe: what it prints later is read, and dropped.
 */

/** How much of what a script printed comes back, in bytes: its end. The output of a command is cut at 24 KB or less. */
const longestOutput = 1_500;

/** What the plugin is to run where outputs are kept; the shell knows the directory. */
export const wrapperScripts: Pick<ScriptFiles, "pre" | "post"> = {
    pre: { path: "$kept/pre.sh" },
    post: { path: "$kept/post.sh" },
};

/** Both ends of each script's pipe, as the shell has them open; whoever else had one would keep the pipe from its end. */
export const closedEnds = "5>&- 6<&- 7>&- 8<&-";

/**
 * Shell lines that make a directory in memory with what the plugin is to run, begin to read what that prints, and set
 * `kept` to the directory. It is empty where that can't be, because nothing is in memory or nothing there may be
 * executed: then the scripts are run as they are.
 */
export function keepOutputs({ pre, post }: Pick<ScriptFiles, "pre" | "post">): string {
    const paths = { pre: assertSafeValue(pre.path), post: assertSafeValue(post.path) };
    return `kept=
env=$(command -v env)
keep() {
    printf '#!/bin/sh\\n[ -p %s.in ] || exec %s %s "$@"\\nexec %s %s "$@" 1<>%s.in 2>&1\\n' \\
        "$1" "$env" "$2" "$env" "$2" "$1" >"$1.sh" &&
        chmod 0700 "$1.sh" && env test -x "$2" && mkfifo "$1.in" "$1.end"
}
for place in /run /dev/shm; do
    [ "$(stat -f -c %T $place)" = tmpfs ] || continue
    find $place/app-snapshot.* -mmin +${sweptAfterMinutes} -delete
    kept=$(mktemp -d $place/app-snapshot.XXXXXXXXXX) || continue
    if printf '#!/bin/sh\\n' >"$kept/probe" && chmod 0700 "$kept/probe" && "$kept/probe" &&
        keep "$kept/pre" ${paths.pre} && keep "$kept/post" ${paths.post} &&
        [ "$(stat -c '%u %f' "$kept/pre.sh" "$kept/post.sh")" = '${rootOnlyFile}
${rootOnlyFile}' ]; then
        break
    fi
    rm -rf "$kept"
    kept=
done 2>/dev/null
if [ -n "$kept" ]; then
${readPipe("pre", 5)}
${readPipe("post", 7)}
fi`;
}

/**
 * Our own end to write to keeps the pipe from its end while no script has it, and the one to read from keeps a script from
 * waiting for a reader. What was printed is written down only for a command that is there to print it.
 */
function readPipe(what: "pre" | "post", end: number): string {
    return `    exec ${end}<>"$kept/${what}.in" ${end + 1}<"$kept/${what}.in"
    cat <&${end + 1} >"$kept/${what}.end" 2>/dev/null ${closedEnds} &
    ${what}_reader=$!
    {
        printed=$(tail -c ${longestOutput} <"$kept/${what}.end" | base64 | tr -d '\\n')
        ! kill -0 $$ || printf %s "$printed" >"$kept/${what}.out"
    } >/dev/null 2>&1 ${closedEnds} &
    ${what}_end=$!`;
}

/**
 * Shell lines that print what was kept, and remove it. A reader that has not come to an end after a second never will, as
 * something holds the pipe in the background: another one takes its place, which drops what it reads.
 */
export const printOutputs = `if [ -n "$kept" ]; then
    exec 5>&- 7>&-
    for look in 1 2 3 4 5 6 7 8 9 10; do
        kill -0 $pre_reader 2>/dev/null || kill -0 $post_reader 2>/dev/null || break
        sleep 0.1
    done
    if kill -0 $pre_reader 2>/dev/null; then cat <&6 >/dev/null 2>&1 6<&- 8<&- & fi
    if kill -0 $post_reader 2>/dev/null; then cat <&8 >/dev/null 2>&1 6<&- 8<&- & fi
    {
        kill $pre_reader $post_reader
        wait $pre_reader $post_reader $pre_end $post_end
    } 2>/dev/null
    exec 6<&- 8<&-
    for what in pre post; do
        printed=$(cat "$kept/$what.out" 2>/dev/null)
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
