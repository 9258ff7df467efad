import { partial } from "../runtime/schema";
import { lockScripts } from "./lock";
import {
    check,
    exclusive,
    filePath,
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
import { sh } from "./shell";

/** The address of the server and the login; by default the usual socket, as root. */
export interface MysqlOptions extends HoldOptions {
    /** Path of the server's socket. */
    readonly socket?: string;
    /** Name or address of this machine, for a connection by TCP. */
    readonly host?: string;
    /** Port of the server, with `host`. */
    readonly port?: number;
    /** Name of the database user. */
    readonly user?: string;
    /** Option file with the credentials, read instead of all others (`--defaults-file`). */
    readonly defaultsFile?: string;
    /** Option file with the credentials, read in addition to the others (`--defaults-extra-file`). */
    readonly defaultsExtraFile?: string;
    /** A login path of `mysql_config_editor`; MySQL's own client only. */
    readonly loginPath?: string;
    /** Path of the client. Default: `mysql` or `mariadb`, whichever is on the path. */
    readonly client?: string;
}

const rules = partial({
    ...holdRules,
    socket: socketPath,
    host: hostName,
    port,
    user: plainName,
    defaultsFile: filePath,
    defaultsExtraFile: filePath,
    loginPath: plainName,
    client: filePath,
} satisfies Rules<MysqlOptions>);

/**
 * Returns scripts that block writes to a MySQL (5.7 and later) or MariaDB (10.4 and later) server during the snapshot.
 * MariaDB is locked with `BACKUP STAGE`, MySQL with `FLUSH TABLES WITH READ LOCK`.
 *
 * @throws Error that names each wrong option and its rule.
 */
export function mysql(options: MysqlOptions = {}): Scripts {
    check("mysql", rules, options);
    exclusive("mysql", options, ["socket"], ["host", "port"]);
    exclusive("mysql", options, ["defaultsFile"], ["defaultsExtraFile"], ["loginPath"]);
    if (options.port !== undefined && options.host === undefined) {
        throw new Error("recipes.mysql: port needs host; without it the client uses the socket.");
    }
    const { socket, host, defaultsFile, defaultsExtraFile, loginPath, client } = options;
    return lockScripts({
        recipe: "mysql",
        name: runName("mysql", socket, host, options.port, defaultsFile, defaultsExtraFile, loginPath),
        database: "MySQL or MariaDB",
        effect: { present: "writes are blocked", past: "writes were blocked" },
        clients: client === undefined ? ["mysql", "mariadb"] : [client],
        connect: connect(options),
        mark: sh`mark() { line "SELECT 'done-$asked';"; }`,
        acquire,
        release,
        remedies,
        options,
    });
}

function connect(options: MysqlOptions) {
    const { socket, host, user, defaultsFile, defaultsExtraFile, loginPath } = options;
    const named: readonly (readonly [string, string | number | undefined])[] = [
        // The client accepts these only as its first argument.
        ["--defaults-file", defaultsFile],
        ["--defaults-extra-file", defaultsExtraFile],
        ["--login-path", loginPath],
        ["--protocol", host === undefined ? undefined : "tcp"],
        ["--host", host],
        ["--port", options.port],
        ["--socket", socket],
        ["--user", user],
    ];
    const given = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    // These override option files: a client that continues after an error, or reconnects, makes its answers unreliable;
    // one that writes a log file hangs if that is frozen; and formatted output is not understood here.
    return sh`
        connect() {
            exec "$program" ${given} --batch --skip-column-names --raw --unbuffered --skip-auto-rehash \
                --skip-force --skip-reconnect --skip-table --skip-vertical --skip-html --skip-xml --skip-tee \
                --delimiter=';' --connect-timeout=10
        }`;
}

/**
 * Takes the lock. While `FLUSH TABLES WITH READ LOCK` waits for one long statement, all others wait for it. So it is
 * not tried while a long statement runs, and each try ends soon.
 */
const acquire = sh`
    # query STATEMENTS: sets $answer to the line after '= '. An option file may make the client print more (verbose, tee).
    query() {
        ask "$1" 15 || return 1
        answer=$newline$answer$newline
        case $answer in
            *"$newline= "*) answer=\${answer#*"$newline= "} answer=\${answer%%"$newline"*} ;;
            *) answer='' ;;
        esac
    }
    acquire() {
        token="$$-$began"
        deadline=$((began + wait * 100))
        while :; do
            again=''
            try && return 0
            [ -n "$again" ] || return 1
            close
            now
            # A pause between tries, for statements that had to wait for this one
            [ $((now + 300)) -le "$deadline" ] || break
            sleep 2
        done
        problem="no lock within $wait s: $problem"
        return 1
    }
    try() {
        open || return 1
        now
        patience=$(((deadline - now) / 100))
        [ "$patience" -le 3 ] || patience=3
        [ "$patience" -ge 1 ] || patience=1
        # The server itself ends an idle session after wait_timeout, even if this process can't.
        query "SET SESSION lock_wait_timeout = $patience, wait_timeout = $hold, @app_snapshot = '$token'; SELECT CONCAT('= ', VERSION());" || return 1
        major=\${answer%%.*} minor=\${answer#*.}
        minor=\${minor%%.*}
        case $answer in
            *MariaDB*)
                server="MariaDB \${answer%%-*}" least=1004 unlock='BACKUP STAGE END;'
                lock='BACKUP STAGE START; BACKUP STAGE FLUSH; BACKUP STAGE BLOCK_DDL; BACKUP STAGE BLOCK_COMMIT;'
                ;;
            [0-9]*.[0-9]*)
                server="MySQL \${answer%%-*}" least=507 unlock='UNLOCK TABLES;'
                lock='FLUSH TABLES WITH READ LOCK;'
                ;;
            *) problem="unexpected answer: $answer"; return 1 ;;
        esac
        [ $((major * 100 + minor)) -ge "$least" ] || { problem="$server is too old"; return 1; }
        if [ "$least" = 507 ]; then
            query "SELECT CONCAT('= ', ID, ' runs a statement since ', TIME, ' s') FROM information_schema.PROCESSLIST
                WHERE COMMAND IN ('Query', 'Execute') AND TIME >= 2 AND ID <> CONNECTION_ID()
                AND USER NOT IN ('system user', 'event_scheduler') ORDER BY TIME DESC LIMIT 1;" || return 1
            if [ -n "$answer" ]; then
                again=1 problem="connection $answer"
                return 1
            fi
        fi
        if ask "$lock" 30; then
            now
            since=$now
            # Flushes the engines' own logs to the disk.
            ask 'FLUSH NO_WRITE_TO_BINLOG ENGINE LOGS;' 15
            return
        fi
        case $problem in *'ERROR 1205 '*) again=1 ;; esac
        return 1
    }`;

/** Verifies and releases the lock: a user variable exists as long as the session, like the lock. */
const release = sh`
    release() {
        query "SELECT CONCAT('= ', @app_snapshot);" || return 1
        [ "$answer" = "$token" ] || { problem='this is not the session that took the lock: is there a proxy in between?'; return 1; }
        ask "$unlock" 15
    }`;

const remedies = [
    [
        "*'ERROR 1045 '* | *'ERROR 1698 '*",
        "let root in by its socket (unix_socket, auth_socket), or give the credentials in a defaultsFile",
    ],
    ["*'ERROR 2002 '* | *'ERROR 2003 '*", "start the server, or name its socket or its host and port"],
    ["*'ERROR 1227 '*", "grant the user what docs/recipes/mysql.md lists"],
    [
        "*'no lock within '*",
        "take the snapshot when no long statement or other backup runs, or raise lockWaitSeconds",
    ],
    [
        "*'ERROR 2006 '* | *'ERROR 2013 '* | *'ERROR 4031 '*",
        "the server was restarted, or ended the session and the lock with it",
    ],
    ["*'is too old'*", "MySQL 5.7 or MariaDB 10.4 is the oldest that will do"],
] as const;
