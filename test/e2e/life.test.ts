import { expect } from "chai";

import { releaseWhenAwaited } from "../support/stack/interruption";
import {
    calls,
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { withEngine } from "./support/engine";

const { withRole } = instances;

// What the engine does with the provider's answers. Cases in which it adds nothing run over the provider's own protocol,
// and here only by the full tests.
describe("the life of a snapshot, with the real engine", () => {
    it("is created, left alone, changed in place, replaced, replaced by force and deleted", () =>
        withEngine(async ({ emulator, stack }) => {
            const snapshot = (args: TestResource["args"] = {}): TestResource[] => [
                linuxSnapshot("a", withRole, args),
            ];
            emulator.controls.addOutcomes(withRole, { holdAt: "start" });
            const creating = stack.up(snapshot({ triggers: ["1.0"] }));
            // Two looks: the first one shows it in the row.
            await releaseWhenAwaited(emulator, withRole, 2);
            const created = expectSuccess(await creating);
            expect(created.output).to.match(
                /AppConsistentSnapshot a .*(?:pending|running) \d+s: the snapshot plugin/,
            );
            const [first] = await stack.snapshots();
            expect((await stack.outputs())["a"]).to.include({
                id: first?.id,
                snapshotGroupId: first?.id,
                consistency: "application",
            });

            const before = emulator.ledger.length;
            const again = expectSuccess(await stack.up(snapshot({ triggers: ["1.0"] })));
            expect(again.output).to.match(/2 unchanged/);
            expect(emulator.ledger.length, "calls of an unchanged update").to.equal(before);

            const described = { triggers: ["1.0"], description: "before the migration" };
            expect(expectSuccess(await stack.up(snapshot(described))).output).to.match(/1 updated/);
            expect(groupIds(emulator)).to.deep.equal([first?.id]);
            expect(emulator.state.snapshotGroups[0]?.description).to.equal(described.description);
            expect((await stack.outputs())["a"]).to.include({
                description: described.description,
                consistency: "application",
            });

            const next = snapshot({ triggers: ["1.1"] });
            expect(expectSuccess(await stack.up(next)).output).to.match(/\[diff: .*triggers/);
            const [second] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([second?.id]);
            expect(second?.id).not.to.equal(first?.id);
            const order = emulator.ledger.map((entry) => entry.action);
            expect(order.lastIndexOf("RunCommand")).to.be.below(order.indexOf("DeleteSnapshotGroup"));

            expectSuccess(await stack.up(next, "--replace", second?.urn ?? ""));
            const [third] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([third?.id]);
            expect(third?.id).not.to.equal(second?.id);

            expectSuccess(await stack.destroy());
            expect(emulator.state.snapshots).to.be.empty;
        }));

    it("leaves the last ones with retainOnDelete and keepLast, and others alone", () =>
        withEngine(async ({ emulator, stack }) => {
            const byHand = emulator.controls.createSnapshotGroup(withRole, { name: "by-hand" });
            const release = (version: string): TestResource[] => [
                {
                    ...linuxSnapshot("a", withRole, { keepLast: 1, triggers: [version] }),
                    options: { retainOnDelete: true },
                },
            ];
            expectSuccess(await stack.up(release("1")));
            // The times of groups are in whole seconds.
            await new Promise((resolve) => setTimeout(resolve, 1_000));
            expectSuccess(await stack.up(release("2")));
            const [last] = await stack.snapshots();
            expect(groupIds(emulator)).to.have.members([byHand, last?.id]);
            expectSuccess(await stack.destroy());
            expect(groupIds(emulator)).to.have.members([byHand, last?.id]);
        }));

    it("that fails is reported without a stack trace, kept with its errors on demand, and replaced", () =>
        withEngine(async ({ emulator, stack }) => {
            const resources = [linuxSnapshot("a", withRole, { onDegraded: "keep" })];
            emulator.controls.addOutcomes(withRole, { exitCode: 9 }, { exitCode: 10 });
            const failed = expectFailure(await stack.up(resources));
            expect(failed.output).to.match(/PluginPreScriptFailed: .*exit code 9\)/);
            expect(failed.output, "no stack trace").not.to.match(/\bat .*\.js:\d+/);
            expect(await stack.snapshots()).to.be.empty;

            expectFailure(await stack.up(resources));
            const [kept] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([kept?.id]);
            expect(kept?.initErrors).to.have.length(1);
            expect(kept?.outputs).to.have.property("__provider");
            expectSuccess(await stack.refresh());
            expectSuccess(await stack.up(resources));
            const [now] = await stack.snapshots();
            expect(now?.id).not.to.equal(kept?.id);
            expect(groupIds(emulator)).to.deep.equal([now?.id]);
            expect(calls(emulator, "RunCommand")).to.have.length(3);
        }));
});
