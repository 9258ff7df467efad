import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { mysql, type MysqlOptions, type Scripts } from "../../provider/src/recipes/recipes";
import { codeBlocks, document } from "../docs/support/markdown";
import { until } from "../support/until";
import { goesOn } from "./support/databases";
import {
    checkMariadb,
    createMariadb,
    loadMariadb,
    type MariadbServer,
    startMariadb,
} from "./support/mariadb";
import { newDirectory, newRunDirectory } from "./support/places";
import { copyAtOneMoment, end, endAll, processesWithText } from "./support/processes";
import { around, type Requirement } from "./support/requirements";
import { expectedRuns } from "./support/runs";
import { ScriptFolder } from "./support/scripts";
import type { WriteLoad } from "./support/session";

const needs: readonly Requirement[] = ["root", "mariadb-server-core", "mariadb-client-core"];

// MariaDB knows the statements that lock MySQL; if it pretends to be MySQL, the recipe uses them.
const asMysql = ["--version=8.0.36"];

function documentedPrivileges(): string {
    const [statements = ""] = codeBlocks(document("docs/recipes/mysql.md"), "sql");
    return /GRANT (.*) ON/.exec(statements)?.[1] ?? "";
}

describe("recipes.mysql on a real server", () => {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;

    around(
        needs,
        () => {
            directory = newDirectory("mysql");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
        },
        async () => {
            await endAll();
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    /** Gives a block of tests a server with new data. */
    function serverWith(options: readonly string[]): () => MariadbServer {
        let server: MariadbServer | undefined;
        around(
            needs,
            async () => {
                const dataDirectory = join(directory, "data");
                await createMariadb(dataDirectory);
                server = await startMariadb(dataDirectory, { options });
            },
            async () => {
                await endAll();
                rmSync(join(directory, "data"), { recursive: true });
            },
        );
        return () => {
            if (server === undefined) {
                throw new Error("there is no server yet");
            }
            return server;
        };
    }

    async function withLoad(server: MariadbServer, test: (load: WriteLoad) => Promise<void>): Promise<void> {
        const load = await loadMariadb(server);
        try {
            await goesOn(load);
            await test(load);
        } finally {
            await load.stop();
        }
    }

    /** Tells whether a statement like this has run for at least so many seconds. */
    async function runs(server: MariadbServer, pattern: string, seconds = 0): Promise<boolean> {
        const [count] = await server.query(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Query' " +
                `AND ID <> CONNECTION_ID() AND TIME >= ${seconds} AND INFO LIKE '${pattern}';`,
        );
        return Number(count) > 0;
    }

    /** Records all statements that the server gets from now on; the returned function lists those like this. */
    async function noteStatements(server: MariadbServer): Promise<(pattern: string) => Promise<string[]>> {
        await server.query(
            "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON; TRUNCATE mysql.general_log;",
        );
        return (pattern) =>
            server.query(
                "SELECT CONVERT(argument USING ascii) FROM mysql.general_log " +
                    `WHERE command_type = 'Query' AND argument LIKE '${pattern}';`,
            );
    }

    function scripts(server: MariadbServer, options: MysqlOptions = {}): Scripts {
        return mysql({ socket: server.socket, runDirectory, lockWaitSeconds: 60, ...options });
    }

    const { succeed, failWith } = expectedRuns(() => ({ folder, runDirectory }), "before");

    /** An option file with the credentials of a user with these privileges. */
    async function userWith(server: MariadbServer, privileges: string, more = ""): Promise<string> {
        await server.query(
            `CREATE OR REPLACE USER backup IDENTIFIED BY 'top-secret'; GRANT ${privileges} ON *.* TO backup;`,
        );
        return folder.write(`[client]\nuser=backup\npassword=top-secret\n${more}`, "backup.cnf");
    }

    /** The tests of both; a statement of the lock is like `lock`. */
    function behavesAsBoth(server: () => MariadbServer, options: readonly string[], lock: string): void {
        it("preserves in a copy every row acknowledged before the pre-script returned, and intact tables", () =>
            withLoad(server(), async (load) => {
                const open = server().session();
                await open.ask("BEGIN; INSERT INTO shop.innodb_rows VALUES (1000000, 'not committed');");
                await until(() => load.acknowledged > 20, "there are rows");
                const { preScript, postScript } = scripts(server());
                await succeed(preScript);
                const acknowledged = load.acknowledged;
                const copy = join(directory, "copy");
                await copyAtOneMoment(server().pid, server().dataDirectory, copy);
                expect(await succeed(postScript)).to.include("writes were blocked for");
                await open.close();

                const restored = await startMariadb(copy, { options });
                try {
                    for (const table of await checkMariadb(restored, acknowledged)) {
                        expect(table).to.deep.equal({ missing: 0, check: "OK" });
                    }
                    const uncommitted = "SELECT COUNT(*) FROM shop.innodb_rows WHERE id = 1000000;";
                    expect(await restored.query(uncommitted)).to.deep.equal(["0"]);
                } finally {
                    await restored.stop("SIGKILL");
                    rmSync(copy, { recursive: true });
                }
            }));

        it("needs the privileges that are documented and no others", async () => {
            const defaultsFile = await userWith(server(), documentedPrivileges());
            const { preScript, postScript } = scripts(server(), { defaultsFile });
            await succeed(preScript);
            await succeed(postScript);
            await server().query("REVOKE RELOAD ON *.* FROM backup;");
            const output = await failWith(preScript, /ERROR 1227 .*: grant the user what docs\/recipes/);
            expect(output).not.to.include("top-secret");
        });

        it("waits in short tries, between which writes continue", () =>
            withLoad(server(), async (load) => {
                const other = server().session();
                await other.ask(
                    "CREATE TABLE shop.held (id INT) ENGINE=MyISAM; LOCK TABLES shop.held WRITE;",
                );
                await failWith(
                    scripts(server(), { lockWaitSeconds: 1 }).preScript,
                    /no lock within 1 s: ERROR 1205 .*raise lockWaitSeconds/,
                );
                await goesOn(load);

                const statements = await noteStatements(server());
                const waiting = folder.start(scripts(server()).preScript);
                await until(() => runs(server(), lock), "it tries");
                await until(async () => !(await runs(server(), lock)), "it lets others continue");
                await goesOn(load);
                await until(() => runs(server(), lock), "it tries again");
                await end(waiting, "SIGKILL");
                await until(() => processesWithText(runDirectory).length === 0, "no process is left");
                const patience = await statements("SET SESSION lock_wait_timeout%");
                expect(patience).to.have.length.at.least(2);
                for (const statement of patience) {
                    expect(statement).to.match(/^SET SESSION lock_wait_timeout = [1-3],/);
                }
                await other.close();
            }));
    }

    const longStatement = "SELECT SLEEP(300) FROM shop.innodb_rows LIMIT 1;";

    describe("locked as MariaDB", () => {
        const server = serverWith([]);
        behavesAsBoth(server, [], "BACKUP STAGE%");

        it("is locked despite a long query", () =>
            withLoad(server(), async () => {
                const session = server().session();
                const answer = session.ask(longStatement).catch(() => []);
                await until(() => runs(server(), "SELECT SLEEP%"), "it runs");
                const { preScript, postScript } = scripts(server());
                await succeed(preScript);
                await succeed(postScript);
                await session.close();
                await answer;
            }));

        it("gives the remedy if it may not log in", async () => {
            await userWith(server(), "USAGE");
            const wrong = folder.write("[client]\nuser=backup\npassword=wrong\n");
            await failWith(
                scripts(server(), { defaultsFile: wrong }).preScript,
                /ERROR 1045 .*: let root in by its socket/,
            );
        });

        it("is not affected by an option file that makes the client continue after errors", async () => {
            const careless =
                "[mysql]\nforce\nvertical\ntable\nreconnect\nauto-rehash\n[mariadb-client]\nforce\n";
            const defaultsExtraFile = await userWith(server(), "RELOAD, PROCESS", careless);
            const { preScript, postScript } = scripts(server(), { defaultsExtraFile });
            await succeed(preScript);
            await succeed(postScript);
            await server().query("REVOKE RELOAD ON *.* FROM backup;");
            await failWith(preScript, /ERROR 1227 /);
        });
    });

    /** Options that root's own option file may have for manual use of the client. */
    const byHand = [
        "tee=FILE",
        "verbose",
        "verbose\nverbose",
        "html",
        "xml",
        "delimiter=//",
        "column-type-info",
        "show-warnings",
    ];

    describe("with an option file that changes what the client reads or prints", () => {
        const server = serverWith([]);

        for (const option of byHand) {
            it(`is not disturbed by ${option.replace("\n", " and ")}`, async () => {
                const file = folder.write("", "noted");
                const defaultsExtraFile = folder.write(`[mysql]\n${option.replace("FILE", file)}\n`);
                const { preScript, postScript } = scripts(server(), { defaultsExtraFile });
                await succeed(preScript);
                await succeed(postScript);
                expect(readFileSync(file, "utf8"), "what the client noted").to.equal("");
            });
        }
    });

    describe("locked as MySQL", () => {
        const server = serverWith(asMysql);
        behavesAsBoth(server, asMysql, "FLUSH TABLES%");

        it("is not locked, and no lock is tried, while a long statement runs", () =>
            withLoad(server(), async (load) => {
                const session = server().session();
                const answer = session.ask(longStatement).catch(() => []);
                await until(() => runs(server(), "SELECT SLEEP%", 2), "it has run for long");
                const statements = await noteStatements(server());
                await failWith(
                    scripts(server(), { lockWaitSeconds: 3 }).preScript,
                    /no lock within 3 s: connection \d+ runs a statement since \d+ s: take the snapshot when/,
                );
                expect(await statements("%runs a statement since%"), "it looked").not.to.deep.equal([]);
                expect(await statements("FLUSH TABLES%"), "nobody waited for the lock").to.deep.equal([]);
                await goesOn(load);
                await session.close();
                await answer;
            }));
    });

    for (const [version, name] of [
        ["5.6.51", "MySQL 5.6.51"],
        ["10.3.39-MariaDB", "MariaDB 10.3.39"],
    ] as const) {
        describe(`of version ${version}`, () => {
            const server = serverWith([`--version=${version}`]);

            it("is refused", () =>
                failWith(
                    scripts(server()).preScript,
                    new RegExp(`nothing is locked: ${name} is too old: MySQL 5\\.7 or MariaDB 10\\.4`),
                ));
        });
    }
});
