import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { until } from "../../support/until";
import { type Account, log, newSocketDirectory } from "./places";
import { end, run, start } from "./processes";
import { type Pace, Questions, Session, WriteLoad } from "./session";
import { copyTemplate } from "./templates";

/** A PostgreSQL server; the system user postgres logs in by its socket, without a password. */
export interface PostgresqlServer {
    readonly dataDirectory: string;
    readonly socketDirectory: string;
    readonly port: number;
    readonly pid: number;
    session(): Session;
    /** Returns the lines that statements yield. */
    query(statements: string): Promise<string[]>;
    /** Stops it: SIGINT, the default, in good order without waiting for sessions; SIGQUIT as in a crash. */
    stop(signal?: NodeJS.Signals): Promise<void>;
}

const port = 5432;

/** The newest server that is installed; Debian keeps them off the path. */
export function postgresqlPrograms(): string | undefined {
    const root = "/usr/lib/postgresql";
    const versions = existsSync(root) ? readdirSync(root).filter((version) => /^\d+$/.test(version)) : [];
    return versions
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(root, version, "bin"))
        .find((directory) => existsSync(join(directory, "postgres")));
}

function program(name: string): string {
    return join(postgresqlPrograms() ?? "", name);
}

let account: Promise<Account> | undefined;

/** The system user that the server runs under. */
export function postgres(): Promise<Account> {
    account ??= Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]).then(
        ([uid, gid]) => ({ uid: Number(uid), gid: Number(gid) }),
    );
    return account;
}

/** Makes a data directory, with checksums, for a new server, with its parents. */
export async function createPostgresql(dataDirectory: string): Promise<void> {
    mkdirSync(dirname(dataDirectory), { recursive: true });
    await copyTemplate("postgresql", initialize, dataDirectory);
}

async function initialize(dataDirectory: string): Promise<void> {
    const { uid, gid } = await postgres();
    mkdirSync(dataDirectory);
    chownSync(dataDirectory, uid, gid);
    await run(
        program("initdb"),
        [
            "--pgdata",
            dataDirectory,
            "--data-checksums",
            "--auth=peer",
            "--username=postgres",
            "--no-instructions",
            // It is not synced: it is copied before anything depends on it.
            "--no-sync",
        ],
        { uid, gid },
    );
}

export interface PostgresqlOptions {
    /** The folder of the socket, which must belong to the server's account. Default: a new, temporary one. */
    readonly socketDirectory?: string;
    /** The file for the server's output; default: none. */
    readonly logFile?: string;
    /** More options for the server. */
    readonly options?: readonly string[];
}

/** Starts a server on a data directory; it is ready when this resolves. */
export async function startPostgresql(
    dataDirectory: string,
    { options = [], socketDirectory: given, logFile }: PostgresqlOptions = {},
): Promise<PostgresqlServer> {
    const { uid, gid } = await postgres();
    const socketDirectory = given ?? newSocketDirectory("postgresql", { uid, gid });
    const settings = [
        `unix_socket_directories=${socketDirectory}`,
        "listen_addresses=",
        `port=${port}`,
        "shared_buffers=16MB",
    ];
    const server = start(
        program("postgres"),
        ["-D", dataDirectory, ...settings.flatMap((setting) => ["-c", setting]), ...options],
        { uid, gid, stdio: ["ignore", "ignore", log(logFile)], cwd: "/" },
    );
    const session = (): Session =>
        new Session(
            start(
                program("psql"),
                [
                    `--host=${socketDirectory}`,
                    `--port=${port}`,
                    "--dbname=postgres",
                    "--no-psqlrc",
                    "--quiet",
                    "--no-align",
                    "--tuples-only",
                    "--set=ON_ERROR_STOP=1",
                ],
                { uid, gid, stdio: ["pipe", "pipe", "ignore"], cwd: "/" },
            ),
            (text) => `\\echo ${text}`,
        );
    const questions = new Questions(session);
    await until(() => {
        failIfEnded(server);
        return questions.ask("SELECT 1;").then(
            () => true,
            () => false,
        );
    }, "the PostgreSQL server answers");
    return {
        dataDirectory,
        socketDirectory,
        port,
        pid: server.pid ?? 0,
        session,
        query: (statements) => questions.ask(statements),
        stop: async (signal = "SIGINT") => {
            await questions.close();
            await end(server, signal);
            if (given === undefined) {
                rmSync(socketDirectory, { recursive: true, force: true });
            }
        },
    };
}

function failIfEnded(server: ChildProcess): void {
    if (server.exitCode !== null) {
        throw new Error(`The PostgreSQL server ended with exit code ${server.exitCode}.`);
    }
}

export async function loadPostgresql(server: PostgresqlServer, pace?: Pace): Promise<WriteLoad> {
    await server.query(
        "CREATE TABLE IF NOT EXISTS orders (id integer PRIMARY KEY, name text); TRUNCATE orders;",
    );
    const write = (row: number): string => `INSERT INTO orders VALUES (${row}, 'row ${row}');`;
    return WriteLoad.start(server.session(), write, pace);
}

/** Counts the missing rows from 1 to `last`, and returns the complaints of pg_amcheck about all databases. */
export async function checkPostgresql(
    server: PostgresqlServer,
    last: number,
): Promise<{ readonly missing: number; readonly check: string }> {
    const [count] = await server.query(`SELECT COUNT(*) FROM orders WHERE id BETWEEN 1 AND ${last};`);
    const check = await run(
        program("pg_amcheck"),
        [
            `--host=${server.socketDirectory}`,
            `--port=${server.port}`,
            "--all",
            "--install-missing",
            "--heapallindexed",
        ],
        await postgres(),
    );
    return { missing: last - Number(count), check: check.trim() };
}

/** Compares every page of a stopped server with its checksum; fails if one is wrong. */
export async function checkPostgresqlChecksums(dataDirectory: string): Promise<void> {
    await run(program("pg_checksums"), ["--check", "--pgdata", dataDirectory], await postgres());
}
