import { lockKeeper } from "./lock-keeper";
import { joined, printing, sh } from "./shell";

/** Creates the run's directory. Remains of a dead run are cleared away; a live run is left alone. */
const takeRunDirectory = sh`
    [ "$(id -u)" = 0 ] || fail 'must run as root'
    find_client || fail "$clients not found: install the client, or name its path in the option client"
    needs
    [ -e "$run" ] || mkdir -m 0700 "$run" 2>/dev/null || fail "can't make $run"
    own_directory || fail "$run must be a directory of root's own with mode 0700, named without symbolic links"
    # Only one pre-script at a time checks the directory. A lock on it leaves nothing behind.
    exec 9<"$run"
    if command -v flock >/dev/null; then flock -n 9 || fail 'another pre-script is just starting'; fi
    ancestry
    others=''
    if [ -e "$state" ]; then
        recall by
        by="$first $rest"
        recall keeper
        if alive "$by" || alive "$first $rest"; then
            # The post-script of this rejected run must leave the other runs alone.
            for one in "$run"/*/callers; do line "$ancestors" >>"\${one%callers}others"; done
            fail "another run is at work, or its post-script is yet to come (process \${first:-$by}): left alone"
        fi
        # If their post-scripts still run, they must not treat this run's lock as theirs.
        others=$(tail -q -n 50 "$state/callers" "$state/others" 2>/dev/null)
        clean_up
        say 'cleared what a dead run had left'
    fi
    # In a combined pre-script, the combined script has to reach its end.
    by=\${APP_SNAPSHOT_COMBINED:-$$}
    by=\${by##*.}
    look "$by"
    by="$by $born"
    mkdir "$state" 2>/dev/null || fail "can't make $state"
    line "$by" >"$state/by"
    line "$ancestors" >"$state/callers"
    [ -z "$others" ] || line "$others" >"$state/others"
    exec 9<&-`;

const start = sh`
    # Data that is written now need not be written while the lock is held.
    sync
    { specifics && line "$common" && keeper; } >"$state/keeper.sh" || { clean_up && fail "can't write to $run"; }
    # This process keeps the lock until the post-script asks for its release, or until it, this script or the database's
    # client dies. In its own session, it gets no signals of this script's group, and it keeps no file of this script open.
    detach=$(command -v setsid || command -v nohup)
    "$detach" sh "$state/keeper.sh" "$by" "$program" </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &
    look "$!"
    keeper="$! $born"
    line "$keeper" >"$state/keeper"`;

const wait = sh`
    heard() { recall status || gone "$keeper"; }
    within $((2 * wait + 60)) heard
    # Writes everything to the disk, in case the snapshot is taken without a freeze.
    if recall status && [ "$first" = held ] && sync && alive "$keeper"; then
        recall status
        say "$rest"
        if [ -n "\${APP_SNAPSHOT_COMBINED-}" ]; then line "$state/accepted" >>"$APP_SNAPSHOT_COMBINED"; else : >"$state/accepted"; fi
        exit 0
    fi
    # It ends after it has reported the problem.
    recall status && within 10 gone "$keeper"
    recall status
    case $first in
        failed | lost) why=$rest ;;
        *) why='the process that was to hold the lock was killed, or took too long' ;;
    esac
    clean_up
    fail "nothing is locked: $why"`;

/** Makes the keeper take the lock, and succeeds once it has. Follows the base. */
export const preScriptSteps = joined([printing("keeper", lockKeeper), takeRunDirectory, start, wait, sh``]);
