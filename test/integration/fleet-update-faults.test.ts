import { expect } from "chai";
import {
    defaultFixture,
    type Emulator,
    fastTiming,
    startEmulator,
} from "pulumi-alicloud-app-snapshot-emulator";

import { createFleet } from "../../provider/src/core/fleet/create";
import { removeFleet } from "../../provider/src/core/fleet/delete";
import { FleetMemory } from "../../provider/src/core/fleet/fleet-memory";
import { deleteFleetExcess } from "../../provider/src/core/fleet/fleet-retention";
import { updateFleet } from "../../provider/src/core/fleet/update";
import { withInstanceLock } from "../../provider/src/core/lifecycle/instance-lock";
import { systemClock } from "../../provider/src/runtime/clock";
import { rejectionOf } from "../unit/support/rejection";
import { apiError } from "../unit/support/scripted-api";
import { type EmulatorContext, processOf } from "./support/connection";
import {
    inputsOf,
    memoryOfNewFleet,
    one,
    resourceUrn,
    three,
    two,
    unfinished,
    withCalls,
} from "./support/fleet";

describe("a change of a fleet", () => {
    let emulator: Emulator;

    beforeEach(async () => {
        emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
    });

    afterEach(() => emulator.close());

    const groupIds = (): string[] => emulator.state.snapshotGroups.map((group) => group.snapshotGroupId);

    it("keeps its new snapshots in the state if the runs of removed instances can't be looked up", async () => {
        const context = processOf(emulator)();
        const before = await createFleet(context, inputsOf([one]));
        const refusing = withCalls(context, (api) => ({
            describeInvocations: (filter) =>
                "invokeId" in filter
                    ? Promise.reject(apiError("Throttling.User"))
                    : api.describeInvocations(filter),
        }));
        const outputs = await unfinished(
            updateFleet(refusing, before.fleetId, before, inputsOf([two, three])),
        );
        expect(outputs.snapshots).to.have.all.keys(one, two, three);
        expect(outputs.failures).to.have.all.keys(one);
        expect(outputs.failures[one]?.message).to.include("Throttling.User");
        expect(groupIds()).to.have.members(Object.values(outputs.snapshotGroupIdByInstanceId));
    });

    it("gives back a tag whose removal failed halfway on one instance, and takes nothing again", async () => {
        const context = processOf(emulator)();
        const tags = { a: "1", b: "2" };
        const before = await createFleet(context, { ...inputsOf([one, two]), tags });
        const refusing = withCalls(context, (api) => ({
            untagResources: (type, ids, keys) =>
                ids.includes(before.snapshots[one]?.snapshotGroupId ?? "")
                    ? Promise.reject(apiError("Throttling.User"))
                    : api.untagResources(type, ids, keys),
        }));
        const { fleetId } = before;
        const half = await unfinished(
            updateFleet(refusing, fleetId, before, { ...inputsOf([one, two]), tags: { b: "2" } }),
        );
        expect(half.failures).to.have.all.keys(one);
        expect(half.snapshots[two]?.tags).to.deep.equal({ b: "2" });
        const back = await updateFleet(context, fleetId, half, { ...inputsOf([one, two]), tags });
        expect(back.failures).to.deep.equal({});
        for (const { tags: shown } of [...emulator.state.snapshots, ...emulator.state.snapshotGroups]) {
            expect(shown).to.include(tags);
        }
        expect(groupIds()).to.have.members(Object.values(before.snapshotGroupIdByInstanceId));
    });

    it("deletes all snapshots but those whose runs can't be looked up", async () => {
        const context = processOf(emulator)();
        const first = await createFleet(context, inputsOf([one]));
        const both = await updateFleet(context, first.fleetId, first, inputsOf([one, two]));
        const refusing = withCalls(context, (api) => ({
            describeInvocations: (filter) =>
                "invokeId" in filter && filter.invokeId === both.snapshots[one]?.invokeId
                    ? Promise.reject(apiError("Throttling.User"))
                    : api.describeInvocations(filter),
        }));
        await unfinishedDeletion(removeFleet(refusing, both.fleetId, both));
        expect(groupIds()).to.deep.equal([both.snapshots[one]?.snapshotGroupId]);
    });

    it("does not close a run that another resource has adopted", async () => {
        const context = processOf(emulator)();
        const outputs = await createFleet(context, inputsOf([one, two]));
        const memory = new FleetMemory();
        const invokeId = outputs.snapshots[one]?.invokeId ?? "";
        // The changed owner token is not visible yet.
        memory.states.noteAdoption(invokeId, "another owner", one);
        await removeFleet(context, outputs.fleetId, outputs, memory);
        expect(groupIds()).to.have.lengthOf(2);
        const states = emulator.state.invocations.map(({ tags }) => tags["app-snapshot:state"]);
        expect(states).to.include("handed").and.not.include("closed");
    });

    it("does not delete a group that it adopts although the state holds it", async () => {
        const context = processOf(emulator)();
        const before = await createFleet(context, inputsOf([one]));
        const incomplete = { ...before, missingSnapshotIds: { [one]: ["s-deleted"] } };
        const after = await updateFleet(context, before.fleetId, incomplete, inputsOf([one]));
        expect(after.snapshots[one]?.snapshotGroupId).to.equal(before.snapshots[one]?.snapshotGroupId);
        expect(groupIds()).to.deep.equal([before.snapshots[one]?.snapshotGroupId]);
    });

    for (const retainOnDelete of [true, undefined, false]) {
        it(`${retainOnDelete === false ? "deletes" : "retains"} what is left of a replaced snapshot with retainOnDelete: ${String(retainOnDelete)}`, async () => {
            const context = processOf(emulator)();
            const before = await createFleet(context, inputsOf([one, two], { retainOnDelete }));
            const old = before.snapshots[one];
            // A refresh found that somebody deleted a member.
            const incomplete = {
                ...before,
                missingSnapshotIds: { [one]: [old?.snapshots[0]?.snapshotId ?? ""] },
            };
            const memory = new FleetMemory();
            memory.note(incomplete);
            const inputs = inputsOf([one, two], { retainOnDelete });
            const after = await updateFleet(context, before.fleetId, incomplete, inputs, memory);
            expect(after.supersededSnapshotGroups).to.equal(undefined);
            expect(groupIds()).to.have.members([
                ...Object.values(after.snapshotGroupIdByInstanceId),
                ...(retainOnDelete === false ? [] : [old?.snapshotGroupId]),
            ]);
            const words = `${old?.snapshotGroupId ?? ""} of ${one} is retained`;
            expect(context.log.of("info").includes(words)).to.equal(retainOnDelete !== false);
        });
    }
});

