import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { StopInvocationRequest } from "@alicloud/ecs20140526";
import { expect } from "chai";
import type { Emulator, EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";

import {
    closeAll,
    goodParams,
    isAlive,
    linux2,
    newGate,
    pluginLine,
    region,
    result,
    run,
    sdk,
    send,
    start,
    startStill,
    until,
} from "./support";

// A pre script may leave something in the background that holds a database still until the post script ends it.

const quiet = ">/dev/null 2>&1 &";

describe("emulator: the ends of scripts", () => {
    let folder = "";

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "script-ends-"));
    });
    afterEach(async () => {
        await closeAll();
        rmSync(folder, { recursive: true, force: true });
    });

    const note = (name: string) => path.join(folder, name);
    /** Shell words that start a process in the background, and note its number. */
    const holder = (how = "", redirected = quiet) =>
        `${how} sleep 300 ${redirected}\necho $! > ${note("pid")}`;
    const pid = () => Number(readFileSync(note("pid"), "utf8"));
    const untilNoted = (name = "pid") =>
        until(() => existsSync(note(name)) && readFileSync(note(name), "utf8") !== "");
    const lives = () => isAlive(pid());
    const untilGone = () => until(() => !lives());

    function setScripts(emulator: Emulator, pre: string, post: string): void {
        const script = { owner: "root", group: "root", mode: "0700" };
        const at = "/root/app-snapshot";
        emulator.controls.setFile(linux2, {
            path: `${at}/prescript.sh`,
            content: `#!/bin/sh\n${pre}`,
            ...script,
        });
        emulator.controls.setFile(linux2, {
            path: `${at}/postscript.sh`,
            content: `#!/bin/sh\n${post}`,
            ...script,
        });
    }

    async function withScripts(pre: string, post: string, options: EmulatorOptions = {}): Promise<Emulator> {
        const emulator = await start(options);
        setScripts(emulator, pre, post);
        return emulator;
    }

    /** The end of a run of the plugin whose pre script notes something and goes on beyond its time of two seconds. */
    async function endOfSlow(
        pre: string,
        behaviour: EmulatorOptions["behaviour"] = {},
    ): ReturnType<typeof run> {
        const { emulator, clock } = await startStill({ behaviour });
        setScripts(emulator, pre, "true");
        const client = sdk(emulator);
        const line = pluginLine(`${goodParams},-ScriptTimeoutInSeconds=2`);
        const invokeId = await send(client, linux2, line);
        await untilNoted();
        clock.advance(2_000);
        return result(client, invokeId);
    }

    it("leave alone what the pre script has in the background, until the post script ends it", async () => {
        const emulator = await withScripts(
            holder(),
            `kill -0 $(cat ${note("pid")}) && echo held && kill $(cat ${note("pid")})`,
        );
        const row = await run(sdk(emulator), linux2, pluginLine(goodParams));
        expect(row.exitCode, row.text).to.equal(0);
        expect(row.text).to.contain("held\n");
        await untilGone();
    });

    it("come when nobody holds the output any more; until then the script takes too long", async () => {
        const row = await endOfSlow(holder("", "&"));
        expect(row.exitCode, row.text).to.equal(9);
        expect(row.text).to.contain("Run PreScript failed: timeout");
        expect(lives()).to.equal(true);
    });

    it("come with the script's process, when told so", async () => {
        const emulator = await withScripts(holder("", "&"), "true", { behaviour: { scriptEnd: "exit" } });
        const row = await run(sdk(emulator), linux2, pluginLine(goodParams));
        expect(row.exitCode, row.text).to.equal(0);
        expect(lives()).to.equal(true);
    });

    it("are brought about after a time: the process is killed, what it started is not", async () => {
        const row = await endOfSlow(`${holder()}\n${newGate().wait}`);
        expect(row.exitCode, row.text).to.equal(9);
        expect(lives()).to.equal(true);
    });

    it("or all of its group is, when told so", async () => {
        const row = await endOfSlow(`${holder()}\n${newGate().wait}`, { scriptKill: "group" });
        expect(row.exitCode, row.text).to.equal(9);
        await untilGone();
    });

    it("go into the output, with all that was written", async () => {
        const emulator = await withScripts("echo über; echo wrong >&2; exit 3", "true");
        const row = await run(sdk(emulator), linux2, pluginLine(goodParams));
        expect(row.exitCode, row.text).to.equal(9);
        expect(row.text).to.contain("über\n").and.to.contain("wrong\n");
        expect(row.text).to.contain("Run PreScript failed: exit code 3");
    });

    it("do not come with the plugin's, if that is killed alone", async () => {
        const { emulator, clock } = await startStill();
        const gate = newGate();
        setScripts(emulator, `echo $$ > ${note("pid")}; ${gate.wait}; echo done > ${note("done")}`, "true");
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, `${pluginLine(goodParams)} --timeout 2`);
        await untilNoted();
        clock.advance(2_000);
        const row = await result(client, invokeId);
        expect(row.exitCode, row.text).to.equal(247);
        expect(existsSync(note("done"))).to.equal(false);
        gate.open();
        await untilNoted("done");
    });

    it("do come with all of the command's processes", async () => {
        const emulator = await withScripts(`${holder()}\nsleep 300`, "true");
        const client = sdk(emulator);
        const invokeId = await send(client, linux2, pluginLine(goodParams), {
            terminationMode: "ProcessTree",
        });
        await untilNoted();
        expect(lives()).to.equal(true);
        await client.stopInvocation(new StopInvocationRequest({ regionId: region, invokeId }));
        expect((await result(client, invokeId)).invocationStatus).to.equal("Terminated");
        await untilGone();
    });

    it("of the emulator end what a script has left in its group", async () => {
        const emulator = await withScripts(holder(), "true");
        expect((await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        expect(lives()).to.equal(true);
        await emulator.close();
        await untilGone();
    });

    it("of the emulator end what a command has left in its group", async () => {
        const emulator = await start();
        expect((await run(sdk(emulator), linux2, holder())).exitCode).to.equal(0);
        expect(lives()).to.equal(true);
        await emulator.close();
        await untilGone();
    });

    it("of the emulator cannot end what has started a session of its own", async function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        const own = `setsid sh -c 'echo $$ > ${note("pid")}; exec sleep 300' ${quiet}`;
        const emulator = await withScripts(own, "true");
        expect((await run(sdk(emulator), linux2, pluginLine(goodParams))).exitCode).to.equal(0);
        await untilNoted();
        await emulator.close();
        expect(lives()).to.equal(true);
        process.kill(pid(), "SIGKILL");
    });
});
