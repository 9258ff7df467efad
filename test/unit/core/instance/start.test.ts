import { expect } from "chai";

import { startPhase, StartWait } from "../../../../provider/src/core/instance/start";
import { FakeClock } from "../../support/fake-clock";
import { instanceOf } from "../../support/samples";

const minute = 60_000;
const startTime = "2025-01-02T03:04Z";
const started = Date.parse(startTime);

describe("the start of an instance", () => {
    it("is in progress according to its status, whatever the cloud's time", () => {
        for (const status of ["Pending", "Starting"]) {
            expect(startPhase(instanceOf({ status }), started)).to.equal("starting");
            expect(startPhase(instanceOf({ status, startTime: "" }), undefined)).to.equal("starting");
        }
    });

    it("is new for 15 minutes after the creation or a later start, by the cloud's times", () => {
        for (const times of [
            { startTime },
            { creationTime: startTime },
            { creationTime: startTime, startTime: "" },
        ]) {
            const instance = instanceOf(times);
            expect(startPhase(instance, started)).to.equal("new");
            expect(startPhase(instance, started + 15 * minute - 1)).to.equal("new");
            expect(startPhase(instance, started + 15 * minute)).to.equal("over");
        }
    });

    it("is over if its time is unknown", () => {
        expect(startPhase(instanceOf({ startTime }), undefined)).to.equal("over");
        expect(startPhase(instanceOf({ startTime: "", creationTime: "" }), started)).to.equal("over");
    });

    it("is none for an instance that was stopped again", () => {
        for (const status of ["Stopping", "Stopped"]) {
            expect(startPhase(instanceOf({ status, startTime }), started)).to.equal("stopped");
        }
    });
});

describe("the wait for a start", () => {
    it("continues while the start is new", () => {
        const wait = new StartWait(new FakeClock());
        expect(
            ["new", "new", "over"].map((phase) => wait.shouldContinue(phase as "new" | "over")),
        ).to.deep.equal([true, true, false]);
    });

    it("continues for 15 minutes from the first poll if the start itself was seen, whatever its date", () => {
        const clock = new FakeClock();
        const wait = new StartWait(clock);
        expect(wait.shouldContinue("starting")).to.equal(true);
        clock.pass(15 * minute - 1);
        expect(wait.shouldContinue("over")).to.equal(true);
        clock.pass(1);
        expect(wait.shouldContinue("starting")).to.equal(false);
        expect(wait.shouldContinue("new")).to.equal(false);
    });

    it("ends if the instance is stopped meanwhile", () => {
        const wait = new StartWait(new FakeClock());
        expect(wait.shouldContinue("starting")).to.equal(true);
        expect(wait.shouldContinue("stopped")).to.equal(false);
    });
});
