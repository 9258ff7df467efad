import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import type { HoldOptions } from "../../../provider/src/recipes/options";
import type { Scripts } from "../../../provider/src/recipes/recipes";
import { until } from "../../support/until";
import { type Database, goesOn, type RunningDatabase } from "./databases";
import { newDirectory, newRunDirectory } from "./places";
import { end, endAll, finish, killNoted, notedPid, processesWithText } from "./processes";
import { around } from "./requirements";
import { ScriptFolder, type Shell } from "./scripts";

/** The settings of the tests of a database's lock. */
export interface LockTrials {
    readonly shells: readonly Shell[];
    /** The times after which a pre-script is killed, in milliseconds. */
    readonly kills: readonly number[];
}

/** Declares the tests that hold for every database, each with its own server that is written to all the time. */
export function describeLock(database: Database, trials: LockTrials): void {
    describe(`the lock of a recipe on ${database.name}`, () => {
        behavesAsALock(database, trials);
    });
}

function behavesAsALock(database: Database, { shells, kills }: LockTrials): void {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;
    let server: RunningDatabase;

    around(
        [...database.needs, "busybox"],
        async () => {
            directory = newDirectory("recipes");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder({ syncs: false });
            server = await database.start(join(directory, "data"));
            await goesOn(server.load);
        },
        async () => {
            await server.stop();
            await endAll();
            folder.remove();
            rmSync(directory, { recursive: true });
            rmSync(runDirectory, { recursive: true });
        },
    );

    function scripts(options: HoldOptions = {}): Scripts {
        return server.scripts({ runDirectory, lockWaitSeconds: 10, ...options });
    }

    /** The path of a file of the run. */
    function stateFile(name: string): string {
        const [run = "none"] = readdirSync(runDirectory);
        return join(runDirectory, run, name);
    }

    /** Tells whether this is the lock keeper's latest message. */
    function hasSaid(word: "held" | "lost"): boolean {
        const file = stateFile("status");
        return existsSync(file) && readFileSync(file, "utf8").startsWith(`${word} `);
    }

    const untilHeld = (): Promise<void> => until(() => server.isHeld(), "the lock is held");
    const untilNotHeld = (): Promise<void> => until(async () => !(await server.isHeld()), "the lock ends");
    const untilNoHolder = (): Promise<void> =>
        until(() => processesWithText(runDirectory).length === 0, "the holder ends");

    async function take(shell: Shell = "dash"): Promise<Scripts> {
        const both = scripts();
        const { code, output } = await folder.run(both.preScript, { shell });
        expect(code, output).to.equal(0);
        await untilHeld();
        return both;
    }

    /** Returns the same scripts with a time limit that is shorter than any option allows. */
    function limited({ preScript, postScript }: Scripts, seconds: number): Scripts {
        const short = preScript.replace(/^hold=\d+ wait=\d+ /m, `hold=${seconds} wait=${seconds} `);
        expect(short).not.to.equal(preScript);
        return { preScript: short, postScript };
    }

    /**
     * Tries something with a lock whose time limit is short. If the machine is so slow that this passes before it is
     * done, it is retried with a longer one.
     *
     * @param attempt tells whether it was done in time.
     */
    async function beforeItsLimit(
        attempt: (scripts: Scripts, seconds: number) => Promise<boolean>,
    ): Promise<void> {
        for (const seconds of [1, 2, 4, 8, 16, 32]) {
            if (await attempt(limited(scripts(), seconds), seconds)) {
                return;
            }
            await untilNoHolder();
            rmSync(runDirectory, { recursive: true });
            mkdirSync(runDirectory, { mode: 0o700 });
        }
        throw new Error("It was never done before the time limit passed.");
    }

    /** Expects that nothing is locked, and no process and no file is left. */
    async function expectClean(): Promise<void> {
        await goesOn(server.load);
        await untilNoHolder();
        await until(() => server.clients().length === 0, "no client is left");
        expect(readdirSync(runDirectory)).to.deep.equal([]);
    }

    async function expectFailure(postScript: string, reason: RegExp): Promise<void> {
        const { code, output } = await folder.run(postScript);
        expect(code, output).to.equal(1);
        expect(output)
            .to.match(/^app-snapshot: \S+: the snapshot is not consistent: [^\n]+\n$/)
            .and.match(reason);
        await expectClean();
    }

    async function expectRefusal(preScript: string, reason: RegExp, options = {}): Promise<void> {
        const { code, output } = await folder.run(preScript, options);
        expect(code, output).to.equal(1);
        expect(output)
            .to.match(/^app-snapshot: \S+: [^\n]+\n$/)
            .and.match(reason);
    }

    for (const shell of shells) {
        it(`is held between the scripts and only then, in ${shell}`, async () => {
            const { postScript } = await take(shell);
            const { acknowledged } = server.load;
            expect(await server.isReadable()).to.equal(true);
            expect(await server.isHeld()).to.equal(true);
            if (server.blocksWrites) {
                expect(server.load.acknowledged).to.equal(acknowledged);
            }
            const { code, output } = await folder.run(postScript, { shell });
            expect(code, output).to.equal(0);
            expect(output).to.match(/^app-snapshot: \S+: .*for \d+\.\d s\n$/);
            await expectClean();
        });
    }

    it("is gone if the lock keeper was killed, and the post-script says so", async () => {
        const { postScript } = await take();
        killNoted(stateFile("keeper"));
        if (server.lockIsOfNoSession) {
            expect(await server.isHeld()).to.equal(true);
        } else {
            await untilNotHeld();
            await goesOn(server.load);
        }
        await expectFailure(postScript, /the process that held the lock was killed/);
    });

    it("does not count if somebody ended it in the server, and the post-script says so", async () => {
        const { postScript } = await take();
        await server.dropLock();
        await goesOn(server.load);
        await expectFailure(postScript, /ended the session|it was written to/);
    });

    it("does not count if the server crashed and restarted, and the post-script says so", async () => {
        const { postScript } = await take();
        await server.crash();
        await expectFailure(postScript, /restarted/);
    });

    it("is not taken if the server is down, and the pre-script says so", async () => {
        const { preScript } = server.scriptsForNobody({ runDirectory });
        await expectRefusal(preScript, /nothing is locked: .*: start the server, or/);
        await expectClean();
    });

    it("is not taken if it is not available in time, and the pre-script says so", async () => {
        const remove = await server.obstruct();
        try {
            await expectRefusal(
                scripts({ lockWaitSeconds: 1 }).preScript,
                /nothing is locked: .*lockWaitSeconds/,
            );
        } finally {
            await remove();
        }
        await expectClean();
    });

    // Of many questions, each may have its answer before it is looked for, as on a busy machine.
    for (const [when, pause] of [
        ["", ""],
        [", however soon the server answers", "nap; "],
    ] as const) {
        it(`is no longer waited for when the waiting pre-script is killed${when}`, async () => {
            const remove = await server.obstruct();
            try {
                const { preScript } = scripts({ lockWaitSeconds: 60 });
                const slow = preScript.replace('within "$2" answered', (look) => `${pause}${look}`);
                expect(slow).to.have.length(preScript.length + pause.length);
                const waiting = folder.start(slow);
                await until(() => server.isAwaited(), "it waits");
                await end(waiting, "SIGKILL");
                await untilNoHolder();
                expect(readdirSync(runDirectory)).to.deep.equal([]);
            } finally {
                await remove();
            }
            await expectClean();
        });
    }

    it("is released when the pre-script is killed after it got the lock and before it says so", async () => {
        const reached = join(folder.directory, "reached");
        // The script syncs once before and once after.
        const path = folder.program(
            "sync",
            `#!/bin/sh\n[ -e '${reached}.1' ] || { : >'${reached}.1'; exit; }\necho $$ >'${reached}.pid'; : >'${reached}.2'\nexec sleep 300\n`,
        );
        const script = folder.start(scripts().preScript, { path: [path] });
        await until(() => existsSync(`${reached}.2`), "it has the lock");
        await untilHeld();
        await end(script, "SIGKILL");
        await untilNoHolder();
        killNoted(`${reached}.pid`);
        await expectClean();
    });

    if (database.variant) {
        return;
    }

    // The following tests do not depend on the way that the server is locked.

    it("is released when the time limit passes, and the post-script says so", () =>
        beforeItsLimit(async ({ preScript, postScript }, seconds) => {
            const from = performance.now();
            if ((await folder.run(preScript)).code !== 0) {
                return false;
            }
            await untilNoHolder();
            expect(performance.now() - from).to.be.at.least(seconds * 1000);
            await goesOn(server.load);
            await expectFailure(postScript, new RegExp(`the time limit of ${seconds} s passed`));
            return true;
        }));

    it("is released by the server when the time limit passes and the lock keeper can't end it", () =>
        beforeItsLimit(async ({ preScript, postScript }, seconds) => {
            if ((await folder.run(preScript)).code !== 0) {
                return false;
            }
            const held = performance.now();
            const pid = notedPid(stateFile("keeper"));
            if (!stop(pid)) {
                return false;
            }
            try {
                if (!hasSaid("held")) {
                    return false;
                }
                // By then its own limit has passed as well, so there is only one reason to release it.
                await sleep(Math.max(0, held + seconds * 1000 - performance.now()));
                await untilNotHeld();
                await goesOn(server.load);
            } finally {
                process.kill(pid, "SIGCONT");
            }
            await expectFailure(postScript, new RegExp(`the time limit of ${seconds} s passed`));
            return true;
        }));

    /** Kills a process; fails if it has ended by itself. */
    function stop(pid: number): boolean {
        try {
            return process.kill(pid, "SIGSTOP");
        } catch {
            return false;
        }
    }

    it("is held by a process that keeps nothing of the pre-script open", async () => {
        const { postScript } = await take();
        const pid = String(notedPid(stateFile("keeper")));
        expect(readlinkSync(`/proc/${pid}/cwd`)).to.equal("/");
        for (const descriptor of ["0", "1", "2"]) {
            expect(readlinkSync(`/proc/${pid}/fd/${descriptor}`)).to.equal("/dev/null");
        }
        const [, , , session] = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /, "")
            .split(" ");
        expect(session, "it leads a session of its own").to.equal(pid);
        process.kill(Number(pid), "SIGHUP");
        expect((await folder.run(postScript)).code).to.equal(0);
        await expectClean();
    });

    it("is gone if the lock keeper was told to end, and the post-script says so", async () => {
        const { postScript } = await take();
        killNoted(stateFile("keeper"), "SIGTERM");
        await untilNotHeld();
        await goesOn(server.load);
        await expectFailure(postScript, /process \d+ was told to end/);
    });

    it("is gone if the lock keeper's client was killed, and the post-script says so", async () => {
        const { postScript } = await take();
        killNoted(stateFile("client"));
        await untilNotHeld();
        await goesOn(server.load);
        await untilNoHolder();
        await expectFailure(postScript, /the database's client ended/);
    });

    for (const durationMs of kills) {
        it(`leaves nothing behind when the pre-script is killed after ${durationMs} ms`, async () => {
            const { preScript, postScript } = scripts();
            const script = folder.start(preScript);
            const finished = finish(script);
            await Promise.race([finished, sleep(durationMs)]);
            await end(script, "SIGKILL");
            const { code, output } = await finished;
            if (code === 0) {
                expect((await folder.run(postScript)).code).to.equal(0);
            } else {
                expect(code, output).to.equal(undefined);
                await untilNoHolder();
            }
            await goesOn(server.load);
            // The remains of a script that died before it had a lock keeper are cleared by the next one.
            const next = await take();
            expect((await folder.run(next.postScript)).code).to.equal(0);
            await expectClean();
        });
    }

    it("is refused to a second run, whose post-script also leaves it alone", async () => {
        const { preScript, postScript } = await take();
        const second = folder.write(preScript, "second-pre");
        const secondPost = folder.write(postScript, "second-post");
        // Another process than this one, which is the plugin of the first run.
        const { code, output } = await folder.run(
            `sh ${second}; echo pre $?; sh ${secondPost}; echo post $?; exit 0`,
        );
        expect(code).to.equal(0);
        expect(output).to.match(/another run is at work.*\npre 1\n.*the lock is another run's.*\npost 1\n$/);
        expect(await server.isHeld()).to.equal(true);
        const first = await folder.run(postScript);
        expect(first.code, first.output).to.equal(0);
        await expectClean();
    });

    it("is not mistaken for its own by a run that lost one long ago", () =>
        beforeItsLimit(async ({ preScript, postScript }, seconds) => {
            const pre = folder.write(preScript, `lost-pre-${seconds}`);
            const post = folder.write(postScript, `lost-post-${seconds}`);
            const go = join(folder.directory, `go-${seconds}`);
            const lost = folder.start(
                `sh ${pre} || exit 9; while [ ! -e ${go} ]; do sleep 0.1; done; sh ${post}; echo post $?`,
            );
            const finished = finish(lost);
            await until(() => lost.exitCode !== null || hasSaid("lost"), "its lock is lost");
            await untilNoHolder();
            if (lost.exitCode !== null) {
                expect((await finished).code).to.equal(9);
                return false;
            }
            const { postScript: own } = await take();
            writeFileSync(go, "");
            expect((await finished).output).to.match(/the lock is another run's.*\npost 1\n$/);
            expect(await server.isHeld()).to.equal(true);
            expect((await folder.run(own)).code).to.equal(0);
            await expectClean();
            return true;
        }));

    it("is taken despite the remains of a dead run, even if its pid belongs to another process now", async () => {
        const { preScript, postScript } = await take();
        const [run = ""] = readdirSync(runDirectory);
        expect((await folder.run(postScript)).code).to.equal(0);
        mkdirSync(join(runDirectory, run));
        for (const file of ["by", "keeper", "client"]) {
            writeFileSync(join(runDirectory, run, file), `${process.pid} 12345\n`);
        }
        writeFileSync(join(runDirectory, run, "callers"), "1234/5678\n");
        writeFileSync(join(runDirectory, run, "status"), "held since long ago\n");
        const { code, output } = await folder.run(preScript);
        expect(code, output).to.equal(0);
        expect(output).to.match(/cleared what a dead run had left\n.*held|is on|blocked|paused/);
        expect((await folder.run(postScript)).code).to.equal(0);
        await expectClean();
    });

    it("is not released by a post-script without a pre-script", async () => {
        await expectFailure(scripts().postScript, /no lock is held/);
    });
}
