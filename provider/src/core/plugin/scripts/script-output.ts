import { assertSafeValue } from "../../inputs/alphabet";
import { sweptAfterMinutes } from "./directory";
import type { ScriptFiles } from "./script-file";
import { rootOnlyFile } from "./verification";

/*
 * The command itself keeps the scripts' output, because the plugin may not pass it on. The plugin runs two wrappers,
 * which execute the real scripts with their output in a pipe, so that it can't mix with the plugin's own messages.
 * `tail` reads the pipe and keeps the end of the output in memory, where no disk can be full or frozen. Nothing waits
 * for a background process that keeps the pipe open: its later output is read and dropped.
 */

/** The size of the end of a script's output that is kept, in bytes. A command's output is cut at 24 KB or less. */
const longestOutput = 1_500;

/** The wrappers that keep the scripts' output; the shell inserts their directory. */
export const wrapperScripts: Pick<ScriptFiles, "pre" | "post"> = {
    pre: { path: "$kept/pre.sh" },
    post: { path: "$kept/post.sh" },
};

/** Closes both ends of each script's pipe: a process that inherited one would keep the pipe open. */
export const closedEnds = "5>&- 6<&- 7>&- 8<&-";

/**
 * Returns shell lines that create a directory in memory with the wrappers, start to read their output, and set `kept`
 * to the directory. If there is no file system in memory, or none with executable files, `kept` is empty, and the
 * scripts run without wrappers.
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
 * Returns lines that read one script's pipe. The command's own write end keeps it open while no script runs, and its
 * read end prevents a script from waiting for a reader. The output is saved only while the command is there to print
 * it.
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
 * Shell lines that print the kept output, and remove it. If a reader has not ended after a second, a background process
 * keeps the pipe open: another reader then replaces it and drops what it reads.
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

/** The end of the scripts' output; undefined if it is empty or unknown. */
export interface ScriptOutputs {
    readonly preScriptOutput?: string;
    readonly postScriptOutput?: string;
}

const line = /\n(pre|post)-script printed: ([A-Za-z0-9+/=]*)(?=\r?\n)/g;

/** Reads the scripts' output in the command's output; pure. */
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

/** Returns the command's output without the scripts' output. */
export function withoutScriptOutputs(output: string): string {
    return `\n${output}\n`.replace(line, "").slice(1, -1);
}

/** Decodes text without an incomplete first line or character, and without control sequences of terminals. */
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