describe("a fleet with keepLast", () => {
    it("counts what is left of a replaced snapshot, and deletes it once there are enough newer ones", async () => {
        const emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
        try {
            const context = processOf(emulator)();
            const inputs = { ...inputsOf([one], { retainOnDelete: true }), keepLast: 1 };
            const before = await createFleet(context, inputs);
            const memory = new FleetMemory();
            const incomplete = { ...before, missingSnapshotIds: { [one]: ["s-deleted"] } };
            memory.note(incomplete);
            const after = await updateFleet(context, before.fleetId, incomplete, inputs, memory);
            const { ownerToken } = before;
            const { snapshotGroupId } = before.snapshots[one] ?? {};
            expect(after.earlierSnapshotGroups?.map((group) => group.snapshotGroupId)).to.deep.equal([
                snapshotGroupId,
            ]);
            expect(after.earlierSnapshotGroups?.[0]).to.deep.include({ ownerToken, degraded: true });
            // The state holds the new one from now on.
            memory.note(after);
            const { requested } = await deleteFleetExcess(context, after, inputs.keepLast);
            expect(requested).to.equal(1);
        } finally {
            await emulator.close();
        }
    });
});

describe("a fleet after a killed update of more instances", () => {
    let emulator: Emulator;
    let context: EmulatorContext;

    beforeEach(async () => {
        emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
        context = processOf(emulator)();
        const killed = withCalls(context, (api) => ({
            tagResources: (type, ids, tags) =>
                type === "invocation"
                    ? Promise.reject(apiError("Throttling.User"))
                    : api.tagResources(type, ids, tags),
        }));
        await unfinished(createFleet(killed, inputsOf([one, two])));
    });

    afterEach(() => emulator.close());

    const instances = (): string[] => emulator.state.snapshotGroups.map((group) => group.instanceId);

    it("clears nothing away on an instance that another resource is using", async () => {
        let release: () => void = () => undefined;
        const used = withInstanceLock(
            context,
            two,
            () => new Promise<void>((resolve) => (release = resolve)),
        );
        const created = createFleet(context, inputsOf([one]), memoryOfNewFleet());
        await systemClock.sleep(1_000);
        expect(instances()).to.have.members([one, two]);
        release();
        await used;
        await created;
        expect(instances()).to.deep.equal([one]);
    });

    it("clears away the snapshots of its own instances even if those of others have to be recorded", async () => {
        let looks = 0;
        const failing = withCalls(context, (api) => ({
            describeInvocationResults: (invokeId) =>
                ++looks === 1
                    ? Promise.reject(apiError("Throttling.User"))
                    : api.describeInvocationResults(invokeId),
        }));
        const inputs = { ...inputsOf([one]), triggers: ["another snapshot"] };
        const memory = memoryOfNewFleet();
        const outputs = await unfinished(createFleet(failing, inputs, memory));
        expect(outputs.unfinished).to.have.all.keys(two);
        expect(instances()).to.have.members([one, two]);
        memory.note(outputs);
        await updateFleet(context, outputs.fleetId, outputs, inputs, memory);
        expect(instances()).to.deep.equal([one]);
    });
});

