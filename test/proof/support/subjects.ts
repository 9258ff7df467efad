import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { HoldOptions } from "../../../provider/src/recipes/options";
import { mysql, postgresql, redis, type Scripts } from "../../../provider/src/recipes/recipes";
import { checkMariadb, createMariadb, loadMariadb, startMariadb } from "../../recipes/support/mariadb";
import { newSocketDirectory, nobody } from "../../recipes/support/places";
import {
    checkPostgresql,
    checkPostgresqlChecksums,
    createPostgresql,
    loadPostgresql,
    postgres,
    startPostgresql,
} from "../../recipes/support/postgresql";
import { loadRedis, startRedis } from "../../recipes/support/redis";
import type { Requirement } from "../../recipes/support/requirements";
import type { Pace, WriteLoad } from "../../recipes/support/session";

/** The data of a server that was started on a disk from a snapshot. */
export interface Restored {
    /** The number of acknowledged rows that are missing. */
    readonly missing: number;
    /** The complaints of the database's own check; empty if nothing is wrong. */
    readonly complaints: string;
    /** The part of the log that the server replayed at its start; undefined if it has no such log. */
    readonly replay?: Replay;
}

/** A part of a server's log, as positions in bytes. Both are the same if there was nothing to replay. */
export interface Replay {
    readonly from: number;
    readonly to: number;
}

export interface RunningSubject {
    readonly load: WriteLoad;
    /** The position of the server's log, if it has one that it replays after a crash. */
    logPosition?(): Promise<number>;
    scripts(options?: HoldOptions): Scripts;
    /** Scripts for a server that does not run. */
    scriptsForNobody(): Scripts;
    /** Takes the lock that the pre-script needs, until the returned function is called. */
    obstruct?(): Promise<() => Promise<void>>;
    stop(): Promise<void>;
}

/** A database under test. */
export interface Subject {
    readonly name: string;
    readonly needs: readonly Requirement[];
    start(dataDirectory: string, pace: Pace): Promise<RunningSubject>;
    /** Starts a server on the data of a snapshot, and checks the first `rows` rows. */
    restore(dataDirectory: string, rows: number, folder: string): Promise<Restored>;
}

const mariadb: Subject = {
    name: "MariaDB",
    needs: ["root", "mariadb-server-core", "mariadb-client-core"],
    start: async (dataDirectory, pace) => {
        await createMariadb(dataDirectory);
        const socketDirectory = newSocketDirectory("mariadb", nobody);
        const server = await startMariadb(dataDirectory, { socketDirectory });
        const load = await loadMariadb(server, pace);
        return {
            load,
            scripts: (hold = {}) => mysql({ socket: server.socket, ...hold }),
            scriptsForNobody: () => mysql({ socket: `${server.socket}.none` }),
            obstruct: async () => {
                const other = server.session();
                await other.ask("CREATE TABLE IF NOT EXISTS shop.held (id INT) ENGINE=MyISAM;");
                await other.ask("LOCK TABLES shop.held WRITE;");
                return () => other.close();
            },
            stop: async () => {
                await load.stop();
                await server.stop("SIGKILL");
            },
        };
    },
    restore: async (dataDirectory, rows, folder) => {
        const logFile = join(folder, "restored.log");
        const server = await startMariadb(dataDirectory, { logFile });
        try {
            const tables = await checkMariadb(server, rows);
            const checks = tables.map(({ check }) => check).filter((check) => check !== "OK");
            return {
                missing: tables.reduce((sum, { missing }) => sum + Math.max(missing, 0), 0),
                // A crashed table is repaired when it is opened, and an interrupted statement is undone; the
                // check finds nothing then, but the log shows it.
                complaints: [...checks, ...linesOf(logFile, /marked as crashed|in prepared state/)].join(
                    "; ",
                ),
            };
        } finally {
            await server.stop();
        }
    },
};

