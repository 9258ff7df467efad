import { expect } from "chai";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot, scenario } from "../support/scenario";

const slow = { durationMs: 4_000 };
const impatient = linuxSnapshot("a", instances.withRole, { timeoutSeconds: 1 });
const patient = linuxSnapshot("a", instances.withRole, { timeoutSeconds: 60 });

describe("a snapshot that is not finished in time, with the real engine", function () {
    this.timeout(180_000);

    it("stays in the state and is taken up by the next update, not taken again", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, slow);
            const up = expectFailure(await stack.up([impatient]));
            expect(up.output).to.match(/StillInProgress: /);
            expect(up.output).to.match(/What to do: Run `pulumi up` again/);
            const [unfinished] = await stack.snapshots();
            expect(unfinished?.id).to.equal(emulator.state.invocations[0]?.invokeId);

            const again = expectSuccess(await stack.up([patient]));
            expect(again.output).to.match(/taking up invocation t-/);
            const [finished] = await stack.snapshots();
            expect(finished?.id).to.match(/^ssg-/);
            expect(finished?.outputs).to.include({
                snapshotGroupId: finished?.id,
                consistency: "application",
            });
            expect(finished?.outputs).not.to.have.property("pending");
            expect(calls(emulator, "RunCommand")).to.have.length(1);
            expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                finished?.id,
            ]);

            const third = expectSuccess(await stack.up([patient]));
            expect(third.output).to.match(/2 unchanged/);
        }));

    it("survives a refresh on the way", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, slow);
            expectFailure(await stack.up([impatient]));
            expectSuccess(await stack.refresh());
            expectSuccess(await stack.up([patient]));
            expect(calls(emulator, "RunCommand")).to.have.length(1);
            expect(emulator.state.snapshotGroups).to.have.length(1);
            expect((await stack.snapshots())[0]?.id).to.equal(
                emulator.state.snapshotGroups[0]?.snapshotGroupId,
            );
        }));

    it("is deleted with all that comes of it", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, slow);
            expectFailure(await stack.up([impatient]));
            expectSuccess(await stack.destroy());
            expect(emulator.state.invocations[0]?.status).to.equal("Success");
            expect(emulator.state.snapshotGroups).to.be.empty;
            expect(calls(emulator, "StopInvocation"), "a stop could leave a frozen file system").to.be.empty;
        }));

    it("makes way when the program has changed meanwhile", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, slow);
            expectFailure(await stack.up([impatient]));
            const changed = linuxSnapshot("a", instances.withRole, { triggers: ["2"] });
            // The plugin refuses a second snapshot while the first is being made.
            let up = await stack.up([changed]);
            for (let tries = 0; up.code !== 0 && tries < 5; tries++) {
                up = await stack.up([changed]);
            }
            expectSuccess(up);
            const [finished] = await stack.snapshots();
            expect(await stack.snapshots()).to.have.length(1);
            expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal([
                finished?.id,
            ]);
        }));

    it("takes the time from customTimeouts", () =>
        scenario(async ({ emulator, stack }) => {
            emulator.edit.addOutcomes(instances.withRole, slow);
            const options = { customTimeouts: { create: "1s" } };
            const up = expectFailure(
                await stack.up([{ ...linuxSnapshot("a", instances.withRole), options }]),
            );
            expect(up.output).to.match(/StillInProgress/);
        }));
});
