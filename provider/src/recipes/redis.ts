import { partial } from "../runtime/schema";
import { lockScripts } from "./lock";
import {
    check,
    exclusive,
    filePath,
    holdDefaults,
    type HoldOptions,
    holdRules,
    hostName,
    plainName,
    port,
    type Rules,
    runName,
    socketPath,
} from "./options";
import type { Scripts } from "./scripts";
import { sh, type ShellText } from "./shell";

/** The address of the server and the login; by default 127.0.0.1:6379, without a password. */
export interface RedisOptions extends HoldOptions {
    /** Path of the server's socket. */
    readonly socket?: string;
    /** Name or address of this machine. */
    readonly host?: string;
    readonly port?: number;
    /** ACL user; needs `passwordFile`. */
    readonly user?: string;
    /** File that contains only the password; it must belong to root, with mode 0600 or 0400. */
    readonly passwordFile?: string;
    /** Path of the client. Default: `redis-cli` or `valkey-cli`, whichever is on the path. */
    readonly client?: string;
    /** The longest time that the lock is held, in seconds, including a dump; more than `lockWaitSeconds`. */
    readonly holdSeconds?: number;
    /**
     * The longest time that the pre-script waits for dumps and rewrites in progress, and then, without an append-only
     * file, for its own dump, in seconds; default 30.
     */
    readonly lockWaitSeconds?: number;
}

const rules = partial({
    ...holdRules,
    socket: socketPath,
    host: hostName,
    port,
    user: plainName,
    passwordFile: filePath,
    client: filePath,
} satisfies Rules<RedisOptions>);

/**
 * Returns scripts that pause writes to a Redis server (6.2 and later) during the snapshot, and ensure that its files
 * contain all written data: the append-only file if there is one, otherwise a dump.
 *
 * @throws Error that names each wrong option and its rule.
 */
export function redis(options: RedisOptions = {}): Scripts {
    check("redis", rules, options);
    exclusive("redis", options, ["socket"], ["host"]);
    exclusive("redis", options, ["socket"], ["port"]);
    if (options.user !== undefined && options.passwordFile === undefined) {
        throw new Error("recipes.redis: user needs passwordFile.");
    }
    const { holdSeconds, lockWaitSeconds } = { ...holdDefaults, ...options };
    if (holdSeconds <= lockWaitSeconds) {
        throw new Error("recipes.redis: holdSeconds must be more than lockWaitSeconds.");
    }
    const { socket, host, client } = options;
    return lockScripts({
        recipe: "redis",
        name: runName("redis", socket, host, options.port),
        database: "Redis",
        effect: { present: "writes are paused", past: "writes were paused" },
        clients: client === undefined ? ["redis-cli", "valkey-cli"] : [client],
        ...(options.passwordFile === undefined ? {} : { needs: needs(options.passwordFile) }),
        connect: connect(options),
        mark: sh`mark() { line "ECHO done-$asked"; }`,
        acquire,
        release,
        undo,
        remedies,
        options,
    });
}

