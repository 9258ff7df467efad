import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { redis, type RedisOptions, type Scripts } from "../../provider/src/recipes/recipes";
import { codeBlocks, document } from "../docs/support/markdown";
import { until } from "../support/until";
import { newDirectory, newRunDirectory } from "./support/places";
import {
    childrenOf,
    copyAtOneMoment,
    end,
    endAll,
    finish,
    processesWithText,
    run,
} from "./support/processes";
import { checkRedis, loadRedis, type RedisServer, startRedis } from "./support/redis";
import { around } from "./support/requirements";
import { expectedRuns } from "./support/runs";
import { ScriptFolder } from "./support/scripts";

const appendOnly = ["--appendonly", "yes", "--save", ""];
const dumps = ["--appendonly", "no", "--save", "3600 1"];

describe("recipes.redis on a real server", () => {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;

    around(
        ["root", "redis-server"],
        () => {
            directory = newDirectory("redis");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
        },
        () => {
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    const servers: RedisServer[] = [];

    afterEach(async () => {
        // A dumping process would continue without its server.
        servers.splice(0).forEach(endDumps);
        await endAll();
        for (const name of readdirSync(directory)) {
            rmSync(join(directory, name), { recursive: true });
        }
    });

    async function newServer(options: readonly string[], name = "data"): Promise<RedisServer> {
        const server = await startRedis(join(directory, name), { options });
        servers.push(server);
        return server;
    }

    function endDumps({ pid }: RedisServer): void {
        childrenOf(pid).forEach((child) => process.kill(child, "SIGKILL"));
    }

    /** Makes a dump take a minute for each key from now on. */
    async function dumpSlowly(server: RedisServer): Promise<void> {
        await server.ask("SET key value\nCONFIG SET rdb-key-save-delay 60000000");
    }

    /** Returns a field of the server's INFO. */
    async function info(server: RedisServer, name: string): Promise<string> {
        const line = (await server.command("INFO", "all")).find((each) => each.startsWith(`${name}:`));
        return line?.slice(name.length + 1) ?? "";
    }

    function scripts({ socket }: RedisServer, options: RedisOptions = {}): Scripts {
        return redis({ socket, runDirectory, ...options });
    }

    const { succeed, failWith } = expectedRuns(() => ({ folder, runDirectory }));

    async function expectWritable(server: RedisServer): Promise<void> {
        expect(await server.command("SET", "written", "yes")).to.deep.equal(["OK"]);
    }

    for (const [kind, options, check] of [
        ["an append-only file", appendOnly, checkAppendOnlyFile],
        ["dumps", dumps, (copy: string) => run("redis-check-rdb", [join(copy, "dump.rdb")])],
    ] as const) {
        it(`preserves in a copy every row acknowledged before the pre-script returned, with ${kind}`, async () => {
            const server = await newServer(options);
            const load = await loadRedis(server);
            await until(() => load.acknowledged > 20, "there are rows");
            const { preScript, postScript } = scripts(server);
            await succeed(preScript);
            const acknowledged = load.acknowledged;
            const copy = join(directory, "copy");
            await copyAtOneMoment(server.pid, server.dataDirectory, copy);
            expect(await succeed(postScript)).to.include("writes were paused for");
            await load.stop();

            await check(copy);
            const restored = await startRedis(copy, { options });
            expect(await checkRedis(restored, acknowledged)).to.deep.equal({ missing: 0 });
            const [keys] = await restored.command("DBSIZE");
            expect(Number(keys), "nothing was written during the pause").to.be.at.most(acknowledged + 1);
        });
    }

    async function checkAppendOnlyFile(copy: string): Promise<void> {
        const output = await run("redis-check-aof", [join(copy, "appendonlydir", "appendonly.aof.manifest")]);
        expect(output).to.include("All AOF files and manifest are valid");
    }

    it("works on a replica: nothing that its master sends is written meanwhile", async () => {
        const master = await newServer([...dumps, "--repl-diskless-sync-delay", "0"]);
        const port = await openPort(master);
        const replica = await newServer([...appendOnly, "--replicaof", `127.0.0.1 ${port}`], "replica");
        const load = await loadRedis(master);
        const rows = async (): Promise<number> => Number((await replica.command("DBSIZE"))[0]);
        await until(async () => (await rows()) > 20, "it gets rows");
        const { preScript, postScript } = scripts(replica);
        await succeed(preScript);
        const before = await rows();
        const acknowledged = load.acknowledged;
        await until(() => load.acknowledged > acknowledged + 20, "its master continues");
        expect(await rows()).to.equal(before);
        await succeed(postScript);
        await until(async () => (await rows()) > before, "it continues");
    });

    /** Makes a server listen on a free port. */
    async function openPort(server: RedisServer): Promise<number> {
        for (let tries = 0; tries < 100; tries++) {
            const port = 20_000 + Math.floor(Math.random() * 10_000);
            if ((await server.command("CONFIG", "SET", "port", String(port)))[0] === "OK") {
                return port;
            }
        }
        throw new Error("There is no free port.");
    }

    it("refuses a server without persistence", async () => {
        const server = await newServer(["--appendonly", "no", "--save", ""]);
        await failWith(
            scripts(server).preScript,
            /nothing is locked: it has no persistence, .* leave Redis out/,
        );
        await expectWritable(server);
    });

    it("takes no snapshot after a failed dump", async () => {
        const server = await newServer(dumps);
        await server.command("SET", "key", "value");
        // The temporary file of a dump has the server's pid in its name; a directory of that name can't be written to.
        await run("mkdir", [join(server.dataDirectory, "dump.rdb")]);
        await failWith(scripts(server).preScript, /nothing is locked: the dump failed/);
        rmSync(join(server.dataDirectory, "dump.rdb"), { recursive: true });
        await server.command("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
        await expectWritable(server);
    });

    it("gives up, and lets writes continue, if a dump takes too long", async () => {
        const server = await newServer(dumps);
        await dumpSlowly(server);
        await failWith(
            scripts(server, { lockWaitSeconds: 1 }).preScript,
            /nothing is locked: rdb_bgsave_in_progress is not over after 1 s: .*raise lockWaitSeconds and holdSeconds/,
        );
        await expectWritable(server);
    });

    it("waits for a rewrite of the append-only file", async () => {
        const server = await newServer(appendOnly);
        await dumpSlowly(server);
        await server.ask("BGREWRITEAOF");
        await until(async () => (await info(server, "aof_rewrite_in_progress")) === "1", "it rewrites");
        const { preScript, postScript } = scripts(server, { lockWaitSeconds: 600, holdSeconds: 1200 });
        const before = await server.questionsOfOthers();
        const script = folder.start(preScript);
        const finished = finish(script);
        await until(async () => (await server.questionsOfOthers()) > before + 2, "it looks more than once");
        expect(script.exitCode, "it waits").to.equal(null);
        expect(readdirSync(runDirectory)).to.have.length(1);
        expect(paused(), "before writes are paused").to.equal(false);
        endDumps(server);
        const { code, output } = await finished;
        expect(code, output).to.equal(0);
        expect(await info(server, "aof_rewrite_in_progress")).to.equal("0");
        await succeed(postScript);
    });

    it("is not misled by keys that expire, by dumps or by idle sessions that are closed", async () => {
        const server = await newServer([...appendOnly, "--timeout", "1"]);
        const { preScript, postScript } = scripts(server, { lockWaitSeconds: 600, holdSeconds: 1200 });
        await server.command("SET", "lasting", "1");
        await server.command("SET", "short", "1", "PX", "1500");
        await succeed(preScript);
        const dumped = Number(await info(server, "rdb_saves"));
        await server.command("CONFIG", "SET", "save", "1 1");
        await until(async () => (await server.command("PTTL", "short"))[0] === "-2", "a key expires");
        await until(async () => Number(await info(server, "rdb_saves")) > dumped, "it dumps");
        await until(
            async () => (await server.command("CLIENT", "LIST")).length === 1,
            "the session is closed",
        );
        await succeed(postScript);
        await expectWritable(server);
    });

    it("does not count if the pause ended in between, even if somebody paused again", async () => {
        const server = await newServer(appendOnly);
        const { preScript, postScript } = scripts(server);
        await succeed(preScript);
        await server.command("CLIENT", "UNPAUSE");
        await server.command("SET", "key", "value");
        await server.command("CLIENT", "PAUSE", "60000", "WRITE");
        await failWith(postScript, /not consistent: it was written to/);
        await expectWritable(server);
    });

    it("does not count if a replica became a master in between", async () => {
        const server = await newServer([...appendOnly, "--replicaof", "127.0.0.1 1"]);
        const { preScript, postScript } = scripts(server);
        await succeed(preScript);
        await server.command("REPLICAOF", "NO", "ONE");
        await failWith(postScript, /not consistent: its role changed to master/);
        await expectWritable(server);
    });

    it("lets writes continue if the dumping process is killed with the pre-script", async () => {
        const server = await newServer(dumps);
        await dumpSlowly(server);
        const script = folder.start(scripts(server).preScript);
        await until(paused, "writes are paused");
        await end(script, "SIGKILL");
        await until(() => processesWithText(runDirectory).length === 0, "no process is left");
        await expectWritable(server);
        expect(readdirSync(runDirectory)).to.deep.equal([]);
    });

    /** Tells whether the pre-script has begun to pause writes. */
    function paused(): boolean {
        return readdirSync(runDirectory).some((name) => existsSync(join(runDirectory, name, "paused")));
    }

    describe("with a password", () => {
        let server: RedisServer;
        let passwordFile: string;

        beforeEach(async () => {
            server = await newServer(appendOnly);
            const documented = codeBlocks(document("docs/recipes/redis.md"), "text").find((block) =>
                block.startsWith("ACL SETUSER"),
            );
            await server.command(
                ...(documented ?? "")
                    .replace("app_snapshot", "backup")
                    .replace(">…", ">top-secret")
                    .trim()
                    .split(" "),
            );
            await server.command("CONFIG", "SET", "requirepass", "other-secret");
            passwordFile = join(directory, "password");
            writeFileSync(passwordFile, "top-secret\n", { mode: 0o600 });
        });

        it("reads it from a file, and needs only the documented commands", async () => {
            const { preScript, postScript } = scripts(server, { user: "backup", passwordFile });
            await succeed(preScript);
            for (const { pid, commandLine } of processesWithText(server.socket)) {
                expect(commandLine).not.to.include("secret");
                expect(pid).to.be.above(1);
            }
            await succeed(postScript);
            writeFileSync(passwordFile, "other-secret");
            const usual = scripts(server, { passwordFile });
            await succeed(usual.preScript);
            await succeed(usual.postScript);
        });

        it("gives the remedy if it may not log in", async () => {
            await failWith(scripts(server).preScript, /NOAUTH .*: put the password into a file/);
            writeFileSync(passwordFile, "wrong");
            const wrong = scripts(server, { user: "backup", passwordFile });
            const output = await failWith(wrong.preScript, /WRONGPASS .*: put the password into a file/);
            expect(output).not.to.include("secret");
        });

        it("gives the remedy if it lacks a permission", async () => {
            const session = server.session("--pass", "other-secret");
            await session.ask("ACL SETUSER backup -client|pause");
            const { preScript } = scripts(server, { user: "backup", passwordFile });
            await failWith(preScript, /NOPERM .*: let the user run what docs\/recipes\/redis\.md lists/);
        });

        it("does not read a file that others can read or write", async () => {
            const { preScript } = scripts(server, { user: "backup", passwordFile });
            for (const mode of [0o640, 0o604, 0o620, 0o700]) {
                chmodSync(passwordFile, mode);
                await failWith(preScript, /password must be a file of root's own with mode 0600 or 0400/);
            }
            chmodSync(passwordFile, 0o600);
            await run("chown", ["nobody", passwordFile]);
            await failWith(preScript, /must be a file of root's own/);
        });
    });

    it("refuses a version that is too old", async () => {
        const info = "# Server\\r\\nredis_version:6.0.16\\r\\nrun_id:1\\r\\nrole:master\\r\\n";
        const client = join(
            folder.program(
                "redis-cli",
                `#!/bin/sh\nwhile read -r line; do case $line in INFO) printf '${info}' ;; ECHO*) echo "\${line#ECHO }" ;; esac; done\n`,
            ),
            "redis-cli",
        );
        await failWith(
            redis({ client, runDirectory }).preScript,
            /Redis 6\.0\.16 is too old: 6\.2 is the oldest/,
        );
        expect(readFileSync(client, "utf8")).to.include("6.0.16");
    });
});
