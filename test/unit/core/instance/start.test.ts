import { expect } from "chai";

import { StartWait, startPhase } from "../../../../provider/src/core/instance/start";
import { FakeClock } from "../../support/fake-clock";
import { instanceOf } from "../../support/samples";

const minute = 60_000;
const startTime = "2025-01-02T03:04Z";
const started = Date.parse(startTime);

describe("the start of an instance", () => {
    it("goes on where its status says so, whatever the cloud's clock says", () => {
        for (const status of ["Pending", "Starting"]) {
            expect(startPhase(instanceOf({ status }), started)).to.equal("starting");
            expect(startPhase(instanceOf({ status, startTime: "" }), undefined)).to.equal("starting");
        }
    });

    it("was lately for 15 minutes, by the cloud's own times: of its creation, or of a later start", () => {
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

    it("is over where nothing tells when it was", () => {
        expect(startPhase(instanceOf({ startTime }), undefined)).to.equal("over");
        expect(startPhase(instanceOf({ startTime: "", creationTime: "" }), started)).to.equal("over");
    });

    it("is none on an instance that was stopped again", () => {
        for (const status of ["Stopping", "Stopped"]) {
            expect(startPhase(instanceOf({ status, startTime }), started)).to.equal("stopped");
        }
    });
});

describe("the patience with a start", () => {
    it("lasts while the start is new", () => {
        const patience = new StartWait(new FakeClock());
        expect(["new", "new", "over"].map((phase) => patience.shouldContinue(phase as "new" | "over"))).to.deep.equal([
            true,
            true,
            false,
        ]);
    });

    it("lasts for 15 minutes from the first look where the start itself was seen, however it is dated", () => {
        const clock = new FakeClock();
        const patience = new StartWait(clock);
        expect(patience.shouldContinue("starting")).to.equal(true);
        clock.pass(15 * minute - 1);
        expect(patience.shouldContinue("over")).to.equal(true);
        clock.pass(1);
        expect(patience.shouldContinue("starting")).to.equal(false);
        expect(patience.shouldContinue("new")).to.equal(false);
    });

    it("ends where the instance is stopped meanwhile", () => {
        const patience = new StartWait(new FakeClock());
        expect(patience.shouldContinue("starting")).to.equal(true);
        expect(patience.shouldContinue("stopped")).to.equal(false);
    });
});
