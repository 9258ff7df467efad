import { interpreterOf, longestScript, scriptProblems } from "../core/inputs/script-text";
import { postScriptSteps } from "./post-script";
import { preScriptSteps } from "./pre-script";
import { base } from "./processes";
import type { Scripts } from "./scripts";
import { comment, joined, printing, sh, ShellText } from "./shell";

/**
 * Combines pairs of scripts into one: the pre-scripts run in order, the post-scripts in reverse order, each in its own
 * process. If a pre-script fails, the post-scripts of those before it run, and the combined script fails. All
 * post-scripts run, even if one fails; the combined script then fails too.
 *
 * All scripts that are valid inputs can be combined. Each runs with the interpreter of its first line and an empty
 * standard input, and `$0` is not a file name.
 *
 * @throws Error if no pair is given, if a script is invalid, or if the result is too long.
 */
export function combine(...recipes: readonly Scripts[]): Scripts {
    if (recipes.length === 0) {
        throw new Error("recipes.combine: give at least one pair of scripts.");
    }
    recipes.forEach(({ preScript, postScript }, index) => {
        checkPart(preScript, `the pre-script of number ${index + 1}`);
        checkPart(postScript, `the post-script of number ${index + 1}`);
    });
    return {
        preScript: withinLimit("pre-script", combinedPreScript(recipes)),
        postScript: withinLimit("post-script", combinedPostScript(recipes)),
    };
}

function checkPart(text: unknown, what: string): void {
    const problems = scriptProblems(text);
    if (problems.length > 0) {
        throw new Error(`recipes.combine: ${what} ${problems.join(", and ")}.`);
    }
}

function withinLimit(what: string, { text }: ShellText): string {
    const length = Buffer.byteLength(text);
    if (length > longestScript) {
        throw new Error(
            `recipes.combine: the ${what} has ${length} bytes, and ${longestScript} is the most. ` +
                `Combine fewer, or put the longer ones into files on the instance and call those.`,
        );
    }
    return text;
}

/** The common endings of this package's own recipes. A combined script contains each only once. */
const endings = [
    { name: "pre_steps", steps: preScriptSteps },
    { name: "post_steps", steps: postScriptSteps },
].map(({ name, steps }) => ({ name, steps, text: joined([base, steps]).text }));

/** Removes comments, to save space. Only for this package's own texts: in others, such a line may be data. */
function withoutComments({ text }: ShellText): ShellText {
    return new ShellText(text.replaceAll(/^\t*# .*\n/gm, ""));
}

/** The functions of a combined script that run its parts and print their texts. */
class Parts {
    private readonly printed = new Map<string, ShellText>();
    private readonly run: ShellText[] = [];

    /** Defines function `name` to run the script. */
    add(name: string, text: string): void {
        const ending = endings.find((known) => text.endsWith(known.text));
        if (ending === undefined) {
            this.printed.set(`${name}_text`, new ShellText(text));
        } else {
            const own = new ShellText(text.slice(0, text.length - ending.text.length));
            this.printed
                .set(`${name}_text`, withoutComments(own))
                .set("base", withoutComments(base))
                .set(ending.name, withoutComments(ending.steps));
        }
        const texts = [`${name}_text`, ...(ending === undefined ? [] : ["base", ending.name])];
        const command = interpreterOf(text) ?? [];
        // If the text can't be printed, for example on a full disk, an empty script would succeed.
        this.run.push(
            sh`${name}() { { ${new ShellText(texts.join(" && "))} || echo 'exit 1'; } | ${command} /dev/fd/3 3<&0 </dev/null; }`,
        );
    }

    get text(): ShellText {
        const texts = [...this.printed].map(([name, text]) => printing(name, text));
        return joined([...texts, ...this.run], "\n");
    }
}

const beginning = sh`
    set -u
    # Some shells write here-documents to files, which must not fail on a full disk.
    [ ! -d /run ] || TMPDIR=/run`;

/**
 * Lets the lock keepers of the parts release their locks if the combined script dies before its end. They watch the
 * process in the file name in APP_SNAPSHOT_COMBINED. The parts list their `accepted` files in that file, and the
 * combined script creates these at its end.
 */
const watch = sh`
    # The parts keep their locks only if this script reaches its end, unless it is a part itself.
    outer=\${APP_SNAPSHOT_COMBINED-}
    if [ -z "$outer" ]; then
        export APP_SNAPSHOT_COMBINED=/run/app-snapshot-combined.$$
        rm -f "$APP_SNAPSHOT_COMBINED"
        (umask 077 && set -C && : >"$APP_SNAPSHOT_COMBINED") 2>/dev/null || unset APP_SNAPSHOT_COMBINED
    fi
    end() {
        if [ -z "$outer" ] && [ -n "\${APP_SNAPSHOT_COMBINED-}" ]; then
            while [ "$1" = 0 ] && read -r accepted; do (: >"$accepted") || set -- 1; done <"$APP_SNAPSHOT_COMBINED"
            rm -f "$APP_SNAPSHOT_COMBINED"
        fi
        exit "$1"
    }`;

function combinedPreScript(recipes: readonly Scripts[]): ShellText {
    const parts = new Parts();
    recipes.forEach(({ preScript }, index) => {
        parts.add(`pre_${index + 1}`, preScript);
    });
    // The last one is not needed: a pre-script that fails cleans up after itself.
    recipes.slice(0, -1).forEach(({ postScript }, index) => {
        parts.add(`post_${index + 1}`, postScript);
    });
    const steps = recipes.map((_, index) => {
        const before = recipes.slice(0, index).map((_, earlier) => `post_${earlier + 1}; `);
        return `pre_${index + 1} || { ${before.reverse().join("")}end 1; }`;
    });
    return joined([
        joined(
            [
                sh`#!/bin/sh`,
                comment(
                    `Runs before a snapshot: ${recipes.length} pre-scripts in order. If one fails, the post-scripts of ` +
                        `those before it run. Made by recipes.combine() of pulumi-alicloud-app-snapshot.`,
                ),
            ],
            "\n",
        ),
        beginning,
        parts.text,
        watch,
        new ShellText([...steps, "end 0", ""].join("\n")),
    ]);
}

function combinedPostScript(recipes: readonly Scripts[]): ShellText {
    const parts = new Parts();
    recipes.forEach(({ postScript }, index) => {
        parts.add(`post_${index + 1}`, postScript);
    });
    const steps = recipes.map((_, index) => `post_${index + 1} || failed=1`).reverse();
    return joined([
        joined(
            [
                sh`#!/bin/sh`,
                comment(
                    `Runs after a snapshot: ${recipes.length} post-scripts in reverse order, all of them even if one ` +
                        `fails. Made by recipes.combine() of pulumi-alicloud-app-snapshot.`,
                ),
            ],
            "\n",
        ),
        beginning,
        parts.text,
        new ShellText(["failed=0", ...steps, 'exit "$failed"', ""].join("\n")),
    ]);
}
