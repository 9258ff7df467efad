import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import * as fc from "fast-check";

import { longestScript } from "../../provider/src/core/inputs/script-text";
import { combine, mysql, postgresql, redis, type Scripts } from "../../provider/src/recipes/recipes";
import { until } from "../support/until";
import { databases, goesOn, type RunningDatabase } from "./support/databases";
import { newDirectory, newRunDirectory } from "./support/places";
import { end, endAll, finish, killNoted, processesWithText } from "./support/processes";
import { around, demand } from "./support/requirements";
import { ScriptFolder, type Shell, shells } from "./support/scripts";

/** Returns a script that runs in the shell that is `sh` on the path. */
function script(body: string): string {
    return `#!/usr/bin/env sh\n${body}`;
}

const nothing = script("true");

describe("recipes.combine", () => {
    let folder: ScriptFolder;

    beforeEach(() => {
        folder = new ScriptFolder();
    });

    afterEach(() => {
        folder.remove();
    });

    /** Returns scripts that print a line and end with an exit code. */
    function part(name: string, preCode = 0, postCode = 0): Scripts {
        return {
            preScript: script(`echo pre ${name}\nexit ${preCode}\n`),
            postScript: script(`echo post ${name}\nexit ${postCode}\n`),
        };
    }

    for (const shell of Object.keys(shells) as Shell[]) {
        describe(`run by ${shell}`, () => {
            before(function () {
                demand(this, ...(shell === "busybox" ? ["busybox" as const] : []));
            });

            async function expectRun(text: string, output: string, code = 0): Promise<void> {
                expect(await folder.run(text, { shell })).to.include({ output, code });
            }

            it("runs pre-scripts in order and post-scripts in reverse order", async () => {
                const { preScript, postScript } = combine(part("a"), part("b"), part("c"));
                await expectRun(preScript, "pre a\npre b\npre c\n");
                await expectRun(postScript, "post c\npost b\npost a\n");
            });

            it("undoes earlier pre-scripts in reverse order if one fails, and runs no later one", async () => {
                const { preScript } = combine(part("a"), part("b", 0, 7), part("c", 3), part("d"));
                await expectRun(preScript, "pre a\npre b\npre c\npost b\npost a\n", 1);
                await expectRun(combine(part("a", 9), part("b")).preScript, "pre a\n", 1);
            });

            it("runs all post-scripts, and fails if one fails", async () => {
                for (const [first, second] of [
                    [0, 5],
                    [5, 0],
                    [5, 5],
                ]) {
                    const { postScript } = combine(part("a", 0, first), part("b", 0, second));
                    await expectRun(postScript, "post b\npost a\n", 1);
                }
            });

            it("fails for a script that is killed, or has an error in its syntax", async () => {
                for (const body of ["kill -9 $$", "if", "echo '", "nonsense-of-a-command"]) {
                    const failing = script(body);
                    const scripts = combine(part("a"), { preScript: failing, postScript: failing });
                    const { code, output } = await folder.run(scripts.preScript, { shell });
                    expect(code, body).to.equal(1);
                    expect(output).to.match(/^pre a\n(?:.*\n)*post a\n(?:Killed\n)?$/);
                    expect((await folder.run(scripts.postScript, { shell })).code).to.equal(1);
                }
            });

            it("isolates what a script sets, traps or leaves behind", async () => {
                const preScript = [
                    "A=1; export A; cd /; umask 0; set -eu; set -f; alias echo=false; exec 5>&1 >/dev/null",
                    "trap 'printf \"trapped\\\\n\" >&5' EXIT; echo() { :; }; post_1() { :; }; end() { :; }; exec </dev/zero",
                ].join("\n");
                const second =
                    'echo "A=${A-none} $(pwd) $(umask) $- $#"; cat; command -v post_1 || echo none';
                const { output, code } = await folder.run(
                    combine(
                        { preScript: script(preScript), postScript: nothing },
                        { preScript: script(second), postScript: nothing },
                    ).preScript,
                    { shell },
                );
                expect(code).to.equal(0);
                expect(output).to.match(
                    new RegExp(`^trapped\nA=none ${folder.directory} 0022 \\w* 0\nnone\n$`),
                );
            });

            it("does not mistake a word in a script for its end", async () => {
                const words = ["PRE_1_TEXT", "PRE_1_TEXT_", "EOF", "BASE", "PRE_COURSE", "}", "COMMON"];
                const preScript = `cat <<'EOF_'\n${words.join("\n")}\nEOF_\necho end`;
                await expectRun(
                    combine({ preScript: script(preScript), postScript: nothing }).preScript,
                    `${words.join("\n")}\nend\n`,
                );
            });

            it("keeps any text as it is", async () => {
                await fc.assert(
                    fc.asyncProperty(
                        fc.array(
                            fc.oneof(
                                fc.constantFrom(..."'\"\\$`;&|()\t #!%".split(""), "$(exit 1)", "PRE_1_TEXT"),
                                fc.string({ unit: "grapheme" }),
                            ),
                        ),
                        async (parts) => {
                            const text = parts.join("").replaceAll(/[\0\r]/g, "");
                            // Dash loses a character that is not ASCII right behind the beginning of the end's word.
                            const lines = text
                                .split("\n")
                                .filter((line) => line !== "END" && !/^(?:E|EN|END)[^\t -~]/.test(line));
                            const preScript = `cat <<'END'\n${lines.join("\n")}\nEND`;
                            await expectRun(
                                combine({ preScript: script(preScript), postScript: nothing }).preScript,
                                `${lines.join("\n")}\n`,
                            );
                        },
                    ),
                    { numRuns: 30 },
                );
            });

            it("runs a script with the interpreter that it names", async () => {
                const bash = {
                    preScript: "#! /bin/bash -e \n[[ a == a ]] && echo $BASH $-",
                    postScript: "#!\t/bin/sh\ntrue",
                };
                const env = {
                    preScript: "#!/usr/bin/env perl\nprint qq(perl\\n);",
                    postScript: "#!/bin/true",
                };
                const several = {
                    preScript: "#!/usr/bin/env -S 'A=$(exit 1)' B=2 perl\nprint qq($ENV{B}\\n);",
                    postScript: "#!/bin/true",
                };
                const { preScript, postScript } = combine(bash, env, several);
                const { output, code } = await folder.run(preScript, { shell });
                expect(code, output).to.equal(0);
                expect(output).to.match(/^\/bin\/bash e\w*\nperl\n2\n$/);
                await expectRun(postScript, "");
            });

            it("combines combined scripts", async () => {
                const inner = combine(part("a"), part("b"));
                const { preScript, postScript } = combine(inner, part("c"));
                await expectRun(preScript, "pre a\npre b\npre c\n");
                await expectRun(postScript, "post c\npost b\npost a\n");
                expect(notesOf(folder)).to.deep.equal([]);
            });
        });
    }

    it("also takes a single one", () => {
        expect(combine(part("a")).preScript).to.include("pre a");
    });

    it("refuses scripts that can't run", () => {
        expect(() => combine()).to.throw("recipes.combine: give at least one pair of scripts.");
        for (const [text, reason] of [
            ["", "must begin with the line that names its interpreter"],
            ["true", "must begin with the line that names its interpreter"],
            [undefined, "must be a string"],
            [`${nothing}\0`, "must not contain NUL"],
            [
                "\ufeff#!/bin/sh\ntrue",
                "must not begin with a byte order mark (BOM): save it as UTF-8 without one.",
            ],
            ["#!/bin/sh\r\ntrue", "must not contain carriage returns"],
            ["#!sh\ntrue", "must begin with the line that names its interpreter"],
        ] as const) {
            const bad = text as string;
            expect(() => combine(part("a"), { preScript: bad, postScript: nothing })).to.throw(
                `recipes.combine: the pre-script of number 2 ${reason}`,
            );
            expect(() => combine(part("a"), { preScript: nothing, postScript: bad })).to.throw(
                `recipes.combine: the post-script of number 2 ${reason}`,
            );
        }
    });

    it("refuses scripts that are too long, and says by how much", () => {
        const long = { preScript: nothing, postScript: script(`true # ${"ä".repeat(longestScript / 2)}`) };
        expect(() => combine(long)).to.throw(
            /the post-script has 2\d{4} bytes, and 24576 is the most\. Combine fewer, or/,
        );
    });

    it("has room for all recipes and some more", () => {
        const { preScript } = combine(mysql(), postgresql(), redis());
        expect(longestScript - Buffer.byteLength(preScript)).to.be.above(1_000);
    });
});

