import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    fastTiming,
    startEmulator,
} from "pulumi-alicloud-app-snapshot-emulator";

import type { Context } from "../../provider/src/cloud/context";
import type { EcsApi } from "../../provider/src/cloud/ecs/api";
import { createFleet } from "../../provider/src/core/fleet/create";
import { removeFleet } from "../../provider/src/core/fleet/delete";
import { fleetDifference } from "../../provider/src/core/fleet/diff";
import { FleetMemory } from "../../provider/src/core/fleet/fleet-memory";
import type { FleetOutputs } from "../../provider/src/core/fleet/fleet-outputs";
import { readFleet } from "../../provider/src/core/fleet/read";
import { updateFleet } from "../../provider/src/core/fleet/update";
import type { FleetInputs } from "../../provider/src/core/inputs/fleet-inputs";
import { until } from "../support/until";
import { apiError } from "../unit/support/scripted-api";
import { type EmulatorContext, processOf } from "./support/connection";
import { inputsOf, memoryOfNewFleet, one, three, two, unfinished, withCalls } from "./support/fleet";

describe("a fleet in whose state something is in doubt", () => {
    let emulator: Emulator;
    let context: EmulatorContext;

    beforeEach(async () => {
        emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
        context = processOf(emulator)();
    });

    afterEach(() => emulator.close());

    const groupIds = (): string[] => emulator.state.snapshotGroups.map((group) => group.snapshotGroupId);
    const commands = (): number => emulator.ledger.filter(({ action }) => action === "RunCommand").length;
    const stateOf = (invokeId: string | undefined): string | undefined =>
        emulator.state.invocations.find((run) => run.invokeId === invokeId)?.tags["app-snapshot:state"];

    /** Returns a context that sees no results of runs. */
    function blind(): Context {
        return withCalls(context, () => ({
            describeInvocationResults: () => Promise.reject(apiError("Throttling.User")),
        }));
    }

    /** Updates a fleet in a process to which the engine has shown its state. */
    function update(
        state: FleetOutputs,
        inputs: FleetInputs,
        through: Context = context,
    ): Promise<FleetOutputs> {
        const memory = new FleetMemory();
        memory.note(state);
        return updateFleet(through, state.fleetId, state, inputs, memory);
    }

    it("keeps an unfinished snapshot in a refresh, beside the incomplete one that it replaces", async () => {
        const whole = await createFleet(context, inputsOf([one]));
        const incomplete = { ...whole, missingSnapshotIds: { [one]: ["s-deleted"] } };
        const state = await unfinished(update(incomplete, inputsOf([one]), blind()));
        expect(state.snapshots).to.have.all.keys(one);
        expect(state.unfinished).to.have.all.keys(one);
        const read = await readFleet(context, state.fleetId, state);
        expect(read?.unfinished).to.deep.equal(state.unfinished);
        expect(read?.snapshots).to.have.all.keys(one);
    });

    for (const retainOnDelete of [false, true]) {
        it(`${retainOnDelete ? "names" : "deletes"} the group of a run that was forgotten, with retainOnDelete: ${String(retainOnDelete)}`, async () => {
            const inputs = inputsOf([one], { retainOnDelete });
            const state = await unfinished(createFleet(blind(), inputs, memoryOfNewFleet()));
            const { invokeId = "", pending } = state.unfinished?.[one] ?? {};
            await until(() => groupIds().length === 1 && emulator.state.invocations[0]?.status === "Success");
            const forgotten = groupIds();
            emulator.controls.forgetInvocation(invokeId, "all");
            const after = await update(state, inputs);
            const own = Object.values(after.snapshotGroupIdByInstanceId);
            expect(own).to.have.lengthOf(1).and.not.include.members(forgotten);
            expect(after).not.to.have.property("unfinished");
            expect(groupIds()).to.have.members([...own, ...(retainOnDelete ? forgotten : [])]);
            expect(
                context.log
                    .of("warn")
                    .join("\n")
                    .includes(pending?.groupName ?? "?"),
            ).to.equal(retainOnDelete);
        });
    }

    it("finishes a snapshot whose run was forgotten meanwhile", async () => {
        const inputs = { ...inputsOf([one]), description: "before the release" };
        const refusing = withCalls(context, () => ({
            modifySnapshotGroup: () => Promise.reject(apiError("Throttling.User")),
        }));
        const state = await unfinished(createFleet(refusing, inputs, memoryOfNewFleet()));
        const { invokeId = "", pending } = state.unfinished?.[one] ?? {};
        expect(pending?.phase).to.equal("finalizing");
        emulator.controls.forgetInvocation(invokeId, "all");
        const after = await update(state, inputs);
        expect(after.failures).to.deep.equal({});
        expect(Object.values(after.snapshotGroupIdByInstanceId)).to.deep.equal(groupIds());
    });

    it("takes the snapshot of an instance again that it was to remove, for what the program wants now", async () => {
        const first = await createFleet(context, { ...inputsOf([one]), triggers: ["1"] });
        emulator.controls.addOutcomes(two, { exitCode: 9 });
        const state = await unfinished(update(first, { ...inputsOf([two]), triggers: ["1"] }));
        expect(state.snapshots).to.have.all.keys(one);
        const inputs = { ...inputsOf([one]), triggers: ["2"] };
        expect(fleetDifference(state, inputs).kind).to.equal("update");
        // Even if that fails at first.
        emulator.controls.addOutcomes(one, { exitCode: 9 });
        const failed = await unfinished(update(state, inputs));
        expect(failed.snapshots).to.deep.equal({});
        expect(groupIds()).to.deep.equal([first.snapshots[one]?.snapshotGroupId]);
        const after = await update(failed, inputs);
        const taken = after.snapshots[one]?.snapshotGroupId;
        expect(taken).to.be.a("string").and.not.to.equal(first.snapshots[one]?.snapshotGroupId);
        expect(groupIds()).to.deep.equal([taken]);
    });

    it("does not run the plugin again while an earlier one may still create a group", async () => {
        emulator.controls.addOutcomes(two, { holdAt: "start" });
        const lost = withCalls(context, losing(two));
        const state = await unfinished(createFleet(lost, inputsOf([one, two]), memoryOfNewFleet()));
        expect(state.snapshots).to.have.all.keys(one);
        const { invokeId } = state.unfinished?.[two] ?? {};
        expect(invokeId).to.equal(state.snapshots[one]?.invokeId);
        const before = commands();

        const again = await unfinished(update(state, inputsOf([one, two]), withCalls(context, losing(two))));
        expect(commands()).to.equal(before);
        expect(again.unfinished?.[two]?.invokeId).to.equal(invokeId);
        expect(again.failures[two]?.message).to.include(invokeId);

        emulator.controls.releasePlugin(two);
        await until(() => groupIds().length === 2);
        const after = await update(again, inputsOf([one, two]));
        expect(commands()).to.equal(before);
        expect(Object.values(after.snapshotGroupIdByInstanceId)).to.have.members(groupIds());
    });

    it("holds a run that may still have a group even if another attempt fails", async () => {
        emulator.controls.addOutcomes(two, { exitCode: 4, leavesGroup: false }, { exitCode: 9 });
        const state = await unfinished(createFleet(context, inputsOf([one, two]), memoryOfNewFleet()));
        const { invokeId } = state.unfinished?.[two] ?? {};
        expect(invokeId).to.be.a("string");
        const before = commands();
        const again = await unfinished(update(state, inputsOf([one, two])));
        expect(commands()).to.equal(before + 1);
        expect(again.failures[two]?.code).to.equal("PluginPreScriptFailed");
        expect(again.unfinished?.[two]?.invokeId).to.equal(invokeId);
    });

    it("runs the plugin again at once after one whose own end was seen", async () => {
        emulator.controls.addOutcomes(two, { exitCode: 4, leavesGroup: false });
        const state = await unfinished(createFleet(context, inputsOf([one, two]), memoryOfNewFleet()));
        const after = await update(state, inputsOf([one, two]));
        expect(Object.values(after.snapshotGroupIdByInstanceId)).to.have.members(groupIds());
        expect(after.snapshots).to.have.all.keys(one, two);
    });

    it('begins no snapshot after a failure with onFailure: "stop", even where it has cleared an earlier run away', async () => {
        const killed = withCalls(blind(), () => ({
            tagResources: () => Promise.reject(apiError("Throttling.User")),
        }));
        await unfinished(
            createFleet(killed, { ...inputsOf([one, two]), triggers: ["1"] }, memoryOfNewFleet()),
        );
        await until(() => emulator.state.invocations.every(({ status }) => status === "Success"));
        emulator.controls.addOutcomes(one, { exitCode: 9 });
        const before = commands();
        const inputs = {
            ...inputsOf([one, two]),
            ...{ triggers: ["2"], maxConcurrentInstances: 1, onFailure: "stop" as const },
        };
        const error = await createFleet(context, inputs, memoryOfNewFleet()).then(
            () => undefined,
            (thrown: unknown) => thrown as Error,
        );
        expect(error?.message)
            .to.match(/PluginPreScriptFailed|exit code 9/)
            .and.include("NotBegun");
        expect(commands()).to.equal(before + 1);
    });

    it("names what the adopter of its run has left alone, and deletes nothing of it", async () => {
        const state = await createFleet(context, inputsOf([one, two]));
        const { invokeId = "", snapshotGroupId = "" } = state.snapshots[two] ?? {};
        const memory = new FleetMemory();
        memory.states.noteAdoption(invokeId, "another owner", one);
        await removeFleet(context, state.fleetId, state, memory);
        expect(groupIds()).to.have.lengthOf(2);
        const warnings = context.log.of("warn");
        expect(warnings).to.have.lengthOf(1);
        expect(warnings[0]).to.include(`${snapshotGroupId} of ${two} is left alone`).and.include(invokeId);
    });

    it("does not close a run of which it does not account for all instances", async () => {
        const state = await createFleet(context, inputsOf([one, two, three]));
        const { [one]: kept, [three]: windows } = state.snapshots;
        if (kept === undefined || windows === undefined) {
            throw new Error("not all snapshots were taken");
        }
        const known = { ...state, instanceIds: [one, three], snapshots: { [one]: kept, [three]: windows } };
        await removeFleet(context, state.fleetId, known);
        expect(stateOf(kept.invokeId)).to.equal("handed");
        expect(stateOf(windows.invokeId)).to.equal("closed");
    });
});

/** Returns calls by which the agent of an instance seems to be lost during its command. */
function losing(instanceId: string): (api: EcsApi) => Partial<EcsApi> {
    return (api) => ({
        describeInvocationResults: async (invokeId) =>
            (await api.describeInvocationResults(invokeId)).map((result) =>
                result.instanceId === instanceId
                    ? {
                          ...result,
                          ...{
                              invocationStatus: "Error",
                              errorCode: "ExecutionException",
                              exitCode: undefined,
                          },
                          ...{ output: "", finishedTime: new Date().toISOString() },
                      }
                    : result,
            ),
        describeInvocations: async (filter) =>
            (await api.describeInvocations(filter)).map((invocation) => ({
                ...invocation,
                instances: invocation.instances.map((one) =>
                    one.instanceId === instanceId && !("runningOn" in filter)
                        ? {
                              ...one,
                              invocationStatus: "Error",
                              exitCode: undefined,
                              finishTime: new Date().toISOString(),
                          }
                        : one,
                ),
            })),
    });
}
