import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import * as fc from "fast-check";

import { longestScript } from "../../provider/src/core/inputs/script-text";
import { combine, mysql, postgresql, redis, type Scripts } from "../../provider/src/recipes/recipes";
import { printing, quote, sh, ShellText } from "../../provider/src/recipes/shell";
import { newRunDirectory } from "./support/places";
import { around, demand } from "./support/requirements";
import { ScriptFolder, type Shell, shells } from "./support/scripts";

/** Recipes that use every option at least once. */
const samples: Readonly<Record<string, Scripts>> = {
    "mysql()": mysql(),
    "mysql() by socket": mysql({
        socket: "/s",
        user: "u",
        defaultsExtraFile: "/root/my.cnf",
        client: "/opt/mysql",
    }),
    "mysql() by host": mysql({
        host: "::1",
        port: 3307,
        loginPath: "backup",
        holdSeconds: 7_200,
        lockWaitSeconds: 9,
    }),
    "postgresql()": postgresql(),
    "postgresql() by socket": postgresql({
        socketDirectory: "/s",
        port: 1,
        user: "u",
        database: "d",
        systemUser: "s",
    }),
    "postgresql() by service": postgresql({
        service: "s",
        serviceFile: "/f",
        passwordFile: "/p",
        client: "/opt/psql",
    }),
    "redis()": redis(),
    "redis() by socket": redis({
        socket: "/s",
        user: "u",
        passwordFile: "/root/p",
        runDirectory: "/run/other",
    }),
    "redis() by host": redis({ host: "::1", port: 6380, client: "/opt/redis-cli" }),
};
const all = { ...samples, "combine()": combine(mysql(), postgresql(), redis()) };

