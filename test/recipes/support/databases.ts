import type { HoldOptions } from "../../../provider/src/recipes/options";
import { mysql, postgresql, redis, type Scripts } from "../../../provider/src/recipes/recipes";
import type { Mutable } from "../../support/mutable";
import { until } from "../../support/until";
import { createMariadb, loadMariadb, startMariadb } from "./mariadb";
import { newSocketDirectory, nobody } from "./places";
import { createPostgresql, loadPostgresql, postgres, startPostgresql } from "./postgresql";
import { childrenOf, processesWithText } from "./processes";
import { loadRedis, startRedis } from "./redis";
import type { Requirement } from "./requirements";
import type { WriteLoad } from "./session";

/** A database for the tests of the scripts: a server that is written to all the time. */
export interface Database {
    readonly name: string;
    readonly needs: readonly Requirement[];
    /** Tells whether it differs from the one before only in how the server is locked. */
    readonly variant: boolean;
    /** Makes a server's data and starts it. */
    start(dataDirectory: string): Promise<RunningDatabase>;
}

export interface RunningDatabase {
    readonly pid: number;
    readonly load: WriteLoad;
    scripts(options: HoldOptions): Scripts;
    /** Scripts for a server that does not run. */
    scriptsForNobody(options: HoldOptions): Scripts;
    /** Tells whether the lock outlives a killed lock keeper, until its own limit. */
    readonly lockIsOfNoSession: boolean;
    /** Tells whether no write is acknowledged while the lock is held. */
    readonly blocksWrites: boolean;
    /** Asks the server whether the pre-script has taken effect: writes wait, or a backup is in progress. */
    isHeld(): Promise<boolean>;
    /** Asks the server whether a pre-script waits for the lock. */
    isAwaited(): Promise<boolean>;
    isReadable(): Promise<boolean>;
    /** Makes the lock unavailable until the returned function is called. */
    obstruct(): Promise<() => Promise<void>>;
    /** Ends the lock behind the scripts' backs, on the server's side. */
    dropLock(): Promise<void>;
    /** Kills the server as a crash would, and starts it again. */
    crash(): Promise<void>;
    /** The remaining clients that scripts started. */
    clients(): string[];
    stop(): Promise<void>;
}

/** Waits until another write is acknowledged. */
export async function goesOn(load: WriteLoad): Promise<void> {
    const before = load.acknowledged;
    await until(() => load.acknowledged > before, "writes continue");
}

function clientsOf(place: string, ownOption: string): string[] {
    return processesWithText(place)
        .map(({ commandLine }) => commandLine)
        .filter((commandLine) => commandLine.includes(ownOption));
}

function mariadb(name: string, options: readonly string[]): Database {
    return {
        name,
        variant: options.length > 0,
        needs: ["root", "mariadb-server-core", "mariadb-client-core"],
        start: async (dataDirectory) => {
            await createMariadb(dataDirectory);
            const socketDirectory = newSocketDirectory("mariadb", nobody);
            let server = await startMariadb(dataDirectory, { options, socketDirectory });
            const some = async (condition: string): Promise<boolean> => {
                const others = "FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()";
                const [count] = await server.query(`SELECT COUNT(*) ${others} AND (${condition});`);
                return Number(count) > 0;
            };
            const database: Mutable<RunningDatabase> = {
                get pid() {
                    return server.pid;
                },
                load: await loadMariadb(server),
                scripts: (hold) => mysql({ socket: server.socket, ...hold }),
                scriptsForNobody: (hold) => mysql({ socket: `${server.socket}.none`, ...hold }),
                lockIsOfNoSession: false,
                blocksWrites: true,
                isHeld: () => some("INFO LIKE 'INSERT%' AND STATE LIKE 'Waiting for backup lock%'"),
                isAwaited: () => some("INFO LIKE 'BACKUP STAGE%' OR INFO LIKE 'FLUSH TABLES%'"),
                isReadable: async () =>
                    (await server.query("SELECT COUNT(*) FROM shop.innodb_rows;")).length === 1,
                obstruct: async () => {
                    const other = server.session();
                    await other.ask("CREATE TABLE IF NOT EXISTS shop.held (id INT) ENGINE=MyISAM;");
                    await other.ask("LOCK TABLES shop.held WRITE;");
                    return () => other.close();
                },
                dropLock: async () => {
                    // Of the idle sessions it is the one that has been idle for longest.
                    const [id] = await server.query(
                        "SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND = 'Sleep' AND USER = 'root' " +
                            "ORDER BY TIME_MS DESC LIMIT 1;",
                    );
                    await server.query(`KILL CONNECTION ${id ?? ""};`);
                },
                crash: async () => {
                    await database.load.stop();
                    await server.stop("SIGKILL");
                    server = await startMariadb(dataDirectory, { options, socketDirectory });
                    database.load = await loadMariadb(server);
                },
                clients: () => clientsOf(server.socket, "--skip-vertical"),
                stop: async () => {
                    await database.load.stop();
                    await server.stop("SIGKILL");
                },
            };
            return database;
        },
    };
}

