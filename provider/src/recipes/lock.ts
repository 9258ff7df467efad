import { holdDefaults, type HoldOptions } from "./options";
import { postScriptSteps } from "./post-script";
import { preScriptSteps } from "./pre-script";
import { base } from "./processes";
import type { Scripts } from "./scripts";
import { comment, joined, printing, sh, ShellText } from "./shell";

/**
 * A database's lock, which is held from the pre-script to the post-script. The pieces of shell define functions for the
 * lock keeper, the process between the two scripts.
 */
export interface Lock {
    /** The function of this package that makes the scripts. */
    readonly recipe: string;
    /** The name in the run's directory and messages, which distinguishes servers. */
    readonly name: string;
    readonly database: string;
    /** The effect of the lock on the database. */
    readonly effect: { readonly present: string; readonly past: string };
    /** The possible names, or the path, of the database's client. */
    readonly clients: readonly string[];
    /** `needs`: checks other requirements of the pre-script; calls `fail`. */
    readonly needs?: ShellText;
    /** `connect`: executes the client `$program`, which reads statements line by line. */
    readonly connect: ShellText;
    /** `mark`: prints a statement that makes the client print "done-$asked" on a line. */
    readonly mark: ShellText;
    /** `acquire`: opens the session and takes the lock; sets `$since` and `$server`, or fails with `$problem`. */
    readonly acquire: ShellText;
    /** `release`: verifies that the lock was held all the time and releases it, or fails with `$problem`. */
    readonly release: ShellText;
    /** `undo`: releases the lock without the session, if the end of the session does not. */
    readonly undo?: ShellText;
    /** Remedies by a shell pattern for the problem. The first match applies. */
    readonly remedies: readonly (readonly [pattern: string, remedy: string])[];
    readonly options: HoldOptions;
}

/**
 * Returns the scripts for a lock. A database drops a session's locks with the session, which must stay open while the
 * file systems are frozen. So the pre-script starts the lock keeper, a shell in the background that runs the database's
 * client, and the post-script asks it to release the lock. They communicate through files in the run directory. While
 * it keeps the lock, the keeper writes nothing, and a kill is enough to end it.
 */
export function lockScripts(lock: Lock): Scripts {
    return {
        preScript: script(
            `Runs before a snapshot. ${lock.database}: ${lock.effect.present} until the post-script has run, for ` +
                `${withDefaults(lock).holdSeconds} seconds at most.`,
            lock,
            joined([printing("specifics", specifics(lock)), sh`eval "$(specifics)"`], "\n"),
            preScriptSteps,
        ),
        postScript: script(
            `Runs after a snapshot. ${lock.database}: releases the lock of the pre-script, and fails if it was not held ` +
                `all the time: the snapshot is not consistent then.`,
            lock,
            joined([settings(lock), ...undoFunctions(lock)], "\n"),
            postScriptSteps,
        ),
    };
}

/** Assembles a script. The part that is the same for all databases is last: a combined script contains it once. */
function script(purpose: string, { recipe }: Lock, own: ShellText, steps: ShellText): string {
    const origin = `Made by recipes.${recipe}() of pulumi-alicloud-app-snapshot: see its docs/recipes/${recipe}.md.`;
    // shellcheck can't see text that is printed for an eval.
    const start = sh`
        #!/bin/sh
        # shellcheck disable=SC2016,SC2154,SC2317`;
    return joined([joined([start, comment(`${purpose} ${origin}`)], "\n"), own, base, steps]).text;
}

function withDefaults({ options }: Lock): Required<HoldOptions> {
    return { ...holdDefaults, ...options };
}

function settings(lock: Lock): ShellText {
    return sh`
        set -u
        umask 077
        name=${lock.name} run=${withDefaults(lock).runDirectory} clients=${lock.clients.join(" ")}`;
}

function undoFunctions({ connect, undo }: Lock): ShellText[] {
    return undo === undefined ? [noOp("undo")] : [connect, undo];
}

function noOp(name: "needs" | "undo"): ShellText {
    return sh`${name}() { :; }`;
}

/** Returns the functions and variables for this database that the pre-script and the keeper use. */
function specifics(lock: Lock): ShellText {
    const { effect, needs, connect, mark, acquire, release, undo, remedies } = lock;
    const { holdSeconds, lockWaitSeconds } = withDefaults(lock);
    const advice = remedies.map(([pattern, remedy]) => sh`${new ShellText(pattern)}) remedy=${remedy} ;;`);
    return joined(
        [
            settings(lock),
            sh`hold=${holdSeconds} wait=${lockWaitSeconds} effect=${effect.present} past=${effect.past}`,
            needs ?? noOp("needs"),
            connect,
            mark,
            undo ?? noOp("undo"),
            acquire,
            release,
            sh`
                # advise: sets $remedy for $problem
                advise() {
                    case $problem in
                        ${joined(advice, "\n\t\t")}
                        *) remedy='' ;;
                    esac
                }`,
        ],
        "\n",
    );
}
