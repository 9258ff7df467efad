import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { mysql, type MysqlOptions, type Scripts } from "../../provider/src/recipes/recipes";
import {
    checkMariadb,
    createMariadb,
    loadMariadb,
    type MariadbServer,
    startMariadb,
} from "./support/mariadb";
import { codeBlocks, document } from "../docs/support/markdown";
import { newDirectory, newRunDirectory } from "./support/places";
import { copyAtOneMoment, endAll, eventually, run } from "./support/processes";
import { around } from "./support/requirements";
import { expectedRuns } from "./support/runs";
import { ScriptFolder } from "./support/scripts";
import type { WriteLoad } from "./support/session";

// MariaDB knows the statements that MySQL is locked with; told to call itself MySQL, it is locked with them.
const roles = [
    { role: "MariaDB", options: [] },
    { role: "MySQL", options: ["--version=8.0.36"] },
] as const;

function documentedPrivileges(): string {
    const [statements = ""] = codeBlocks(document("docs/recipes/mysql.md"), "sql");
    return /GRANT (.*) ON/.exec(statements)?.[1] ?? "";
}

describe("recipes.mysql on a real server", function () {
    this.timeout(120_000);
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;
    let template: string;

    around(
        ["root", "mariadb-server-core", "mariadb-client-core"],
        async () => {
            directory = newDirectory("mysql");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
            template = join(directory, "template");
            await createMariadb(template);
        },
        async () => {
            await endAll();
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    /** A server with new data; stopped in any case. */
    async function withServer(
        options: readonly string[],
        test: (server: MariadbServer, dataDirectory: string) => Promise<void>,
    ): Promise<void> {
        const dataDirectory = join(directory, "data");
        await run("cp", ["-a", template, dataDirectory]);
        const server = await startMariadb(dataDirectory, { options });
        try {
            await test(server, dataDirectory);
        } finally {
            await endAll();
            rmSync(dataDirectory, { recursive: true });
        }
    }

    async function withLoad(server: MariadbServer, test: (load: WriteLoad) => Promise<void>): Promise<void> {
        const load = await loadMariadb(server);
        try {
            await eventually("there are rows", () => load.acknowledged > 0);
            await test(load);
        } finally {
            await load.stop();
        }
    }

    function scripts(server: MariadbServer, options: MysqlOptions = {}): Scripts {
        return mysql({ socket: server.socket, runDirectory, lockWaitSeconds: 10, ...options });
    }

    const { succeed, failWith } = expectedRuns(() => ({ folder, runDirectory }), "before");

    /** An option file with the credentials of a user with these privileges. */
    async function userWith(server: MariadbServer, privileges: string, more = ""): Promise<string> {
        await server.query(
            `CREATE USER backup IDENTIFIED BY 'top-secret'; GRANT ${privileges} ON *.* TO backup;`,
        );
        return folder.write(`[client]\nuser=backup\npassword=top-secret\n${more}`, "backup.cnf");
    }

    for (const { role, options } of roles) {
        describe(`locked as ${role}`, () => {
            it("has in a copy every row acknowledged before the pre-script returned, and sound tables", () =>
                withServer(options, (server, dataDirectory) =>
                    withLoad(server, async (load) => {
                        const open = server.session();
                        await open.ask(
                            "BEGIN; INSERT INTO shop.innodb_rows VALUES (1000000, 'not committed');",
                        );
                        await sleep(500);
                        const { preScript, postScript } = scripts(server);
                        await succeed(preScript);
                        const acknowledged = load.acknowledged;
                        const copy = join(directory, "copy");
                        await copyAtOneMoment(server.pid, dataDirectory, copy);
                        expect(await succeed(postScript)).to.include("writes were blocked for");
                        await open.close();

                        const restored = await startMariadb(copy, { options });
                        try {
                            expect(acknowledged).to.be.above(10);
                            for (const table of await checkMariadb(restored, acknowledged)) {
                                expect(table).to.deep.equal({ missing: 0, check: "OK" });
                            }
                            const uncommitted = "SELECT COUNT(*) FROM shop.innodb_rows WHERE id = 1000000;";
                            expect(await restored.query(uncommitted)).to.deep.equal(["0"]);
                        } finally {
                            await restored.stop("SIGKILL");
                            rmSync(copy, { recursive: true });
                        }
                    }),
                ));

            it("needs the privileges that are documented and no others", () =>
                withServer(options, async (server) => {
                    const defaultsFile = await userWith(server, documentedPrivileges());
                    const { preScript, postScript } = scripts(server, { defaultsFile });
                    await succeed(preScript);
                    await succeed(postScript);
                    await server.query("REVOKE RELOAD ON *.* FROM backup;");
                    const output = await failWith(
                        preScript,
                        /ERROR 1227 .*: grant the user what docs\/recipes/,
                    );
                    expect(output).not.to.include("top-secret");
                }));

            it("waits in tries so short that nobody waits long for them", () =>
                withServer(options, (server) =>
                    withLoad(server, async (load) => {
                        const other = server.session();
                        await other.ask(
                            "CREATE TABLE shop.held (id INT) ENGINE=MyISAM; LOCK TABLES shop.held WRITE;",
                        );
                        const gap = longestGap(load);
                        await failWith(
                            scripts(server, { lockWaitSeconds: 6 }).preScript,
                            /no lock within 6 s: ERROR 1205 .*raise lockWaitSeconds/,
                        );
                        expect(gap(), "in spite of all tries").to.be.below(5_500);
                        await other.close();
                    }),
                ));
        });
    }

    it("does not try to lock MySQL while a long statement runs", () =>
        withServer(["--version=8.0.36"], (server) =>
            withLoad(server, async (load) => {
                const long = server.session();
                const answer = long.ask("SELECT SLEEP(60) FROM shop.innodb_rows LIMIT 1;").catch(() => []);
                await sleep(2_500);
                const gap = longestGap(load);
                await failWith(
                    scripts(server, { lockWaitSeconds: 3 }).preScript,
                    /no lock within 3 s: connection \d+ runs a statement since \d+ s: take the snapshot when/,
                );
                expect(gap(), "nobody waited for the lock").to.be.below(2_500);
                await long.close();
                await answer;
            }),
        ));

    it("locks MariaDB in spite of a long query", () =>
        withServer([], (server) =>
            withLoad(server, async () => {
                const long = server.session();
                const answer = long.ask("SELECT SLEEP(60) FROM shop.innodb_rows LIMIT 1;").catch(() => []);
                await sleep(500);
                const { preScript, postScript } = scripts(server, { lockWaitSeconds: 3 });
                await succeed(preScript);
                await succeed(postScript);
                await long.close();
                await answer;
            }),
        ));

    for (const [version, name] of [
        ["5.6.51", "MySQL 5.6.51"],
        ["10.3.39-MariaDB", "MariaDB 10.3.39"],
    ] as const) {
        it(`refuses ${name}`, () =>
            withServer([`--version=${version}`], async (server) => {
                await failWith(
                    scripts(server).preScript,
                    new RegExp(`nothing is locked: ${name} is too old: MySQL 5\\.7 or MariaDB 10\\.4`),
                );
            }));
    }

    it("says what to do when it is not let in", () =>
        withServer([], async (server) => {
            await userWith(server, "USAGE");
            const wrong = folder.write("[client]\nuser=backup\npassword=wrong\n");
            await failWith(
                scripts(server, { defaultsFile: wrong }).preScript,
                /ERROR 1045 .*: let root in by its socket/,
            );
        }));

    it("holds its own against an option file that has the client go on after errors", () =>
        withServer([], async (server) => {
            const careless =
                "[mysql]\nforce\nvertical\ntable\nreconnect\nauto-rehash\n[mariadb-client]\nforce\n";
            const defaultsExtraFile = await userWith(server, "RELOAD, PROCESS", careless);
            const { preScript, postScript } = scripts(server, { defaultsExtraFile });
            await succeed(preScript);
            await succeed(postScript);
            await server.query("REVOKE RELOAD ON *.* FROM backup;");
            await failWith(preScript, /ERROR 1227 /);
        }));
});

/** Watches a load; the function tells the longest time in which nothing was acknowledged. */
function longestGap(load: WriteLoad): () => number {
    let longest = 0;
    let last = { at: Date.now(), acknowledged: load.acknowledged };
    const look = (): void => {
        if (load.acknowledged !== last.acknowledged) {
            last = { at: Date.now(), acknowledged: load.acknowledged };
        }
        longest = Math.max(longest, Date.now() - last.at);
    };
    const timer = setInterval(look, 20).unref();
    return () => {
        clearInterval(timer);
        return longest;
    };
}