describe("the text of a recipe's scripts", () => {
    for (const [name, scripts] of Object.entries(all)) {
        for (const [side, text] of Object.entries(scripts) as [string, string][]) {
            it(`${name}: the ${side} says what it is, in plain ASCII`, () => {
                expect(text)
                    .to.match(/^#!\/bin\/sh\n/)
                    .and.match(/^# Runs (before|after) a snapshot/m);
                expect(text).to.match(/^[\t\n -~]*\n$/);
            });

            it(`${name}: shellcheck finds nothing wrong with the ${side}`, function () {
                demand(this, "shellcheck");
                expectNoFindings(text);
            });
        }
    }

    it("is short enough to combine all recipes with some own scripts", () => {
        for (const [name, { preScript, postScript }] of Object.entries(samples)) {
            expect(preScript.length, name).to.be.below(longestScript * 0.6);
            expect(postScript.length, name).to.be.below(longestScript * 0.2);
        }
        const { preScript, postScript } = all["combine()"];
        expect(preScript.length).to.be.below(longestScript - (3 << 10));
        expect(postScript.length).to.be.below(longestScript / 3);
    });

    it("of the lock keeper, as it is on the machine, passes shellcheck", async function () {
        demand(this, "shellcheck", "root");
        const runDirectory = newRunDirectory();
        const folder = new ScriptFolder();
        try {
            const found = join(folder.directory, "keeper.sh");
            // It exists only for a moment, but the process that starts it can see it.
            const path = folder.program("setsid", `#!/bin/sh\ncp "$2" '${found}'\nexit 1\n`);
            const client = "/bin/false";
            for (const { preScript } of [
                mysql({ client, runDirectory }),
                postgresql({ client, runDirectory }),
                redis({ client, runDirectory }),
            ]) {
                await folder.run(preScript, { path: [path] });
                // Functions that are called by their names, and variables that one piece sets for another.
                expectNoFindings(
                    `#!/bin/sh\n# shellcheck disable=SC2034,SC2317\n${readFileSync(found, "utf8")}`,
                );
                rmSync(found);
            }
        } finally {
            folder.remove();
            rmSync(runDirectory, { recursive: true });
        }
    });

    function expectNoFindings(text: string): void {
        const { status, stdout } = spawnSync("shellcheck", ["--shell=sh", "-"], {
            input: text,
            encoding: "utf8",
        });
        expect(status, stdout).to.equal(0);
    }

    it("is the same for the same options", () => {
        expect(mysql({ host: "h" })).to.deep.equal(mysql({ host: "h" }));
    });

    it("uses separate directories for different servers, with names that are not too long", () => {
        const long = `/${"a".repeat(106)}`;
        const servers = [
            mysql(),
            mysql({ socket: "/a" }),
            mysql({ host: "a" }),
            mysql({ host: "a", port: 2 }),
            mysql({ defaultsFile: "/b" }),
            mysql({ loginPath: "c" }),
            mysql({ socket: long }),
            mysql({ socket: `${long.slice(0, -1)}b` }),
            redis(),
            redis({ port: 6380 }),
            postgresql(),
            postgresql({ port: 5433 }),
        ];
        const directories = servers.map(({ postScript }) => /^name=(\S+) /m.exec(postScript)?.[1] ?? "");
        // A socket at /a and a host a may share one: then they only refuse to run concurrently.
        expect(new Set(directories).size).to.equal(servers.length - 1);
        for (const { length } of directories) {
            expect(length).to.be.within(5, 80);
        }
    });
});

/** Text in which everything that is special to a shell is frequent. */
const hostile = fc
    .array(
        fc.oneof(
            fc.constantFrom(
                ..."'\"\\$`;&|<>(){}[]*?~#!\n\t %=-".split(""),
                "$(touch canary)",
                "`touch canary`",
                "'; touch canary; '",
                "\n. /dev/stdin\n",
                "EOF",
                "${IFS}",
                "\\n",
                "%s",
            ),
            fc.string({ unit: "grapheme" }),
        ),
        { maxLength: 12 },
    )
    .map((parts) => parts.join("").replaceAll("\0", ""));

describe("quoting", () => {
    for (const shell of Object.keys(shells) as Shell[]) {
        it(`keeps any text one word, and that word, for ${shell}`, function () {
            demand(this, ...(shell === "busybox" ? ["busybox" as const] : []));
            const [program, ...args] = shells[shell];
            const run = (script: string): string =>
                execFileSync(program, [...args, "-c", script], {
                    encoding: "utf8",
                    cwd: "/proc",
                    env: {},
                    // Bash takes a socket, such as Node.js gives, for a remote login, and reads its start-up files.
                    stdio: ["ignore", "pipe", "pipe"],
                });
            fc.assert(
                fc.property(fc.array(hostile, { minLength: 1, maxLength: 20 }), (texts) => {
                    const script = sh`printf '%s\n\001' ${texts}; set -- ${texts}; printf '%s' "$#"`.text;
                    expect(run(script)).to.equal(
                        texts.map((text) => `${text}\n\x01`).join("") + String(texts.length),
                    );
                    const functions = texts.map(
                        (text, index) => printing(`f${index}`, new ShellText(text)).text,
                    );
                    const calls = texts.map((_, index) => `f${index}; printf '\\001'`);
                    expect(run([...functions, ...calls].join("\n"))).to.equal(
                        texts.map((text) => `${text.endsWith("\n") ? text : `${text}\n`}\x01`).join(""),
                    );
                }),
                { numRuns: 60 },
            );
        });
    }

    it("leaves plain words as they are", () => {
        expect(quote("/run/a-b_c.d:e@f%g,h+i")).to.equal("/run/a-b_c.d:e@f%g,h+i");
        expect(quote("--host=::1")).to.equal("--host=::1");
        expect(quote("a=b")).to.equal("a=b");
        expect(quote("")).to.equal("''");
        expect(quote("-")).to.equal("'-'");
        expect(() => quote("a\0b")).to.throw("NUL");
    });
});

describe("hostile values of options", () => {
    let runDirectory: string;
    let folder: ScriptFolder;

    around(
        ["root"],
        () => {
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
        },
        () => {
            folder.remove();
            rmSync(runDirectory, { recursive: true });
        },
    );

    /** Returns the arguments with which the real scripts call the client, and checks that nothing else happened. */
    async function argumentsOf(make: (client: string) => Scripts): Promise<string[]> {
        const calls = join(folder.directory, "calls");
        const client = join(
            folder.program("client", `#!/bin/sh\nprintf '%s\\0' "$#" "$@" >>'${calls}'\nexit 1\n`),
            "client",
        );
        rmSync(calls, { force: true });
        const path = folder.program("sync", "#!/bin/sh\n");
        const { preScript, postScript } = make(client);
        for (const text of [preScript, postScript]) {
            const { code, output } = await folder.run(text, { path: [path], shell: "dash" });
            expect(code, output).to.equal(1);
            expect(output).to.match(/^app-snapshot: [^\n]+\n$/);
        }
        expect(existsSync(join(folder.directory, "canary"))).to.equal(false);
        const [count, ...argv] = readFileSync(calls, "utf8").split("\0");
        expect(argv.pop()).to.equal("");
        expect(count).to.equal(String(argv.length));
        return argv;
    }

    const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,62}$/);
    const path = fc.stringMatching(/^(?:\/[A-Za-z0-9_@%+:-][A-Za-z0-9._@%+:-]{0,20}){1,4}$/);
    const host = fc.stringMatching(/^[A-Za-z0-9:][A-Za-z0-9.:-]{0,80}$/);

    it("are refused unless they are plain; plain ones reach the client of MySQL unchanged", async () => {
        await fc.assert(
            fc.asyncProperty(
                host,
                name,
                path,
                fc.integer({ min: 1, max: 65_535 }),
                async (a, user, file, port) => {
                    const argv = await argumentsOf((client) =>
                        mysql({ host: a, user, defaultsFile: file, port, client, runDirectory }),
                    );
                    expect(argv.slice(0, 5)).to.deep.equal([
                        `--defaults-file=${file}`,
                        "--protocol=tcp",
                        `--host=${a}`,
                        `--port=${port}`,
                        `--user=${user}`,
                    ]);
                },
            ),
            { numRuns: 12 },
        );
    });

    it("are refused unless they are plain; plain ones reach the client of PostgreSQL unchanged", async function () {
        demand(this, "postgresql");
        await fc.assert(
            fc.asyncProperty(name, name, host, async (user, database, a) => {
                const argv = await argumentsOf((client) =>
                    postgresql({ host: a, user, database, systemUser: "root", client, runDirectory }),
                );
                expect(argv.slice(0, 3)).to.deep.equal([
                    `--host=${a}`,
                    `--username=${user}`,
                    `--dbname=${database}`,
                ]);
            }),
            { numRuns: 12 },
        );
    });

    it("are refused unless they are plain; plain ones reach the client of Redis unchanged", async () => {
        await fc.assert(
            fc.asyncProperty(path, async (socket) => {
                const argv = await argumentsOf((client) => redis({ socket, client, runDirectory }));
                expect(argv.slice(0, 2)).to.deep.equal(["-s", socket]);
            }),
            { numRuns: 12 },
        );
    });

    for (const [recipe, option, make] of [
        ["mysql", "socket", (socket: string) => mysql({ socket })],
        ["mysql", "user", (user: string) => mysql({ user })],
        ["mysql", "host", (a: string) => mysql({ host: a })],
        ["mysql", "loginPath", (loginPath: string) => mysql({ loginPath })],
        ["postgresql", "database", (database: string) => postgresql({ database })],
        ["postgresql", "systemUser", (systemUser: string) => postgresql({ systemUser })],
        ["postgresql", "passwordFile", (passwordFile: string) => postgresql({ passwordFile })],
        ["redis", "passwordFile", (passwordFile: string) => redis({ passwordFile })],
        ["redis", "runDirectory", (directory: string) => redis({ runDirectory: directory })],
    ] as const) {
        it(`are refused for ${option} of recipes.${recipe}`, () => {
            const plain = /^[A-Za-z0-9._@%+:/-]*$/;
            fc.assert(
                fc.property(
                    hostile.filter((text) => !plain.test(text)),
                    (text) => {
                        expect(() => make(text)).to.throw(`recipes.${recipe}: ${option} must be `);
                        expect(() => make(`/a${text}`)).to.throw(`recipes.${recipe}: ${option} must be `);
                    },
                ),
                { numRuns: 300 },
            );
        });
    }
});
