import { interpreterOf, longestScript, scriptProblems } from "../core/inputs/script-text";
import { postScriptSteps } from "./post-script";
import { preScriptSteps } from "./pre-script";
import { base } from "./processes";
import type { Scripts } from "./scripts";
import { comment, joined, printing, sh, ShellText } from "./shell";

/**
 * One pair of scripts for several: the pre-scripts run in order, the post-scripts in reverse order, each in a process of
 * its own. If a pre-script fails, the post-scripts of those before it run, and the whole fails. Of the post-scripts all
 * run, whether or not one fails, and the whole fails if one does.
 *
 * Any scripts will do that may be given as inputs. Each runs with the interpreter that its first line names, gets nothing
 * on its standard input, and `$0` is not its file's name.
 *
 * @throws Error if there is none, if one can't be run, or if they are too long together.
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

/** What the scripts of this package's own recipes end with. A combined script has it once. */
const endings = [
    { name: "pre_course", course: preScriptSteps },
    { name: "post_course", course: postScriptSteps },
].map(({ name, course }) => ({ name, course, text: joined([base, course]).text }));

/** For this package's own texts only: a line of another's may look like a comment and be data. Room is scarce. */
function withoutComments({ text }: ShellText): ShellText {
    return new ShellText(text.replaceAll(/^\t*# .*\n/gm, ""));
}

/** Functions that run the scripts, and those that print their texts. */
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
                .set(ending.name, withoutComments(ending.course));
        }
        const texts = [`${name}_text`, ...(ending === undefined ? [] : ["base", ending.name])];
        const command = interpreterOf(text) ?? [];
        // Without its text, for want of room for a here-document perhaps, a script would be an empty one and succeed.
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
    # Some shells put here-documents into files; a full disk shall not be in the way.
    [ ! -d /run ] || TMPDIR=/run`;

/**
 * Whoever holds a lock for a part has to let go if the whole script dies before its end, and not only its part. So it
 * watches the process in the name of the file in APP_SNAPSHOT_COMBINED, and is told of the end by a file; the parts write
 * the names of such files down there.
 */
const watch = sh`
    # The parts' locks last only if this script comes to its end, unless it is a part itself.
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
    // The last one's is never needed: what fails cleans up after itself.
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
