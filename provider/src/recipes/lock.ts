import { holdDefaults, type HoldOptions } from "./options";
import { postScriptSteps } from "./post-script";
import { preScriptSteps } from "./pre-script";
import { base } from "./processes";
import type { Scripts } from "./scripts";
import { comment, joined, printing, sh, ShellText } from "./shell";

/**
 * A lock that has to be held from the pre-script to the post-script, and how one database takes and gives it. The pieces
 * of shell define functions for the holder, the process between the two scripts.
 */
export interface Lock {
    /** The function of this package that makes the scripts. */
    readonly recipe: string;
    /** Tells this run's directory and messages from those for other servers. */
    readonly name: string;
    readonly database: string;
    /** What the lock does to the database. */
    readonly effect: { readonly present: string; readonly past: string };
    /** The database's client, by the names or the path that it may have. */
    readonly clients: readonly string[];
    /** `needs`: what else the pre-script has to find on the machine; calls `fail`. */
    readonly needs?: ShellText;
    /** `connect`: becomes the client `$program`, which is to read statements line by line. */
    readonly connect: ShellText;
    /** `mark`: prints a statement that has the client print "done-$asked" on a line. */
    readonly mark: ShellText;
    /** `acquire`: opens the session and takes the lock; sets `$since` and `$server`, or fails with `$problem`. */
    readonly acquire: ShellText;
    /** `release`: proves that the lock was held all the time and gives it up, or fails with `$problem`. */
    readonly release: ShellText;
    /** `undo`: gives the lock up without the session, where the session's end does not do that. */
    readonly undo?: ShellText;
    /** What to do about a problem, by a shell pattern for it. The first that fits is given. */
    readonly remedies: readonly (readonly [pattern: string, remedy: string])[];
    readonly options: HoldOptions;
}

/**
 * The scripts for a lock. A database drops a session's locks with the session, so somebody has to keep it open while the
 * file systems are frozen: the pre-script starts the holder, a shell in the background that runs the database's client,
 * and the post-script asks it to release the lock. They meet in files of the run directory. While it holds the lock the
 * holder writes nothing, and for its end it needs nothing but a kill.
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

/** What is the same for all databases comes last: a combined script has it once. */
function script(purpose: string, { recipe }: Lock, own: ShellText, course: ShellText): string {
    const origin = `Made by recipes.${recipe}() of pulumi-alicloud-app-snapshot: see its docs/recipes/${recipe}.md.`;
    // It can't see what is printed for an eval.
    const start = sh`
        #!/bin/sh
        # shellcheck disable=SC2016,SC2154,SC2317`;
    return joined([joined([start, comment(`${purpose} ${origin}`)], "\n"), own, base, course]).text;
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

/** What the pre-script and the holder know of this database. */
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
                # What to do about $problem
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
