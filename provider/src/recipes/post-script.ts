import { joined, sh } from "./shell";

const stranger = sh`
    # Whether this belongs to a run that was turned away, or that lost its lock long ago
    stranger() {
        [ -e "$state/others" ] || return 1
        ancestry
        read -r callers <"$state/callers"
        while read -r line; do
            for one in $line; do
                case " $callers " in *" $one "*) continue ;; esac
                case " $ancestors " in *" $one "*) return 0 ;; esac
            done
        done <"$state/others"
        return 1
    }`;

const course = sh`
    bad='the snapshot is not consistent'
    [ "$(id -u)" = 0 ] || fail 'must run as root'
    [ -e "$state" ] || fail "$bad: no lock is held"
    own_directory || fail "$bad: nothing was released, because $run is not a directory of root's own with mode 0700"
    find_client
    recall holder
    holder="$first $rest"
    ! stranger || fail "$bad: the lock is another run's (process \${holder%% *}) and was left alone"
    recall by
    by="$first $rest"
    recall status || gone "$by" || fail "$bad: the pre-script (process \${by%% *}) is still at work; nothing was released"
    : >"$state/release"
    within 90 gone "$holder"
    recall status
    outcome=$first detail=$rest
    clean_up
    case $outcome in
        released) say "$detail" ;;
        failed | lost) fail "$bad: $detail" ;;
        *) fail "$bad: the process that held the lock was killed, or did not answer" ;;
    esac`;

/** Has the holder prove and release the lock, and fails if it can't. Follows the base. */
export const postScriptSteps = joined([stranger, course, sh``]);
