import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { until } from "../../support/until";
import { log, newSocketDirectory, nobody } from "./places";
import { end, run, start } from "./processes";
import { type Pace, Questions, Session, WriteLoad } from "./session";
import { copyTemplate } from "./templates";

/** A MariaDB server; root logs in by its socket, without a password. */
export interface MariadbServer {
    readonly dataDirectory: string;
    readonly socket: string;
    readonly pid: number;
    /** A session as root, or as another user. */
    session(...clientOptions: readonly string[]): Session;
    /** Returns the lines that statements yield. */
    query(statements: string): Promise<string[]>;
    /** Stops it, by default in good order. Default SIGTERM. */
    stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Options for a server that is small, starts quickly, and is as safe as the default. */
const settings = [
    "--no-defaults",
    "--user=nobody",
    "--innodb-buffer-pool-size=16M",
    "--innodb-log-file-size=8M",
    "--skip-name-resolve",
];

/** Makes a data directory for a new server, with its parents. */
export async function createMariadb(dataDirectory: string): Promise<void> {
    mkdirSync(dirname(dataDirectory), { recursive: true });
    await copyTemplate("mariadb", install, dataDirectory);
}

async function install(dataDirectory: string): Promise<void> {
    mkdirSync(dataDirectory);
    chownSync(dataDirectory, nobody.uid, nobody.gid);
    await run("mariadb-install-db", [
        ...settings,
        `--datadir=${dataDirectory}`,
        "--auth-root-authentication-method=socket",
        "--skip-test-db",
        // It is not synced: it is copied before anything depends on it.
        "--innodb-flush-method=nosync",
    ]);
}

export interface MariadbOptions {
    /** The folder of the socket, which must belong to the server's account. Default: a new, temporary one. */
    readonly socketDirectory?: string;
    /** The file for the server's output; default: none. */
    readonly logFile?: string;
    /** More options for the server, such as `--version=8.0.36` to pretend another version. */
    readonly options?: readonly string[];
}

/** Starts a server on a data directory; it is ready when this resolves. */
export async function startMariadb(
    dataDirectory: string,
    { options = [], socketDirectory, logFile }: MariadbOptions = {},
): Promise<MariadbServer> {
    const place = socketDirectory ?? newSocketDirectory("mariadb", nobody);
    const socket = join(place, "socket");
    const server = start(
        "mariadbd",
        [
            ...settings,
            `--datadir=${dataDirectory}`,
            `--socket=${socket}`,
            `--pid-file=${join(place, "pid")}`,
            "--skip-networking",
            "--log-bin=binlog",
            "--sync-binlog=1",
            ...options,
        ],
        { stdio: ["ignore", "ignore", log(logFile)], cwd: "/" },
    );
    const session = (...clientOptions: readonly string[]): Session =>
        new Session(client(socket, clientOptions), (text) => `SELECT '${text}';`);
    const questions = new Questions(session);
    await until(() => answers(server, socket), "the MariaDB server answers");
    return {
        dataDirectory,
        socket,
        pid: server.pid ?? 0,
        session,
        query: (statements) => questions.ask(statements),
        stop: async (signal) => {
            await questions.close();
            await end(server, signal);
            if (socketDirectory === undefined) {
                rmSync(place, { recursive: true, force: true });
            }
        },
    };
}

function client(socket: string, clientOptions: readonly string[]): ChildProcess {
    return start(
        "mariadb",
        [
            ...(clientOptions.some((option) => option.startsWith("--defaults")) ? [] : ["--no-defaults"]),
            ...clientOptions,
            `--socket=${socket}`,
            "--batch",
            "--skip-column-names",
            "--unbuffered",
            "--skip-reconnect",
        ],
        { stdio: ["pipe", "pipe", "ignore"], cwd: "/" },
    );
}

async function answers(server: ChildProcess, socket: string): Promise<boolean> {
    if (server.exitCode !== null) {
        throw new Error(`The MariaDB server ended with exit code ${server.exitCode}.`);
    }
    if (!existsSync(socket)) {
        return false;
    }
    return run("mariadb", ["--no-defaults", `--socket=${socket}`, "--execute=SELECT 1"]).then(
        () => true,
        () => false,
    );
}

/** One table of each kind: with transactions, without, and without but crash-safe. */
const tables = { innodb_rows: "InnoDB", myisam_rows: "MyISAM", aria_rows: "Aria" } as const;

/** Writes each row into all of the tables. Continues where an earlier load of the data directory ended. */
export async function loadMariadb(server: MariadbServer, pace?: Pace): Promise<WriteLoad> {
    await server.query(
        [
            "CREATE DATABASE IF NOT EXISTS shop;",
            ...Object.entries(tables).flatMap(([table, engine]) => [
                `CREATE TABLE IF NOT EXISTS shop.${table} (id INT PRIMARY KEY, name VARCHAR(100)) ENGINE=${engine};`,
                `TRUNCATE shop.${table};`,
            ]),
        ].join("\n"),
    );
    const write = (row: number): string =>
        Object.keys(tables)
            .map((table) => `INSERT INTO shop.${table} VALUES (${row}, 'row ${row}');`)
            .join("\n");
    return WriteLoad.start(server.session(), write, pace);
}

/** Counts the rows from 1 to `last` that each table lacks, and returns the complaints of `CHECK TABLE`. */
export async function checkMariadb(
    server: MariadbServer,
    last: number,
): Promise<{ readonly missing: number; readonly check: string }[]> {
    return Promise.all(
        Object.keys(tables).map(async (table) => {
            const [count] = await server.query(
                `SELECT COUNT(*) FROM shop.${table} WHERE id BETWEEN 1 AND ${last};`,
            );
            const check = await server.query(`CHECK TABLE shop.${table} EXTENDED;`);
            return {
                missing: last - Number(count),
                check: check.map((line) => line.split("\t").at(-1)).join("; "),
            };
        }),
    );
}
