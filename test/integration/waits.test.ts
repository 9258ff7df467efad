import { expect } from "chai";
import { FakeClock } from "../unit/support/fake-clock";
import { startEngineServer } from "../unit/support/engine-server";
import { FakeHost } from "../unit/support/fake-host";
import { rejection } from "../unit/support/rejection";
import { until } from "../e2e/support/until";
import { linuxInputs, world } from "./provider";

describe("the wait before a call is made again", function () {
    this.timeout(20_000);

    it("differs between two processes that were refused together", async () => {
        const times = 6;
        const waits = await Promise.all(
            [new FakeClock(), new FakeClock()].map(async (clock) => {
                await world(
                    {},
                    async ({ emulator, provider }) => {
                        const id = emulator.edit.createSnapshotGroup(linuxInputs.instanceId);
                        emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "throttled", times });
                        await provider.read(id, {});
                    },
                    { clock },
                );
                return clock.sleeps.slice(0, times);
            }),
        );
        expect(new Set(waits.flat()), "different waits").to.have.property("size", 2 * times);
        expect(Math.min(...waits.flat())).to.be.at.least(100);
    });

    it("ends at once when the engine ends the process, and no request follows", async () => {
        const engine = await startEngineServer();
        const host = new FakeHost();
        await world(
            {},
            async ({ emulator, provider }) => {
                emulator.faults.add({ action: "DescribeInstances", kind: "throttled", retryAfterMs: 60_000 });
                const created = rejection(provider.create({ ...linuxInputs }));
                await until(() => engine.shown.some(({ message }) => message.includes("asking again in")));
                const requests = emulator.ledger.length;
                const start = Date.now();
                host.end();
                expect((await created).message).to.match(/^Interrupted: /);
                expect(Date.now() - start, "milliseconds").to.be.below(1_000);
                await until(() => host.exits > 0);
                expect(emulator.ledger).to.have.length(requests);
                expect(emulator.state.invocations).to.be.empty;
            },
            { host, argv: [engine.address] },
        ).finally(() => {
            engine.stop();
        });
    });

    it("is not begun when the API asks for longer than a call may take", () =>
        world({}, async ({ emulator, provider }) => {
            emulator.faults.add({
                action: "DescribeInvocations",
                kind: "throttled",
                retryAfterMs: 3_600_000,
            });
            const { message } = await rejection(provider.create({ ...linuxInputs }));
            expect(message).to.match(/^Throttling\.User: /);
            expect(emulator.ledger).to.have.length(1);
        }));
});
