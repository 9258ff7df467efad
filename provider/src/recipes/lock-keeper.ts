import { joined, sh } from "./shell";

/**
 * The functions for the session. The client reads a FIFO that only the keeper keeps open for writing: when the keeper
 * ends, for any reason, so do the client's input, the session and the lock.
 */
const session = sh`
    open() {
        rm -f "$state/in"
        mkfifo "$state/in" || { problem="can't write to $state" && return 1; }
        exec 5<>"$state/in"
        : >"$state/err"
        connect <"$state/in" >>"$state/out" 2>>"$state/err" 5>&- &
        look "$!"
        client="$! $born"
        line "$client" >"$state/client"
    }
    # close: ends the client's input, and so the session and the lock
    close() {
        exec 5>&-
        # An idle client ends by itself; one that waits for a statement is killed.
        within 1 gone "$client" || kill "\${client%% *}"
        within 3 gone "$client" || kill -9 "\${client%% *}"
        wait "\${client%% *}"
    }
    # complaint: sets $problem to the client's error, or fails with its first line
    complaint() {
        problem=''
        while read -r line; do
            case $line in *ERROR* | *FATAL* | *rror:* | 'Could not connect'* | 'AUTH failed'*) problem=$line && return 0 ;; esac
            problem=\${problem:-$line}
        done <"$state/err"
        return 1
    }
    # ask STATEMENT SECONDS: sets $answer to the client's output, or fails with $problem
    ask() {
        # Checked here too, because each of many statements may be answered at once.
        abandon_orphan
        asked=$((asked + 1)) outcome=none
        : >"$state/out"
        printf '%s\n' "$1" >&5
        mark >&5
        within "$2" answered || { problem="no answer from the server within $2 s" && return 1; }
        [ "$outcome" = answer ]
    }
    newline='
    ' return=$(printf '\r')
    answered() {
        gone "$client" && outcome=end
        complaint && outcome=error && return 0
        answer=''
        while read -r line; do
            line=\${line%"$return"}
            case $line in
                "done-$asked") outcome=answer && return 0 ;;
                # Redis; without the permission there is no mark either.
                NOAUTH* | NOPERM*) problem=$line outcome=error && return 0 ;;
            esac
            answer=$answer\${answer:+$newline}$line
        done <"$state/out"
        [ "$outcome" = none ] || { problem="the client ended\${problem:+: $problem}" && return 0; }
        abandon_orphan
        return 1
    }`;

const ending = sh`
    # Ends this process if the pre-script died before it reported the lock: no post-script will come.
    abandon_orphan() {
        [ -z "$leaving" ] && [ ! -e "$state/accepted" ] && gone "$by" && [ ! -e "$state/accepted" ] || return 0
        leave
        recall by
        [ "$first $rest" != "$by" ] || rm -rf "$state" "\${APP_SNAPSHOT_COMBINED:-$state}"
        exit 1
    }
    leave() {
        leaving=1
        trap '' TERM INT
        undo
        [ -z "$client" ] || close
    }
    report() { line "$*" >"$state/status.new" && mv "$state/status.new" "$state/status"; }
    seconds() { seconds=$(($1 / 100)).$(($1 / 10 % 10)); }
    # lose OUTCOME, because of $problem
    lose() {
        problem=\${problem%%"$newline"*}
        advise
        set -- "$1" "$problem\${remedy:+: $remedy}"
        leave
        report "$*"
        exit 1
    }`;

const steps = sh`
    now
    began=$now
    acquire || lose failed
    now
    seconds $((now - began))
    report "held $server: $effect$note, for $hold s at most; acquired in $seconds s"
    while :; do
        now
        if [ "$now" -ge $((since + hold * 100)) ]; then
            problem="the time limit of $hold s passed before the post-script ran: raise holdSeconds, or look for what took so long"
            lose lost
        fi
        if [ -e "$state/release" ]; then
            release || lose lost
            now
            seconds $((now - since))
            leave
            report "released $past for $seconds s"
            exit 0
        fi
        abandon_orphan
        if gone "$client"; then
            complaint
            problem="the database's client ended\${problem:+: $problem}"
            lose lost
        fi
        nap
    done`;

/** The program of the lock keeper, which follows the functions that it shares with the scripts. */
export const lockKeeper = joined([
    sh`
        # Keeps the lock between the scripts. TERM ends this process and the lock.
        set -u
        by=$1 program=$2 asked=0 client='' leaving='' server='' note=''
        cd /
        trap '' HUP
        trap 'problem="process $$ was told to end"; lose lost' TERM INT`,
    session,
    ending,
    steps,
]);
