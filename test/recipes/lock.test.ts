import { expect } from "chai";
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

import type { HoldOptions } from "../../provider/src/recipes/options";
import type { Scripts } from "../../provider/src/recipes/recipes";
import { type Database, databases, goesOn, type RunningDatabase } from "./support/databases";
import { newDirectory, newRunDirectory } from "./support/places";
import { end, endAll, eventually, finish, processesWith } from "./support/processes";
import { around } from "./support/requirements";
import { ScriptFolder, type Shell, shells } from "./support/scripts";

// What holds for every database, tried on each of them with a server of its own that somebody writes to all the time.

for (const database of databases) {
    describe(`the lock of a recipe on ${database.name}`, function () {
        this.timeout(120_000);
        behavesAsALock(database);
    });
}

function behavesAsALock(database: Database): void {
    let directory: string;
    let runDirectory: string;
    let folder: ScriptFolder;
    let server: RunningDatabase;

    around(
        [...database.needs, "busybox"],
        async () => {
            directory = newDirectory("recipes");
            runDirectory = newRunDirectory();
            folder = new ScriptFolder();
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

    /** The holder's process. */
    function holder(): number {
        return Number(/^\d+/.exec(stateFile("holder"))?.[0]);
    }

    /** What a file of the run says; nothing if there is none. */
    function stateFile(name: string): string {
        const [run = "none"] = readdirSync(runDirectory);
        const file = join(runDirectory, run, name);
        return existsSync(file) ? readFileSync(file, "utf8") : "";
    }

    async function take(options: HoldOptions = {}, shell: Shell = "dash"): Promise<Scripts> {
        const both = scripts(options);
        const { code, output } = await folder.run(both.preScript, { shell });
        expect(code, output).to.equal(0);
        return both;
    }

    /** Nothing is locked, no process and no file is left. */
    async function expectClean(): Promise<void> {
        await goesOn(server.load);
        await eventually("no process is left", () => processesWith(runDirectory).length === 0);
        await eventually("no client is left", () => server.clients().length === 0);
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

    for (const shell of (database.variant ? ["dash"] : Object.keys(shells)) as Shell[]) {
        it(`is held between the scripts, which ${shell} runs, and only then`, async () => {
            const { postScript } = await take({}, shell);
            expect(await server.isHeld()).to.equal(true);
            expect(await server.isReadable()).to.equal(true);
            const { code, output } = await folder.run(postScript, { shell });
            expect(code, output).to.equal(0);
            expect(output).to.match(/^app-snapshot: \S+: .*for \d+\.\d s\n$/);
            await expectClean();
        });
    }

    it("is gone when the holder was killed, and the post-script says so", async () => {
        const { postScript } = await take();
        process.kill(holder(), "SIGKILL");
        if (server.lockIsOfNoSession) {
            expect(await server.isHeld()).to.equal(true);
        } else {
            await eventually("the lock ends", async () => !(await server.isHeld()));
            await goesOn(server.load);
        }
        await expectFailure(postScript, /the process that held the lock was killed/);
    });

    it("is no proof when somebody ended it in the server, and the post-script says so", async () => {
        const { postScript } = await take();
        await server.dropLock();
        await goesOn(server.load);
        await expectFailure(postScript, /ended the session|it was written to/);
    });

    it("is no proof when the server crashed and started again, and the post-script says so", async () => {
        const { postScript } = await take();
        await server.crash();
        await expectFailure(postScript, /restarted/);
    });

    it("is not taken when the server is down, and the pre-script says so", async () => {
        const { preScript } = server.scriptsForNobody({ runDirectory });
        await expectRefusal(preScript, /nothing is locked: .*: start the server, or/);
        await expectClean();
    });

    it("is not taken when it can't be had in time, and the pre-script says so", async () => {
        const remove = await server.obstruct();
        const from = Date.now();
        try {
            await expectRefusal(
                scripts({ lockWaitSeconds: 1 }).preScript,
                /nothing is locked: .*lockWaitSeconds/,
            );
        } finally {
            await remove();
        }
        expect(Date.now() - from).to.be.below(30_000);
        await expectClean();
    });

    // Where many questions are asked, each may have its answer before it is looked for, as on a busy machine.
    for (const [when, pause] of [
        ["", ""],
        [", however soon the server answers", "nap; "],
    ] as const) {
        it(`is not waited for by anybody when the pre-script that waits for it is killed${when}`, async () => {
            const remove = await server.obstruct();
            try {
                const { preScript } = scripts({ lockWaitSeconds: 60 });
                const slow = preScript.replace('within "$2" answered', (look) => `${pause}${look}`);
                expect(slow).to.have.length(preScript.length + pause.length);
                const waiting = folder.start(slow);
                await eventually("the client is there", () => server.clients().length > 0);
                await sleep(500);
                await end(waiting, "SIGKILL");
                await eventually("no process is left", () => processesWith(runDirectory).length === 0);
                expect(readdirSync(runDirectory)).to.deep.equal([]);
            } finally {
                await remove();
            }
            await expectClean();
        });
    }

    it("is given up when the pre-script is killed after it got the lock and before it says so", async () => {
        const reached = join(folder.directory, "reached");
        // The script syncs once before and once after.
        const path = folder.program(
            "sync",
            `#!/bin/sh\n[ -e '${reached}.1' ] || { : >'${reached}.1'; exit; }\n: >'${reached}.2'\nexec sleep 3\n`,
        );
        const script = folder.start(scripts().preScript, { path: [path] });
        await eventually("the lock is held", () => existsSync(`${reached}.2`));
        expect(await server.isHeld()).to.equal(true);
        await end(script, "SIGKILL");
        await eventually("the holder ends", () => processesWith(runDirectory).length === 0);
        await expectClean();
    });

    if (database.variant) {
        return;
    }

    // What follows doesn't depend on how the server is locked.

    it("is given up when the time limit passes, and the post-script says so", async () => {
        const from = Date.now();
        const { postScript } = await take({ holdSeconds: 5, lockWaitSeconds: 4 });
        await eventually("the holder ends", () => processesWith(runDirectory).length === 0);
        expect(Date.now() - from).to.be.within(5_000, 15_000);
        await goesOn(server.load);
        await expectFailure(postScript, /the time limit of 5 s passed/);
    });

    it("is given up by the server when the time limit passes and the holder can't end it", async () => {
        const { postScript } = await take({ holdSeconds: 5, lockWaitSeconds: 4 });
        const pid = holder();
        process.kill(pid, "SIGSTOP");
        try {
            await eventually("the lock ends", async () => !(await server.isHeld()));
            await goesOn(server.load);
        } finally {
            process.kill(pid, "SIGCONT");
        }
        await expectFailure(postScript, /the time limit of 5 s passed/);
    });

    it("is held by a process that keeps nothing of the pre-script", async () => {
        const { postScript } = await take();
        const pid = String(holder());
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

    it("is gone when the holder was told to end, and the post-script says so", async () => {
        const { postScript } = await take();
        process.kill(holder(), "SIGTERM");
        await eventually("the lock ends", async () => !(await server.isHeld()));
        await goesOn(server.load);
        await expectFailure(postScript, /process \d+ was told to end/);
    });

    it("is gone when the holder's client was killed, and the post-script says so", async () => {
        const { postScript } = await take();
        process.kill(Number(stateFile("client").split(" ")[0]), "SIGKILL");
        await eventually("the lock ends", async () => !(await server.isHeld()));
        await goesOn(server.load);
        await expectFailure(postScript, /the database's client ended/);
    });

    it("leaves nothing behind whenever the pre-script is killed", async () => {
        for (const delay of [3, 10, 20, 40, 80, 120, 160, 200, 260, 320, 400]) {
            const { preScript, postScript } = scripts();
            const script = folder.start(preScript);
            const finished = finish(script);
            await Promise.race([finished, sleep(delay)]);
            await end(script, "SIGKILL");
            const { code, output } = await finished;
            if (code === 0) {
                expect((await folder.run(postScript)).code).to.equal(0);
            } else {
                expect(code, output).to.equal(undefined);
                await eventually(
                    `no process is left, ${delay} ms`,
                    () => processesWith(runDirectory).length === 0,
                );
            }
            await goesOn(server.load);
        }
        // What a script left that died before it had a holder is cleared by the next.
        const { postScript } = await take();
        expect((await folder.run(postScript)).code).to.equal(0);
        await expectClean();
    });

    it("is refused to a second run, whose post-script leaves it alone too", async () => {
        const { preScript, postScript } = await take();
        const second = folder.write(preScript, "second-pre");
        const secondPost = folder.write(postScript, "second-post");
        // Somebody's shell, as opposed to this process, which is the plugin of the first run.
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

    it("is not taken for its own by a run that lost one long ago", async () => {
        const { preScript, postScript } = scripts({ holdSeconds: 5, lockWaitSeconds: 4 });
        const pre = folder.write(preScript, "lost-pre");
        const post = folder.write(postScript, "lost-post");
        const go = join(folder.directory, "go");
        const lost = folder.start(
            `sh ${pre} && while [ ! -e ${go} ]; do sleep 0.1; done; sh ${post}; echo post $?`,
        );
        const finished = finish(lost);
        await eventually("its lock is lost", () => stateFile("status").startsWith("lost "));
        await eventually("its holder has ended", () => processesWith(runDirectory).length === 0);
        await take();
        writeFileSync(go, "");
        expect((await finished).output).to.match(/the lock is another run's.*\npost 1\n$/);
        expect(await server.isHeld()).to.equal(true);
        expect((await folder.run(scripts().postScript)).code).to.equal(0);
        await expectClean();
    });

    it("is taken in spite of what a dead run left, even if its pid is another process's now", async () => {
        const { preScript, postScript } = await take();
        const [run = ""] = readdirSync(runDirectory);
        expect((await folder.run(postScript)).code).to.equal(0);
        mkdirSync(join(runDirectory, run));
        for (const file of ["by", "holder", "client"]) {
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
