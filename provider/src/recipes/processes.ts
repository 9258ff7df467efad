import { sh } from "./shell";

// Pieces of shell that the pre-script, the post-script and the lock keeper share.

/**
 * The environment, which must not depend on the caller: English messages, the path, root's home. And functions for
 * processes, which are identified by pid and start time, because pids are reused. All variables are global, so a
 * function keeps values in its own arguments while it calls others.
 *
 * The scripts contain it between single quotes, so it must not contain any itself.
 */
const common = sh`
    export LC_ALL=C HOME="\${HOME:-/root}" PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    state=$run/$name first="" rest="" born="" parent=0
    line() { printf "%s\n" "$*"; }
    # look PID: sets $parent and its start time, $born. Fails if it is gone, or dead and not reaped.
    look() {
        born="" parent=0
        { read -r stat <"/proc/\${1:-none}/stat"; } 2>/dev/null || return 1
        # The name, in brackets, may contain anything; plain words follow.
        # shellcheck disable=SC2086
        set -- \${stat##*) }
        case $1 in Z | X) return 1 ;; esac
        parent=$2 born=\${20-}
    }
    # alive "PID START"
    alive() { look "\${1%% *}" && [ "$1" = "\${1%% *} $born" ]; }
    gone() { ! alive "$1"; }
    # recall FILE: reads its line, if there is one, into $first and $rest
    recall() { first="" rest="" && { read -r first rest <"$state/$1"; } 2>/dev/null; }
    nap() { sleep 0.1 2>/dev/null || sleep 1; }
    # now: sets $now to the hundredths of a second since the start of the machine
    now() { read -r up _ </proc/uptime && now=$((\${up%.*} * 100 + 1\${up#*.} - 100)); }
    # within SECONDS FUNCTION ARGUMENT: waits until the function succeeds
    within() {
        now
        set -- $((now + $1 * 100)) "$2" "\${3-}"
        until "$2" "$3"; do
            now
            [ "$now" -lt "$1" ] || return 1
            nap
        done
    }`;

/**
 * The part that both scripts share. The run directory decides what root runs and kills, so nobody else may write to it.
 * No data passes from a pre-script to its post-script; their ancestors show which of them belong together.
 */
export const base = sh`
    # From here on, the script is the same for all databases.
    common=${common.text}
    eval "$common"
    say() { line "app-snapshot: $name: $*"; }
    fail() {
        say "$*"
        exit 1
    }
    own_directory() {
        [ "$(cd "$run" 2>/dev/null && pwd -P)" = "$run" ] || return 1
        # shellcheck disable=SC2012
        ls -ldn "$run" | { read -r mode _ uid _ && case $mode$uid in drwx------0 | drwx------.0) ;; *) false ;; esac; }
    }
    # ancestry: sets $ancestors to the processes from which this script descends, without the first of all
    ancestry() {
        ancestors='' && look "$$"
        while [ "$parent" -gt 1 ] && pid=$parent && look "$pid"; do ancestors="$ancestors $pid/$born"; done
    }
    find_client() {
        for program in $clients; do command -v "$program" >/dev/null && return; done
        return 1
    }
    # Ends the remains of a run. Without the keeper, its client has reached the end of its input.
    clean_up() {
        for one in keeper client; do recall "$one" && alive "$first $rest" && kill -9 "$first"; done
        undo
        rm -rf "$state"
    }
    `;
