import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { until } from "../../support/until";
import { newSocketDirectory, nobody } from "./places";
import { end, run, start } from "./processes";
import { type Pace, Questions, Session, WriteLoad } from "./session";

export interface RedisServer {
    readonly dataDirectory: string;
    readonly socket: string;
    readonly pid: number;
    session(...clientOptions: readonly string[]): Session;
    /** Returns the lines that commands yield, each on a line of its own. */
    ask(commands: string): Promise<string[]>;
    /** Counts the status questions of other clients to the server. */
    questionsOfOthers(): Promise<number>;
    /** Returns the lines that a command yields, in a session of its own. */
    command(...words: readonly string[]): Promise<string[]>;
    /** Stops the server. Default SIGKILL: a regular stop would write what was not written before. */
    stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface RedisOptions {
    /** The folder of the socket, which must belong to the server's account. Default: a new, temporary one. */
    readonly socketDirectory?: string;
    /** More options for the server, such as `--appendonly yes`. */
    readonly options?: readonly string[];
}

/** Starts a server on a data directory, a new one if there is none; it is ready when this resolves. */
export async function startRedis(
    dataDirectory: string,
    { options = [], socketDirectory }: RedisOptions = {},
): Promise<RedisServer> {
    mkdirSync(dataDirectory, { recursive: true });
    chownSync(dataDirectory, nobody.uid, nobody.gid);
    const place = socketDirectory ?? newSocketDirectory("redis", nobody);
    const socket = join(place, "socket");
    const server = start(
        "redis-server",
        ["--port", "0", "--unixsocket", socket, "--dir", dataDirectory, ...options],
        { ...nobody, stdio: ["ignore", "ignore", "ignore"], cwd: "/" },
    );
    const command = async (...words: readonly string[]): Promise<string[]> =>
        (await run("redis-cli", ["-s", socket, ...words]))
            .trimEnd()
            .split("\n")
            .map((line) => line.trimEnd());
    const session = (...clientOptions: readonly string[]): Session =>
        new Session(
            start("redis-cli", ["-s", socket, ...clientOptions], {
                stdio: ["pipe", "pipe", "ignore"],
                cwd: "/",
            }),
            (text) => `ECHO ${text}`,
        );
    const questions = new Questions(session);
    let own = 0;
    await until(() => answers(server, socket, command), "the Redis server answers");
    return {
        dataDirectory,
        socket,
        pid: server.pid ?? 0,
        session,
        ask: (commands) => questions.ask(commands),
        questionsOfOthers: async () => {
            const statistics = (await questions.ask("INFO commandstats")).join(" ");
            own += 1;
            // A question counts when it has been answered.
            return Number(/cmdstat_info:calls=(\d+)/.exec(statistics)?.[1] ?? 0) - (own - 1);
        },
        command,
        stop: async (signal = "SIGKILL") => {
            await questions.close();
            await end(server, signal);
            if (socketDirectory === undefined) {
                rmSync(place, { recursive: true, force: true });
            }
        },
    };
}

async function answers(
    server: ChildProcess,
    socket: string,
    command: (...words: readonly string[]) => Promise<string[]>,
): Promise<boolean> {
    if (server.exitCode !== null) {
        throw new Error(`The Redis server ended with exit code ${server.exitCode}.`);
    }
    if (!existsSync(socket)) {
        return false;
    }
    // While it loads its data it answers, with an error.
    const [answer] = await command("PING").catch(() => [""]);
    return answer === "PONG" || answer?.startsWith("NOAUTH") === true;
}

export async function loadRedis(server: RedisServer, pace?: Pace): Promise<WriteLoad> {
    await server.command("FLUSHALL");
    return WriteLoad.start(server.session(), (row) => `SET row:${row} value-${row}`, pace);
}

/** Counts the missing rows from 1 to `last`. */
export async function checkRedis(server: RedisServer, last: number): Promise<{ readonly missing: number }> {
    const session = server.session();
    try {
        let missing = 0;
        for (let row = 1; row <= last; row += 1) {
            const [value] = await session.ask(`GET row:${row}`);
            missing += value === `value-${row}` ? 0 : 1;
        }
        return { missing };
    } finally {
        await session.close();
    }
}
