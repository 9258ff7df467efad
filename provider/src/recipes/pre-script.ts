import { lockKeeper } from "./lock-keeper";
import { joined, printing, sh } from "./shell";

/** Makes the run's directory. What a dead run left is cleared; a run that lives is left alone. */
const takeRunDirectory = sh`
    [ "$(id -u)" = 0 ] || fail 'must run as root'
    find_client || fail "$clients not found: install the client, or name its path in the option client"
    needs
    [ -e "$run" ] || mkdir -m 0700 "$run" 2>/dev/null || fail "can't make $run"
    own_directory || fail "$run must be a directory of root's own with mode 0700, named without symbolic links"
    # One pre-script at a time looks and decides. A lock on the directory leaves nothing behind.
    exec 9<"$run"
    if command -v flock >/dev/null; then flock -n 9 || fail 'another pre-script is just starting'; fi
    ancestry
    others=''
    if [ -e "$state" ]; then
        recall by
        by="$first $rest"
        recall holder
        if alive "$by" || alive "$first $rest"; then
            # Its post-script must leave alone whatever it finds here.
            for one in "$run"/*/callers; do line "$ancestors" >>"\${one%callers}others"; done
            fail "another run is at work, or its post-script is yet to come (process \${first:-$by}): left alone"
        fi
        # Should their post-scripts still come, they must not take this run's lock for theirs.
        others=$(tail -q -n 50 "$state/callers" "$state/others" 2>/dev/null)
        clean_up
        say 'cleared what a dead run had left'
    fi
    # Of a combined pre-script it is the whole that has to come to its end.
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
    # What goes to the disk now need not go while the lock is held.
    sync
    { specifics && line "$common" && holder; } >"$state/holder.sh" || { clean_up && fail "can't write to $run"; }
    # This process holds the lock until the post-script asks for it; it lets go if this script, the database's client or
    # itself dies. In a session of its own no signal to this script's group reaches it, and it keeps nothing of it open.
    detach=$(command -v setsid || command -v nohup)
    "$detach" sh "$state/holder.sh" "$by" "$program" </dev/null >/dev/null 2>&1 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&- &
    look "$!"
    holder="$! $born"
    line "$holder" >"$state/holder"`;

const wait = sh`
    heard() { recall status || gone "$holder"; }
    within $((2 * wait + 60)) heard
    # All of it to the disk, should the snapshot come without a freeze.
    if recall status && [ "$first" = held ] && sync && alive "$holder"; then
        recall status
        say "$rest"
        if [ -n "\${APP_SNAPSHOT_COMBINED-}" ]; then line "$state/accepted" >>"$APP_SNAPSHOT_COMBINED"; else : >"$state/accepted"; fi
        exit 0
    fi
    # Having said what is wrong it ends.
    recall status && within 10 gone "$holder"
    recall status
    case $first in
        failed | lost) why=$rest ;;
        *) why='the process that was to hold the lock was killed, or took too long' ;;
    esac
    clean_up
    fail "nothing is locked: $why"`;

/** Has the holder take the lock, and succeeds once it has. Follows the base. */
export const preScriptSteps = joined([printing("holder", lockKeeper), takeRunDirectory, start, wait, sh``]);
