import { expect } from "chai";

import { gatheringMs } from "../../provider/src/cloud/ecs/gathering";
import { until } from "../support/until";
import { startEngineServer } from "../unit/support/engine-server";
import { FakeClock } from "../unit/support/fake-clock";
import { FakeHost } from "../unit/support/fake-host";
import { longerSleeps } from "../unit/support/longer-sleeps";
import { ManualClock } from "../unit/support/manual-clock";
import { rejection } from "../unit/support/rejection";
import { linuxInputs, world } from "./provider";
import { patientWorld } from "./support/patient-world";

describe("the wait before a call is retried", () => {
    it("differs between two processes that were refused together", async () => {
        const times = 6;
        const oneProcess = (): Promise<number[]> =>
            patientWorld({}, async ({ emulator, provider, clock }) => {
                const id = emulator.controls.createSnapshotGroup(linuxInputs.instanceId);
                emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "throttled", times });
                await provider.read(id, {});
                return longerSleeps(clock).slice(0, times);
            });
        const waits = [await oneProcess(), await oneProcess()].flat();
        expect(new Set(waits), "different waits").to.have.property("size", 2 * times);
        expect(Math.min(...waits)).to.be.at.least(100);
    });

    it("ends at once when the engine ends the process, and no request follows", async () => {
        const engine = await startEngineServer();
        const host = new FakeHost();
        // It goes on for a moment at a time, so any wait but that for the end would last very long.
        const clock = new ManualClock();
        await world(
            {},
            async ({ emulator, provider }) => {
                emulator.faults.add({ action: "DescribeInstances", kind: "throttled", retryAfterMs: 60_000 });
                const created = rejection(provider.create({ ...linuxInputs }));
                await until(async () => {
                    await clock.advance(gatheringMs);
                    return engine.shown.some(({ message }) => message.includes("retrying in"));
                });
                const requests = emulator.ledger.length;
                host.end();
                expect((await created).message).to.match(/^Interrupted: /);
                // The process stays for a moment, so that its answers leave.
                await until(async () => {
                    await clock.advance(20);
                    return host.exits > 0;
                });
                expect(emulator.ledger).to.have.length(requests);
                expect(emulator.state.invocations).to.be.empty;
            },
            { host, clock, argv: [engine.address] },
        ).finally(() => {
            engine.stop();
        });
    });

    it("is not begun if the API asks for more time than a call may take", () => {
        const clock = new FakeClock();
        return world(
            {},
            async ({ emulator, provider }) => {
                emulator.faults.add({
                    action: "DescribeInvocations",
                    kind: "throttled",
                    retryAfterMs: 3_600_000,
                });
                const { message } = await rejection(provider.create({ ...linuxInputs }));
                expect(message).to.match(/^Throttling\.User: /);
                expect(emulator.ledger).to.have.length(1);
                expect(longerSleeps(clock)).to.be.empty;
            },
            { clock },
        );
    });
});

describe("a request that gets no answer", () => {
    it("is given up by the SDK after its time limit, and retried", () =>
        world(
            {},
            async ({ emulator, provider }) => {
                const id = emulator.controls.createSnapshotGroup(linuxInputs.instanceId);
                emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "no-answer" });
                expect((await provider.read(id, {})).id).to.equal(id);
                const [first, ...others] = emulator.ledger.map(({ faulted }) => faulted);
                expect(first).to.equal("no-answer");
                expect(others).not.to.be.empty;
            },
            // A machine that is too busy to answer in half a second causes retries as well.
            { requestTimeouts: { connectMs: 500, readMs: 500 } },
        ));
});
