import { expect } from "chai";
import type { EmulatorCall } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import {
    closeAll,
    goodParams,
    linux1,
    linux2,
    ManualClock,
    newGate,
    pluginLine,
    refusal,
    region,
    role,
    run,
    sdk,
    send,
    start,
    until,
    windows1,
} from "./support";

/** A clock that is told of what takes the machine's time. */
class ToldClock extends ManualClock {
    working = 0;
    begun = 0;

    work(): () => void {
        this.working++;
        this.begun++;
        return () => {
            this.working--;
        };
    }
}

function preScript(content: string): {
    readonly path: string;
    readonly owner: string;
    readonly group: string;
    readonly mode: string;
    readonly content: string;
} {
    return {
        path: "/root/app-snapshot/prescript.sh",
        owner: "root",
        group: "root",
        mode: "0700",
        content: `#!/bin/sh\n${content}\n`,
    };
}

describe("emulator: a clock of a test", () => {
    afterEach(closeAll);

    it("is told of a command from its start to its end", async () => {
        const clock = new ToldClock();
        const gate = newGate();
        const emulator = await start({ clock });
        await send(sdk(emulator), linux1, gate.wait);
        expect(clock.begun, "before it is delivered").to.equal(0);
        clock.advance(5);
        await until(() => emulator.state.invocations[0]?.results[0]?.status === "Running");
        expect(clock.working).to.equal(1);
        gate.open();
        await until(() => emulator.state.invocations[0]?.results[0]?.status === "Success");
        expect(clock.working).to.equal(0);
    });

    it("is told that a command waits for the plugin, which goes by the clock, and that a script of the plugin works", async () => {
        const clock = new ToldClock();
        const gate = newGate();
        const emulator = await start({ clock });
        emulator.controls.setFile(linux2, preScript(gate.wait));
        await send(sdk(emulator), linux2, pluginLine(goodParams));
        clock.advance(5);
        // The shell with the plugin manager, then the script.
        await until(() => clock.begun === 2);
        expect(clock.working, "while the script runs").to.equal(1);
        gate.open();
        await until(() => clock.working === 0);
        expect(emulator.state.invocations[0]?.results[0]?.status).to.equal("Running");
        // By the clock there is nothing but waiting left, and the end of the processes.
        await clock.until(() => (clock.working === 0 ? emulator.state.snapshotGroups[0] : undefined));
        await clock.until(() =>
            emulator.state.invocations[0]?.results[0]?.status === "Success" ? true : undefined,
        );
        expect(clock.working).to.equal(0);
    });

    it("is told of the plugin on Windows", async () => {
        const clock = new ToldClock();
        const emulator = await start({ clock });
        emulator.controls.attachRole(windows1, role);
        await send(sdk(emulator), windows1, pluginLine(`-RamRoleName=${role}`, "app-snapshot-plugin-win"), {
            type: "RunBatScript",
        });
        clock.advance(5);
        await until(() => clock.begun === 1);
        // Its process is there and waits.
        await until(() => clock.working === 0);
        expect(emulator.state.invocations[0]?.results[0]?.status).to.equal("Running");
        await clock.until(() => emulator.state.invocations[0]?.results[0]?.finishTime);
        expect(clock.working).to.equal(0);
    });

    it("is told that a program waits for a thaw", async () => {
        const clock = new ToldClock();
        const gate = newGate();
        const emulator = await start({ clock });
        const statuses = () => emulator.state.invocations.map(({ results }) => results[0]?.status);
        await send(sdk(emulator), linux2, `${gate.wait}; rm -f -- /root/app-snapshot/old`);
        clock.advance(5);
        await until(() => clock.working === 1);
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        await send(sdk(emulator), linux2, pluginLine(goodParams));
        await clock.until(() =>
            emulator.state.instances.find(({ frozen, pluginWaits }) => frozen && pluginWaits),
        );
        expect(clock.working, "the command before").to.equal(1);
        gate.open();
        await until(() => clock.working === 0);
        expect(statuses()).to.deep.equal(["Running", "Running"]);
        emulator.controls.releasePlugin(linux2);
        await clock.until(() => (statuses().every((status) => status === "Success") ? true : undefined));
        expect(clock.working).to.equal(0);
    });

    it("is told that a command is over that is ended by its timeout", async () => {
        const clock = new ToldClock();
        const emulator = await start({ clock });
        await send(sdk(emulator), linux1, newGate().wait, { timeout: 10 });
        clock.advance(5);
        await until(() => clock.working === 1);
        clock.advance(10_000);
        await until(() => emulator.state.invocations[0]?.results[0]?.status === "Timeout");
        expect(clock.working).to.equal(0);
    });

    describe("that is not the client's", () => {
        const tomorrow = (): ManualClock => {
            const clock = new ManualClock();
            clock.advance(86_400_000);
            return clock;
        };

        it("makes the client's requests too old", async () => {
            const emulator = await start({ clock: tomorrow() });
            const { code } = await refusal(run(sdk(emulator), linux1, "true"));
            expect(code).to.equal("InvalidTimeStamp.Expired");
        });

        it("does not, where it tells the time by which they are signed", async () => {
            const clock = Object.assign(tomorrow(), { signingTime: () => Date.now() });
            const emulator = await start({ clock });
            const { status } = await rawCall(emulator, {
                action: "DescribeInstances",
                params: { RegionId: region },
            });
            expect(status).to.equal(200);
            expect(Date.parse(emulator.ledger[0]?.time ?? "")).to.equal(clock.now());
        });
    });
});

describe("emulator: a listener to a call that gets no answer", () => {
    afterEach(closeAll);

    /** The calls that a listener hears of which breaks the connection at the end. */
    async function heard(processed: boolean): Promise<EmulatorCall[]> {
        const calls: EmulatorCall[] = [];
        const emulator = await start({
            onCall: (call) => {
                calls.push(call);
                return call.phase === "unanswered" ? "drop" : undefined;
            },
        });
        emulator.faults.add({ action: "RunCommand", kind: "no-answer", processed });
        const error = await refusal(send(sdk(emulator), linux1, "true"));
        expect(error.message).to.match(/socket hang up|ECONNRESET/);
        return calls;
    }

    it("hears that it gets none, and from which port it came", async () => {
        const calls = await heard(false);
        expect(calls.map(({ phase }) => phase)).to.deep.equal(["received", "unanswered"]);
        expect(new Set(calls.map(({ clientPort }) => clientPort))).to.have.property("size", 1);
        expect(calls[0]?.clientPort).to.be.within(1, 65_535);
    });

    it("hears so after the operation has run, where it runs all the same", async () => {
        const calls = await heard(true);
        expect(calls.map(({ phase }) => phase)).to.deep.equal(["received", "processed", "unanswered"]);
    });
});
