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
import { sh, type ShellText } from "./shell";

/** The address of the server and the login; by default the usual socket, as the system user `postgres`. */
export interface PostgresqlOptions extends HoldOptions {
    /** Directory of the server's socket. */
    readonly socketDirectory?: string;
    /** Name or address of this machine, for a connection by TCP. */
    readonly host?: string;
    /** Port of the server, which is also part of its socket's name. */
    readonly port?: number;
    /** Name of the database user. */
    readonly user?: string;
    /** Database to connect to, default `postgres`. The whole cluster is backed up in any case. */
    readonly database?: string;
    /** System user who runs the client, default `postgres`. */
    readonly systemUser?: string;
    /** File with the password in the format of `.pgpass`; it must belong to the system user, with mode 0600. */
    readonly passwordFile?: string;
    /** Service of a connection service file. */
    readonly service?: string;
    /** The connection service file, with `service`. */
    readonly serviceFile?: string;
    /** Path of the client. Default: `psql` on the path. */
    readonly client?: string;
}

const rules = partial({
    ...holdRules,
    socketDirectory: socketPath,
    host: hostName,
    port,
    user: plainName,
    database: plainName,
    systemUser: plainName,
    passwordFile: filePath,
    service: plainName,
    serviceFile: filePath,
    client: filePath,
} satisfies Rules<PostgresqlOptions>);

/**
 * Returns scripts that put a PostgreSQL cluster (12 and later), primary or standby, into backup mode during the
 * snapshot, after a checkpoint. Nothing is blocked: an atomic snapshot recovers like a server after a crash, and the
 * checkpoint makes that short.
 *
 * @throws Error that names each wrong option and its rule.
 */
export function postgresql(options: PostgresqlOptions = {}): Scripts {
    check("postgresql", rules, options);
    exclusive("postgresql", options, ["socketDirectory"], ["host"], ["service"]);
    if (options.serviceFile !== undefined && options.service === undefined) {
        throw new Error("recipes.postgresql: serviceFile needs service.");
    }
    const { socketDirectory, host, service, client } = options;
    return lockScripts({
        recipe: "postgresql",
        name: runName("postgresql", socketDirectory, host, options.port, service),
        database: "PostgreSQL",
        effect: { present: "backup mode is on", past: "backup mode was on" },
        clients: [client ?? "psql"],
        needs: needs(systemUserOf(options)),
        connect: connect(options),
        mark: sh`mark() { printf '\\echo done-%s\n' "$asked"; }`,
        acquire,
        release,
        remedies,
        options,
    });
}

function systemUserOf({ systemUser = "postgres" }: PostgresqlOptions): string {
    return systemUser;
}

function needs(systemUser: string): ShellText {
    return sh`
        needs() {
            id -u ${systemUser} >/dev/null 2>&1 || fail ${`there is no system user ${systemUser}: name the one who may log in to the database in the option systemUser`}
            command -v runuser >/dev/null || fail 'runuser (of util-linux) not found'
        }`;
}

function connect(options: PostgresqlOptions): ShellText {
    const {
        socketDirectory,
        host,
        user,
        database = "postgres",
        passwordFile,
        service,
        serviceFile,
    } = options;
    const named: readonly (readonly [string, string | number | undefined])[] = [
        ["--host", socketDirectory ?? host],
        ["--port", options.port],
        ["--username", user],
    ];
    const given = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    const files: readonly (readonly [string, string | undefined])[] = [
        ["PGPASSFILE", passwordFile],
        ["PGSERVICEFILE", serviceFile],
    ];
    const environment = [
        "PGAPPNAME=app-snapshot",
        "PGCONNECT_TIMEOUT=10",
        ...files.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])),
    ];
    const where = service === undefined ? database : `service=${service} dbname=${database}`;
    // .psqlrc is not read; an error ends the client and the session. Its home is the system user's.
    return sh`
        connect() {
            unset HOME
            export ${environment}
            exec runuser -u ${systemUserOf(options)} -- "$program" ${given} --dbname=${where} --no-password --no-psqlrc \
                --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1
        }`;
}

const acquire = sh`
    acquire() {
        open || return 1
        # The server itself cancels a checkpoint that takes too long, even if this process can't.
        ask "SET client_min_messages = error; SET statement_timeout = '\${wait}s'; SHOW server_version_num;" 15 || return 1
        case $answer in 1[2-9]???? | [2-9]?????) ;; *) problem="version $answer is too old"; return 1 ;; esac
        server="PostgreSQL $((answer / 10000)).$((answer % 100))" stop='pg_backup_stop(false)'
        set -- "pg_backup_start('app-snapshot', true)"
        if [ "$answer" -lt 150000 ]; then
            set -- "pg_start_backup('app-snapshot', true, false)"
            stop='pg_stop_backup(false, false)'
        fi
        [ "$answer" -lt 140000 ] || ask "SET idle_session_timeout = '\${hold}s';" 15 || return 1
        ask "SELECT $1;" $((wait + 15)) || return 1
        now
        since=$now note=", since WAL position $answer"
    }`;

/** Ends backup mode. It lasts as long as its session, so an answer verifies that it was on all the time. */
const release = sh`
    release() {
        ask "SET statement_timeout = '60s'; SELECT lsn FROM $stop;" 75 || return 1
        past="$past until $answer,"
    }`;

const remedies = [
    [
        "*'Peer authentication failed'* | *'password authentication failed'* | *'no password supplied'* | *'no pg_hba.conf entry'* | *' does not exist'*",
        "let the system user in by its socket (peer), or set user, database and passwordFile",
    ],
    [
        "*'No such file or directory'* | *'Connection refused'*",
        "start the server, or set socketDirectory, host and port",
    ],
    ["*'permission denied for function'*", "grant the user what docs/recipes/postgresql.md lists"],
    ["*'statement timeout'*", "the checkpoint takes longer than lockWaitSeconds; raise it"],
    ["*'too old'*", "PostgreSQL 12 is the oldest that will do"],
    [
        "*'server closed the connection'* | *'terminating connection'* | *'connection to server was lost'*",
        "the server was restarted, or ended the session and backup mode with it",
    ],
] as const;