const postgresqlDatabase: Database = {
    name: "PostgreSQL",
    variant: false,
    needs: ["root", "postgresql"],
    start: async (dataDirectory) => {
        await createPostgresql(dataDirectory);
        const socketDirectory = newSocketDirectory("postgresql", await postgres());
        let server = await startPostgresql(dataDirectory, { socketDirectory });
        const sessions = "FROM pg_stat_activity WHERE application_name = 'app-snapshot'";
        const database: Mutable<RunningDatabase> = {
            get pid() {
                return server.pid;
            },
            load: await loadPostgresql(server),
            scripts: (hold) => postgresql({ socketDirectory, ...hold }),
            scriptsForNobody: (hold) => postgresql({ socketDirectory, port: 1, ...hold }),
            lockIsOfNoSession: false,
            blocksWrites: false,
            isHeld: async () =>
                (await server.query(`SELECT query ${sessions} AND state = 'idle';`)).some((query) =>
                    query.includes("pg_backup_start"),
                ),
            isAwaited: async () =>
                (await server.query(`SELECT query ${sessions} AND state = 'active';`)).some((query) =>
                    query.includes("pg_backup_start"),
                ),
            isReadable: async () => (await server.query("SELECT COUNT(*) FROM orders;")).length === 1,
            obstruct: async () => {
                // Backup mode begins with a checkpoint, and without this process there is none.
                const [pid] = await server.query(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer';",
                );
                process.kill(Number(pid), "SIGSTOP");
                return () => Promise.resolve(void process.kill(Number(pid), "SIGCONT"));
            },
            dropLock: async () => {
                await server.query(`SELECT pg_terminate_backend(pid) ${sessions};`);
            },
            crash: async () => {
                await database.load.stop();
                await server.stop("SIGQUIT");
                server = await startPostgresql(dataDirectory, { socketDirectory });
                database.load = await loadPostgresql(server);
            },
            clients: () => clientsOf(socketDirectory, "--no-password"),
            stop: async () => {
                await database.load.stop();
                await server.stop("SIGQUIT");
            },
        };
        return database;
    },
};

function redisDatabase(name: string, variant: boolean, options: readonly string[]): Database {
    return {
        name,
        variant,
        needs: ["root", "redis-server"],
        start: async (dataDirectory) => {
            const socketDirectory = newSocketDirectory("redis", nobody);
            let server = await startRedis(dataDirectory, { options, socketDirectory });
            let questions = 0;
            const database: Mutable<RunningDatabase> = {
                get pid() {
                    return server.pid;
                },
                load: await loadRedis(server),
                scripts: (hold) => redis({ socket: server.socket, ...hold }),
                scriptsForNobody: (hold) => redis({ socket: `${server.socket}.none`, ...hold }),
                lockIsOfNoSession: true,
                blocksWrites: true,
                isHeld: async () =>
                    (await server.ask("CLIENT LIST")).some((line) => / flags=\w*b.* cmd=set /.test(line)),
                // It polls until its wait is over.
                isAwaited: async () => (await server.questionsOfOthers()) > questions + 1,
                isReadable: async () => (await server.ask("GET row:1"))[0] === "value-1",
                obstruct: async () => {
                    questions = await server.questionsOfOthers();
                    // A child of the server that is slow with each key.
                    await server.ask("CONFIG SET rdb-key-save-delay 1000000\nBGREWRITEAOF");
                    return async () => {
                        await server.ask("CONFIG SET rdb-key-save-delay 0");
                        childrenOf(server.pid).forEach((child) => process.kill(child, "SIGKILL"));
                    };
                },
                dropLock: async () => {
                    await server.ask("CLIENT UNPAUSE");
                },
                crash: async () => {
                    await database.load.stop();
                    await server.stop("SIGKILL");
                    server = await startRedis(dataDirectory, { options, socketDirectory });
                    database.load = await loadRedis(server);
                },
                clients: () => clientsOf(server.socket, "--no-auth-warning"),
                stop: async () => {
                    await database.load.stop();
                    await server.stop();
                },
            };
            return database;
        },
    };
}

/** MariaDB pretends to be MySQL by its version: it knows the statements that lock MySQL. */
export const databases: readonly Database[] = [
    mariadb("MariaDB", []),
    mariadb("MariaDB in the role of MySQL", ["--version=8.0.36"]),
    postgresqlDatabase,
    // Rewritten when a test asks for it, not when it has grown long.
    redisDatabase("Redis with an append-only file", false, [
        ...["--appendonly", "yes", "--save", ""],
        ...["--auto-aof-rewrite-percentage", "0"],
    ]),
    redisDatabase("Redis with dumps", true, ["--appendonly", "no", "--save", "3600 1"]),
];
