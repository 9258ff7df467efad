import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { postgresql, type PostgresqlOptions, type Scripts } from "../../provider/src/recipes/recipes";
import { codeBlocks, document } from "../docs/support/markdown";
import { until } from "../support/until";
import { newDirectory, newRunDirectory } from "./support/places";
import {
    checkPostgresql,
    checkPostgresqlChecksums,
    createPostgresql,
    loadPostgresql,
    postgres,
    postgresqlPrograms,
    type PostgresqlServer,
    startPostgresql,
} from "./support/postgresql";
import { copyAtOneMoment, endAll, run } from "./support/processes";
import { around, type Requirement } from "./support/requirements";
import { expectedRuns } from "./support/runs";
import { ScriptFolder } from "./support/scripts";

const needs: readonly Requirement[] = ["root", "postgresql"];

describe("recipes.postgresql on a real server", () => {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;
    let server: PostgresqlServer;

    around(
        needs,
        async () => {
            directory = newDirectory("postgresql", await postgres());
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
            await createPostgresql(join(directory, "data"));
            server = await startPostgresql(join(directory, "data"));
        },
        async () => {
            await endAll();
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    function scripts({ socketDirectory }: PostgresqlServer, options: PostgresqlOptions = {}): Scripts {
        return postgresql({ socketDirectory, runDirectory, ...options });
    }

    const { succeed, failWith } = expectedRuns(() => ({ folder, runDirectory }));

    it("preserves in a copy every row acknowledged before the pre-script returned, and intact pages", async () => {
        const load = await loadPostgresql(server);
        const open = server.session();
        await open.ask("BEGIN; INSERT INTO orders VALUES (1000000, 'not committed');");
        await until(() => load.acknowledged > 10, "there are rows");
        const { preScript, postScript } = scripts(server);
        const start = /since WAL position ([^\s,]+)/.exec(await succeed(preScript))?.[1] ?? "";
        const acknowledged = load.acknowledged;
        const copy = join(directory, "copy");
        await copyAtOneMoment(server.pid, server.dataDirectory, copy);
        expect(await succeed(postScript)).to.match(/backup mode was on until \S+, for \d/);
        await load.stop();
        await open.close();

        expect(existsSync(join(copy, "backup_label")), "it starts like any server").to.equal(false);
        const logFile = join(directory, "copy.log");
        const restored = await startCopy(copy, logFile);
        const { missing, check } = await checkPostgresql(restored, acknowledged);
        expect(missing).to.equal(0);
        expect(check).to.equal("");
        expect(await restored.query("SELECT COUNT(*) FROM orders WHERE id = 1000000;")).to.deep.equal(["0"]);
        await restored.stop();
        await checkPostgresqlChecksums(copy);
        const log = readFileSync(logFile, "utf8");
        expect(log).to.include("database system was not properly shut down; automatic recovery in progress");
        expect(log, "it recovers from the checkpoint of the pre-script on").to.include(
            `redo starts at ${start}`,
        );
    });

    /** Starts a server on a copy. Its lock file names the original, which still runs on this machine. */
    function startCopy(copy: string, logFile?: string): Promise<PostgresqlServer> {
        rmSync(join(copy, "postmaster.pid"));
        return startPostgresql(copy, logFile === undefined ? {} : { logFile });
    }

    describe("that is a standby", () => {
        let standby: PostgresqlServer;

        around(
            needs,
            async () => {
                standby = await newStandby(server);
            },
            async () => {
                await standby.stop("SIGQUIT");
            },
        );

        it("has a copy that recovers as a standby, with every row that it had received", async () => {
            const load = await loadPostgresql(server);
            await until(async () => (await rowsOf(standby)) > 10, "it has rows");
            const { preScript, postScript } = scripts(standby);
            await succeed(preScript);
            const rows = await rowsOf(standby);
            const copy = join(directory, "copy-of-standby");
            await copyAtOneMoment(standby.pid, standby.dataDirectory, copy);
            await succeed(postScript);
            await load.stop();

            const restored = await startCopy(copy);
            try {
                expect(await restored.query("SELECT pg_is_in_recovery();")).to.deep.equal(["t"]);
                expect(await rowsOf(restored)).to.be.at.least(rows);
                await restored.query("SELECT pg_promote();");
                expect((await checkPostgresql(restored, rows)).missing).to.equal(0);
            } finally {
                await restored.stop("SIGQUIT");
            }
        });

        it("does not count if it was promoted in between", async () => {
            const { preScript, postScript } = scripts(standby);
            await succeed(preScript);
            await standby.query("SELECT pg_promote();");
            await failWith(postScript, /not consistent: .*the standby was promoted during online backup/);
        });

        async function newStandby(primary: PostgresqlServer): Promise<PostgresqlServer> {
            const dataDirectory = join(directory, "standby");
            await run(
                join(postgresqlPrograms() ?? "", "pg_basebackup"),
                [
                    `--host=${primary.socketDirectory}`,
                    `--pgdata=${dataDirectory}`,
                    "--write-recovery-conf",
                    "--checkpoint=fast",
                ],
                await postgres(),
            );
            return startPostgresql(dataDirectory);
        }

        async function rowsOf(server: PostgresqlServer): Promise<number> {
            const rows = await server.query("SELECT COUNT(*) FROM orders;").catch(() => ["0"]);
            return Number(rows[0]);
        }
    });

    it("needs the privilege that is documented and no other", async () => {
        const [documented = ""] = codeBlocks(document("docs/recipes/postgresql.md"), "sql");
        const [create = "", grant = ""] = documented.replaceAll("app_snapshot", "nobody").trim().split("\n");
        await server.query(create);
        const { preScript, postScript } = scripts(server, { systemUser: "nobody" });
        await failWith(preScript, /permission denied for function pg_backup_start: grant the user what docs/);
        await server.query(grant);
        await succeed(preScript);
        await succeed(postScript);
    });

    it("logs in with a password from a file", async () => {
        const hba = join(server.dataDirectory, "pg_hba.conf");
        writeFileSync(hba, `local all backup scram-sha-256\n${readFileSync(hba, "utf8")}`);
        await server.query(
            "SELECT pg_reload_conf(); CREATE ROLE backup LOGIN SUPERUSER PASSWORD 'top-secret';",
        );
        const passwordFile = join(directory, "pgpass");
        writeFileSync(passwordFile, "*:*:*:backup:top-secret\n", { mode: 0o600 });
        const { uid, gid } = await postgres();
        chownSync(passwordFile, uid, gid);
        const { preScript, postScript } = scripts(server, { user: "backup", passwordFile });
        await succeed(preScript);
        await succeed(postScript);
        writeFileSync(passwordFile, "*:*:*:backup:wrong\n");
        await failWith(preScript, /password authentication failed .*: let the system user in by its socket/);
        rmSync(passwordFile);
        await failWith(preScript, /no password supplied: let the system user in/);
    });

    it("logs in with a service entry", async () => {
        const serviceFile = join(directory, "services");
        writeFileSync(serviceFile, `[main]\nhost=${server.socketDirectory}\nport=${server.port}\n`, {
            mode: 0o644,
        });
        const { preScript, postScript } = postgresql({ service: "main", serviceFile, runDirectory });
        await succeed(preScript);
        await succeed(postScript);
    });

    it("gives the remedy if it may not log in", async () => {
        await failWith(
            scripts(server, { user: "nobody" }).preScript,
            /Peer authentication failed .*: let the system/,
        );
        await failWith(
            scripts(server, { database: "shop" }).preScript,
            /"shop" does not exist: let the system/,
        );
        await failWith(
            scripts(server, { systemUser: "no-one" }).preScript,
            /there is no system user no-one: name/,
        );
    });

    /** Makes a client that answers like a server of this version, and notes its questions. */
    function fakeClient(version: number, notes: string): string {
        return folder.program(
            "psql",
            `#!/bin/sh
while read -r line; do
    printf '%s\\n' "$line" >>'${notes}'
    case $line in
        *server_version_num*) echo ${version} ;;
        *start_backup*) echo 0/2000028 ;;
        *stop_backup*) echo 0/2000100 ;;
        '\\echo '*) printf '%s\\n' "\${line#?echo }" ;;
    esac
done
`,
        );
    }

    it("calls the functions by their names before version 15", async () => {
        const notes = join(folder.directory, "statements");
        writeFileSync(notes, "", { mode: 0o666 });
        const client = join(fakeClient(130012, notes), "psql");
        await run("chmod", ["-R", "a+rwX", folder.directory]);
        const { preScript, postScript } = postgresql({ client, runDirectory });
        expect((await folder.run(preScript)).output).to.include("PostgreSQL 13.12: backup mode is on, since");
        await succeed(postScript);
        const statements = readFileSync(notes, "utf8");
        expect(statements).to.include("SELECT pg_start_backup('app-snapshot', true, false);");
        expect(statements).to.include("SELECT lsn FROM pg_stop_backup(false, false);");
        expect(statements, "there is no such setting before version 14").not.to.include(
            "idle_session_timeout",
        );
    });

    it("refuses a version that is too old", async () => {
        const notes = join(folder.directory, "statements");
        writeFileSync(notes, "", { mode: 0o666 });
        const client = join(fakeClient(110022, notes), "psql");
        await run("chmod", ["-R", "a+rwX", folder.directory]);
        await failWith(
            postgresql({ client, runDirectory }).preScript,
            /version 110022 is too old: PostgreSQL 12 is/,
        );
    });
});
