import { joined, sh } from "./shell";

const foreign = sh`
    # foreign: tells whether this script belongs to a run that was rejected, or that lost its lock long ago
    foreign() {
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

const steps = sh`
    bad='the snapshot is not consistent'
    [ "$(id -u)" = 0 ] || fail 'must run as root'
    [ -e "$state" ] || fail "$bad: no lock is held"
    own_directory || fail "$bad: nothing was released, because $run is not a directory of root's own with mode 0700"
    find_client
    recall keeper
    keeper="$first $rest"
    ! foreign || fail "$bad: the lock is another run's (process \${keeper%% *}) and was left alone"
    recall by
    by="$first $rest"
    recall status || gone "$by" || fail "$bad: the pre-script (process \${by%% *}) is still at work; nothing was released"
    : >"$state/release"
    within 90 gone "$keeper"
    recall status
    outcome=$first detail=$rest
    clean_up
    case $outcome in
        released) say "$detail" ;;
        failed | lost) fail "$bad: $detail" ;;
        *) fail "$bad: the process that held the lock was killed, or did not answer" ;;
    esac`;

/** Makes the keeper verify and release the lock, and fails if it can't. Follows the base. */
export const postScriptSteps = joined([foreign, steps, sh``]);