describe("a fleet that adopts a run of several instances", () => {
    it("records the parts of it that it could not deal with, because the others are handed over", async () => {
        const emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
        try {
            const context = processOf(emulator)();
            const killed = withCalls(context, () => ({
                tagResources: () => Promise.reject(apiError("Throttling.User")),
            }));
            const inputs = inputsOf([one, two]);
            await unfinished(createFleet(killed, inputs));
            const groups = emulator.state.snapshotGroups.map((group) => group.snapshotGroupId);
            const failing = withCalls(context, (api) => ({
                describeDisks: (filter) =>
                    "instanceId" in filter && filter.instanceId === two
                        ? Promise.reject(apiError("Throttling.User"))
                        : api.describeDisks(filter),
            }));
            const memory = new FleetMemory();
            memory.states.noteNewResource(resourceUrn);
            const outputs = await unfinished(createFleet(failing, inputs, memory));
            expect(outputs.snapshots).to.have.all.keys(one);
            expect(outputs.unfinished).to.have.all.keys(two);
            expect(outputs.failures[two]?.message).to.include("Throttling.User");
            memory.note(outputs);
            const after = await updateFleet(context, outputs.fleetId, outputs, inputs, memory);
            expect(Object.values(after.snapshotGroupIdByInstanceId)).to.have.members(groups);
            expect(emulator.state.snapshotGroups).to.have.lengthOf(2);
        } finally {
            await emulator.close();
        }
    });
});

describe("a fleet whose state holds a running snapshot", () => {
    for (const [triggers, isAdopted] of [
        [["before"], true],
        [["after"], false],
    ] as const) {
        it(
            isAdopted ? "adopts it" : "takes another one instead, if that was started for another program",
            async () => {
                const emulator = await startEmulator({ timing: fastTiming, fixture: defaultFixture() });
                try {
                    const context = processOf(emulator)();
                    const blind = withCalls(context, () => ({
                        describeInvocationResults: () => Promise.reject(apiError("Throttling.User")),
                    }));
                    const killed = withCalls(blind, () => ({
                        tagResources: () => Promise.reject(apiError("Throttling.User")),
                    }));
                    await unfinished(createFleet(killed, { ...inputsOf([one]), triggers: ["before"] }));
                    // The run is still open, and what the first update returned was not recorded.
                    const inputs = { ...inputsOf([one]), triggers };
                    const memory = new FleetMemory();
                    memory.states.noteNewResource(resourceUrn);
                    const seesAge = isAdopted ? withCalls(context, failingAfter(1)) : blind;
                    const outputs = await unfinished(createFleet(seesAge, inputs, memory));
                    const { invokeId } = outputs.unfinished?.[one] ?? {};
                    expect(invokeId).to.equal(emulator.state.invocations[0]?.invokeId);
                    memory.note(outputs);
                    const after = await updateFleet(context, outputs.fleetId, outputs, inputs, memory);
                    expect(after.snapshots[one]?.invokeId === invokeId).to.equal(isAdopted);
                    const [first] = emulator.state.invocations;
                    expect(first?.tags["app-snapshot:state"]).to.equal(isAdopted ? "handed" : "closed");
                    expect(emulator.state.snapshotGroups.map((group) => group.snapshotGroupId)).to.deep.equal(
                        [after.snapshots[one]?.snapshotGroupId],
                    );
                } finally {
                    await emulator.close();
                }
            },
        );
    }
});

/** Returns calls of which only the first looks for results succeed. */
function failingAfter(looks: number): Parameters<typeof withCalls>[1] {
    let made = 0;
    return (api) => ({
        describeInvocationResults: (invokeId) =>
            ++made > looks
                ? Promise.reject(apiError("Throttling.User"))
                : api.describeInvocationResults(invokeId),
    });
}

async function unfinishedDeletion(attempt: Promise<unknown>): Promise<void> {
    const thrown = await rejectionOf(Error, attempt);
    expect(thrown).to.have.property("code", "FleetNotDeleted");
}