function needs(passwordFile: string): ShellText {
    return sh`
        needs() {
            # shellcheck disable=SC2012
            ls -ldn ${passwordFile} 2>/dev/null | { read -r mode _ uid _ && case $mode$uid in -r[w-]-------0 | -r[w-]-------.0) ;; *) false ;; esac; } ||
                fail ${`${passwordFile} must be a file of root's own with mode 0600 or 0400`}
        }`;
}

function connect({ socket, host, port: number, user, passwordFile }: RedisOptions): ShellText {
    const named: readonly (readonly [string, string | number | undefined])[] = [
        ["-s", socket],
        ["-h", host],
        ["-p", number],
        ["--user", user],
    ];
    const given = named.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
    const login =
        passwordFile === undefined
            ? sh``
            : sh`
        REDISCLI_AUTH=$(cat ${passwordFile}) && export REDISCLI_AUTH
            `;
    return sh`
        connect() {
            ${login}exec "$program" ${given} --no-auth-warning
        }`;
}

/**
 * Pauses writes. The pause has its own time limit in the server, so it ends in any case. A dump that is made during the
 * pause is complete; the append-only file has to be written out completely.
 */
const acquire = sh`
    acquire() {
        open || return 1
        deadline=$((began + wait * 100))
        info || return 1
        value run_id && id=$value
        value redis_version && server="Redis $value"
        case $value in [0-5].* | 6.[01].* | '') problem="$server is too old"; return 1 ;; esac
        ! value valkey_version || server="Valkey $value"
        value role && role=$value
        is loading 0 || { problem='it is loading its data'; return 1; }
        ! is master_sync_in_progress 1 || { problem='this replica is fetching all data from its master'; return 1; }
        value aof_enabled && aof=$value
        if [ "$aof" = 0 ]; then
            ask 'CONFIG GET save' 15 || return 1
            case $answer in
                "save$newline"?*) set -- rdb_bgsave_in_progress ;;
                save*) problem='it has no persistence, neither dumps (save) nor an append-only file (appendonly)'; return 1 ;;
                *) problem=$answer; return 1 ;;
            esac
        fi
        quiet aof_rewrite_in_progress aof_rewrite_scheduled "$@" || return 1
        # In the server, the pause begins later and so ends later.
        : >"$state/paused"
        now
        since=$now deadline=$((now + wait * 100))
        expect OK "CLIENT PAUSE $((hold * 1000)) WRITE" || return 1
        if [ "$aof" = 0 ]; then
            expect 'Background saving started' BGSAVE && quiet rdb_bgsave_in_progress || return 1
            is rdb_last_bgsave_status ok || { problem='the dump failed'; return 1; }
            is rdb_changes_since_last_save 0 || { problem='the dump does not have everything'; return 1; }
        else
            quiet aof_rewrite_in_progress aof_rewrite_scheduled aof_buffer_length aof_pending_bio_fsync || return 1
            is aof_last_write_status ok || { problem='the append-only file could not be written'; return 1; }
        fi
        fingerprint
        rdb_before=$rdb aof_before=$aof_size
    }
    info() {
        ask INFO 15 || return 1
        case $answer in '# '*) ;; *) problem=$answer && return 1 ;; esac
    }
    # value FIELD: sets $value to the field of the last info
    value() {
        value=$newline$answer
        case $value in *"$newline$1:"*) ;; *) value='' && return 1 ;; esac
        value=\${value#*"$newline$1:"}
        value=\${value%%"$newline"*}
    }
    is() { value "$1" && [ "$value" = "$2" ]; }
    # expect ANSWER COMMAND: fails with $problem on another answer
    expect() {
        ask "$2" 15 || return 1
        [ "$answer" = "$1" ] || { problem=$answer && return 1; }
    }
    # Waits until all these fields are 0.
    quiet() {
        while info; do
            busy=''
            for one in "$@"; do value "$one" && [ "$value" != 0 ] && busy=$one; done
            [ -n "$busy" ] || return 0
            now
            [ "$now" -lt "$deadline" ] || { problem="$busy is not over after $wait s"; return 1; }
            nap
        done
        return 1
    }
    # Any write changes both; anything else changes at most one of them.
    fingerprint() {
        value rdb_last_save_time && rdb=$value
        value rdb_changes_since_last_save && rdb=$rdb/$value
        value aof_base_size && aof_size=$value || aof_size=''
        value aof_current_size && aof_size=$aof_size/$value
    }`;

const release = sh`
    release() {
        # The server may have closed an idle session (timeout); the pause does not belong to it.
        close
        open && info || return 1
        is run_id "$id" || { problem='it was restarted'; return 1; }
        is role "$role" || { problem="its role changed to $value"; return 1; }
        ! is paused_reason none || { problem='somebody ended the pause'; return 1; }
        fingerprint
        [ "$rdb" = "$rdb_before" ] || { [ -n "$aof_size" ] && [ "$aof_size" = "$aof_before" ]; } || { problem='it was written to'; return 1; }
        now
        [ "$now" -lt $((since + hold * 100)) ] || { problem="the pause ended after $hold s"; return 1; }
        expect OK 'CLIENT UNPAUSE' && rm -f "$state/paused"
    }`;

/** Ends the pause, which does not end with a session. */
const undo = sh`
    undo() {
        [ -e "$state/paused" ] || return 0
        line 'CLIENT UNPAUSE' | connect >/dev/null 2>&1 &
        look "$!"
        set -- "$! $born"
        within 10 gone "$1" || kill -9 "\${1%% *}"
        rm -f "$state/paused"
    }`;

const remedies = [
    ["'Could not connect'*", "start the server, or name its socket or its host and port"],
    ["Error:*", "the server was stopped, or closed the connection"],
    [
        "NOAUTH* | *WRONGPASS* | 'AUTH failed'*",
        "put the password into a file of root's own and name it in passwordFile, with user if it is not the default one's",
    ],
    ["NOPERM* | *'unknown command'*", "let the user run what docs/recipes/redis.md lists"],
    [
        "*'is not over after '*",
        "take the snapshot when no dump or rewrite runs, use an append-only file, or raise lockWaitSeconds and holdSeconds",
    ],
    ["*' is too old'", "6.2 is the oldest that will do"],
    [
        "*'no persistence'*",
        "a snapshot would not have its data; set save or appendonly, or leave Redis out of the scripts",
    ],
] as const;
