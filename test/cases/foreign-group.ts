import { join } from "node:path";

import { expect } from "chai";
import type { Emulator, SnapshotGroupState } from "pulumi-alicloud-app-snapshot-emulator";

import { isHeld, releaseWhenAwaited } from "../support/stack/interruption";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import { until } from "../support/until";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
const instanceId = instances.withRole;

/** An instance may print anything: by mistake, from a script that cites a log, or by malice. */
export function foreignGroups(how: string, scenario: Scenario): void {
    describe(`a group of another instance, whose id the instance prints as its own, ${how}`, () => {
        it("is neither deleted nor taken after a successful run: the run's own group is found by its name", () =>
            scenario(async ({ emulator, stack }) => {
                const theirs = foreignGroup(emulator);
                expectSuccess(await stack.up([linuxSnapshot("a", instanceId)]));
                const [snapshot] = await stack.snapshots();
                expect(snapshot?.id).not.to.equal(theirs.snapshotGroupId);
                expectUntouched(emulator, theirs, [snapshot?.id]);
                expectSuccess(await stack.destroy());
                expectUntouched(emulator, theirs, []);
            }));

        it("is neither renamed nor kept as the resource if a degraded group is kept", () =>
            scenario(async ({ emulator, stack }) => {
                const theirs = foreignGroup(emulator, { degrade: true });
                const args = { onDegraded: "keep", snapshotGroupName: "ours", description: "ours" };
                expectSuccess(await stack.up([linuxSnapshot("a", instanceId, args)]));
                const [snapshot] = await stack.snapshots();
                expect(snapshot?.outputs).to.include({
                    consistency: "filesystem",
                    snapshotGroupName: "ours",
                });
                expectUntouched(emulator, theirs, [snapshot?.id]);
            }));

        it("is named in the error, and not deleted, if the run made no group", () =>
            scenario(async ({ emulator, stack }) => {
                const theirs = foreignGroup(emulator, { exitCode: 6, leavesGroup: false });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instanceId)]));
                expect(up.output).to.match(/exit code 6\)/);
                expectUntouched(emulator, theirs, []);
            }));

        it("is not deleted with an unfinished snapshot", () =>
            scenario(async ({ emulator, stack }) => {
                const theirs = foreignGroup(emulator, { holdAt: "start" });
                const impatient = linuxSnapshot("a", instanceId, { timeoutSeconds: 1 });
                expectFailure(await stack.up([impatient]));
                const destroying = stack.destroy();
                await releaseWhenAwaited(emulator, instanceId);
                expectSuccess(await destroying);
                expectUntouched(emulator, theirs, []);
            }));

        it("is not deleted by the search for orphans, which finds the run's own one", () =>
            scenario(async ({ emulator, stack }) => {
                const theirs = foreignGroup(emulator, { holdAt: "start" });
                const { killEngine } = stack.startUp([linuxSnapshot("a", instanceId)]);
                await until(() => isHeld(emulator, instanceId));
                await killEngine();
                emulator.controls.releasePlugin(instanceId);
                await until(() => emulator.state.invocations.every(({ status }) => status === "Success"));
                const args = ["orphans", "--stack", stack.name, "--delete", "--yes", "--include-recent"];
                const { code, stdout } = await stack.runProgram(process.execPath, [cli, ...args]);
                expect(code, stdout).to.equal(0);
                expect(stdout).not.to.include(theirs.snapshotGroupId);
                expectUntouched(emulator, theirs, []);
            }));
    });
}

type Outcome = Parameters<Emulator["controls"]["addOutcomes"]>[1];

/** Creates a group of another instance, and makes the next run print its id. */
function foreignGroup(emulator: Emulator, outcome: Outcome = {}): SnapshotGroupState {
    const id = emulator.controls.createSnapshotGroup(instances.linux, {
        name: "theirs",
        description: "theirs",
    });
    const output = `[snapshotgroup="${id}"][message="Finish whole Processes of Snapshot successfully"]\n`;
    emulator.controls.addOutcomes(instanceId, { output, ...outcome });
    return groupOf(emulator, id);
}

function groupOf({ state }: Emulator, id: string): SnapshotGroupState {
    const found = state.snapshotGroups.find(({ snapshotGroupId }) => snapshotGroupId === id);
    if (found === undefined) {
        throw new Error(`${id} is gone`);
    }
    return found;
}

/** Expects that the foreign group is unchanged, and that only these others exist. */
function expectUntouched(
    emulator: Emulator,
    { snapshotGroupId, name, description }: SnapshotGroupState,
    others: readonly (string | undefined)[],
): void {
    expect(groupOf(emulator, snapshotGroupId)).to.include({ name, description });
    const ids = emulator.state.snapshotGroups.map((group) => group.snapshotGroupId);
    expect(ids).to.have.members([snapshotGroupId, ...others]);
    for (const action of ["DeleteSnapshotGroup", "ModifySnapshotGroup"]) {
        const touched = calls(emulator, action).map(({ params }) => params["SnapshotGroupId"]);
        expect(touched, action).not.to.include(snapshotGroupId);
    }
}