const postgresqlSubject: Subject = {
    name: "PostgreSQL",
    needs: ["root", "postgresql"],
    start: async (dataDirectory, pace) => {
        await createPostgresql(dataDirectory);
        const socketDirectory = newSocketDirectory("postgresql", await postgres());
        const server = await startPostgresql(dataDirectory, { socketDirectory });
        const load = await loadPostgresql(server, pace);
        return {
            load,
            logPosition: async () => {
                const [position] = await server.query("SELECT pg_current_wal_insert_lsn();");
                return bytesOf(position ?? "");
            },
            scripts: (hold = {}) => postgresql({ socketDirectory, ...hold }),
            scriptsForNobody: () => postgresql({ socketDirectory, port: 1 }),
            stop: async () => {
                await load.stop();
                await server.stop("SIGQUIT");
            },
        };
    },
    restore: async (dataDirectory, rows, folder) => {
        const logFile = join(folder, "restored.log");
        // It names the original server, which lives on this very machine; on another one the file tells nothing.
        rmSync(join(dataDirectory, "postmaster.pid"));
        const server = await startPostgresql(dataDirectory, { logFile });
        let missing: number;
        let check: string;
        try {
            ({ missing, check } = await checkPostgresql(server, rows));
        } finally {
            await server.stop();
        }
        const checksums = await checkPostgresqlChecksums(dataDirectory).then(
            () => "",
            (error: unknown) => String(error),
        );
        const log = readFileSync(logFile, "utf8");
        return {
            missing: Math.max(missing, 0),
            complaints: [check, checksums].filter((text) => text !== "").join("; "),
            replay: replayIn(log),
        };
    },
};

function linesOf(file: string, pattern: RegExp): string[] {
    return readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => pattern.test(line));
}

/** The lines of a server's log about its recovery. */
function replayIn(log: string): Replay {
    const [, from] =
        /(?:redo starts at|redo is not required.*|consistent recovery state reached at) (\S+)/.exec(log) ??
        [];
    const [, to = from] = /redo done at (\S+)/.exec(log) ?? [];
    if (from === undefined || to === undefined) {
        throw new Error(`The server does not say where its recovery began:\n${log}`);
    }
    return { from: bytesOf(from), to: bytesOf(to) };
}

/** A position in the write-ahead log, such as "0/1A2B3C4D". */
function bytesOf(position: string): number {
    const [high = "0", low = "0"] = position.split("/");
    return Number.parseInt(high, 16) * 2 ** 32 + Number.parseInt(low, 16);
}

/** Counts the rows in the server, because there are many. */
const countMissing = `
    local missing = 0
    for row = 1, tonumber(ARGV[1]) do
        if redis.call("GET", "row:" .. row) ~= "value-" .. row then missing = missing + 1 end
    end
    return missing`;

function redisSubject(name: string, options: readonly string[]): Subject {
    return {
        name,
        needs: ["root", "redis-server"],
        start: async (dataDirectory, pace) => {
            const socketDirectory = newSocketDirectory("redis", nobody);
            const server = await startRedis(dataDirectory, { socketDirectory, options });
            const load = await loadRedis(server, pace);
            return {
                load,
                scripts: (hold = {}) => redis({ socket: server.socket, ...hold }),
                scriptsForNobody: () => redis({ socket: `${server.socket}.none` }),
                stop: async () => {
                    await load.stop();
                    await server.stop();
                },
            };
        },
        restore: async (dataDirectory, rows) => {
            const server = await startRedis(dataDirectory, { options });
            try {
                const [missing] = await server.command("EVAL", countMissing, "0", String(rows));
                return { missing: Number(missing), complaints: "" };
            } finally {
                await server.stop();
            }
        },
    };
}

export const subjects: readonly Subject[] = [
    mariadb,
    postgresqlSubject,
    redisSubject("Redis with an append-only file", ["--appendonly", "yes", "--save", ""]),
    redisSubject("Redis with dumps", ["--appendonly", "no", "--save", "3600 1"]),
];