describe("recipes.combine with real databases", () => {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;
    let servers: RunningDatabase[];

    const wanted = databases.filter(({ variant }) => !variant);
    around(
        wanted.flatMap(({ needs }) => needs),
        async () => {
            directory = newDirectory("combine");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder({ syncs: false });
            servers = await Promise.all(
                wanted.map((database, index) => database.start(join(directory, String(index), "data"))),
            );
            await Promise.all(servers.map(({ load }) => goesOn(load)));
        },
        async () => {
            await Promise.all(servers.map((server) => server.stop()));
            await endAll();
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    function parts(): Scripts[] {
        return servers.map((server) => server.scripts({ runDirectory }));
    }

    async function untilHeld(count: number): Promise<void> {
        await until(
            async () =>
                (await Promise.all(servers.map((server) => server.isHeld()))).filter(Boolean).length ===
                count,
            "they are held",
        );
    }

    async function expectClean(): Promise<void> {
        await Promise.all(servers.map(({ load }) => goesOn(load)));
        await until(() => processesWithText(runDirectory).length === 0, "no process is left");
        expect(servers.flatMap((server) => server.clients())).to.deep.equal([]);
        expect(readdirSync(runDirectory)).to.deep.equal([]);
        expect(notesOf(folder)).to.deep.equal([]);
    }

    for (const shell of Object.keys(shells) as Shell[]) {
        it(`holds all of them at once, run by ${shell}`, async () => {
            const { preScript, postScript } = combine(...parts());
            const pre = await folder.run(preScript, { shell });
            expect(pre.code, pre.output).to.equal(0);
            await untilHeld(servers.length);
            const post = await folder.run(postScript, { shell });
            expect(post.code, post.output).to.equal(0);
            expect(post.output.trim().split("\n")).to.have.length(servers.length);
            await expectClean();
        });
    }

    it("holds none of them if one can't be had", async () => {
        const failing = { preScript: script("echo failing; exit 1"), postScript: script("echo never") };
        const { code, output } = await folder.run(combine(...parts(), failing).preScript);
        expect(code, output).to.equal(1);
        expect(output)
            .to.match(/failing\n(?:app-snapshot: .* for \d+\.\d s\n){3}$/)
            .and.not.include("never");
        await expectClean();
    });

    it("fails for all if one was not held, and releases all", async () => {
        const { preScript, postScript } = combine(...parts());
        expect((await folder.run(preScript)).code).to.equal(0);
        await untilHeld(servers.length);
        const [mariadb] = servers as [RunningDatabase];
        await mariadb.dropLock();
        await goesOn(mariadb.load);
        const { code, output } = await folder.run(postScript);
        expect(code, output).to.equal(1);
        expect(output.match(/the snapshot is not consistent/g)).to.have.length(1);
        await expectClean();
    });

    for (const nested of [false, true]) {
        it(`releases all when it is killed before its end${nested ? ", combined once more" : ""}`, async () => {
            const reached = join(folder.directory, `reached-${nested}`);
            const slow = {
                preScript: script(`echo $$ >${reached}.pid; : >${reached}; exec sleep 300`),
                postScript: nothing,
            };
            const { preScript } = nested
                ? combine(combine(...parts().slice(0, 2)), slow)
                : combine(...parts(), slow);
            const running = folder.start(preScript);
            await until(() => existsSync(reached), "the last part runs");
            await untilHeld(nested ? 2 : servers.length);
            await end(running, "SIGKILL");
            killNoted(`${reached}.pid`);
            await expectClean();
        });
    }

    it("refuses a second run as a whole, which leaves the first alone", async () => {
        const { preScript, postScript } = combine(...parts());
        expect((await folder.run(preScript)).code).to.equal(0);
        const second = folder.write(preScript);
        const secondPost = folder.write(postScript);
        const user = folder.start(`sh ${second}; echo pre $?; sh ${secondPost}; echo post $?; exit 0`);
        const { output } = await finish(user);
        expect(output).to.match(/^app-snapshot: .*another run is at work.*\npre 1\n/);
        await untilHeld(servers.length);
        const post = await folder.run(postScript);
        expect(post.code, post.output).to.equal(0);
        await expectClean();
    });

    it("keeps a database's own failure from the others", async () => {
        const [first] = parts() as [Scripts];
        const [, nobody] = servers.map((server) => server.scriptsForNobody({ runDirectory })) as [
            Scripts,
            Scripts,
        ];
        const { code, output } = await folder.run(combine(first, nobody).preScript);
        expect(code).to.equal(1);
        expect(output).to.match(
            /writes are blocked.*\n.*nothing is locked: .*\n.*writes were blocked for .* s\n$/,
        );
        await expectClean();
    });
});

/** The remains of combined pre-scripts of this folder in the place where they note which processes to end. */
function notesOf({ pids }: ScriptFolder): number[] {
    return pids.filter((pid) => existsSync(`/run/app-snapshot-combined.${pid}`));
}
