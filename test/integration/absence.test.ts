import { expect } from "chai";
import { type Emulator, fastTiming, realisticTiming } from "pulumi-alicloud-app-snapshot-emulator";

import { rejection } from "../unit/support/rejection";
import { linuxInputs, resourceUrn, scripts } from "./provider";
import * as patient from "./support/patient-world";

type Values = Record<string, unknown>;

type PatientWorld = patient.PatientWorld;

/** Runs a test in a world in which the instance has its role already. */
function patientWorld(
    options: Parameters<typeof patient.patientWorld>[0],
    test: (world: PatientWorld) => Promise<void>,
): Promise<void> {
    return patient.patientWorld(options, (world) => {
        world.emulator.controls.attachRole(instanceId, "AppSnapshotRoleName");
        return test(world);
    });
}

/** On an instance with two disks. */
const inputs: Values = { ...linuxInputs, roleAttachment: "keep", linux: scripts };
const instanceId = linuxInputs.instanceId;
const everything = ["ecs:*"];

/** The rights of a caller who is shown no snapshots. */
function withoutLists(emulator: Emulator): readonly string[] {
    return [...new Set(emulator.ledger.map(({ action }) => `ecs:${action}`))]
        .concat("ecs:ModifySnapshotGroup", "ecs:DeleteSnapshotGroup", "ecs:DeleteSnapshot")
        .filter((action) => !/^ecs:DescribeSnapshot(Group)?s$/.test(action));
}

function mayDo(emulator: Emulator, actions: readonly string[]): void {
    emulator.controls.setCredentialActions("emulator", actions);
}

async function taken(
    { provider }: Pick<PatientWorld, "provider">,
    values = inputs,
): Promise<{ readonly id: string; readonly state: Values }> {
    const result = await provider.create(values);
    return { id: result.id, state: result.outs as Values };
}

/** Returns the result of a refresh; undefined if it gives up the resource. */
async function found({ provider }: PatientWorld, id: string, state: Values): Promise<Values | undefined> {
    const result = await provider.read(id, state);
    return result.props as Values | undefined;
}

function stateTag({ state }: Emulator): string | undefined {
    return state.invocations[0]?.tags["app-snapshot:state"];
}

describe("a snapshot that no list shows", () => {
    it("is kept unchanged by a refresh of a caller without the permission, who gets empty lists", () =>
        patientWorld({ behaviour: { unpermittedList: "empty" } }, async (world) => {
            const { emulator, provider } = world;
            const { id, state } = await taken(world);
            for (const actions of [
                withoutLists(emulator),
                withoutLists(emulator).filter((action) => action !== "ecs:ModifySnapshotGroup"),
            ]) {
                mayDo(emulator, actions);
                expect(await provider.read(id, state)).to.deep.equal({ id, props: state });
            }
            mayDo(emulator, everything);
            expect((await provider.read(id, state)).props).to.include({ snapshotGroupId: id });
            expect(emulator.state.snapshotGroups).to.have.length(1);
        }));

    it("is not given up if its group is gone and its snapshots may only be hidden", () =>
        patientWorld(
            { behaviour: { unpermittedList: "empty", groupWithHeldMember: "goes" } },
            async (world) => {
                const { emulator, provider } = world;
                const { id, state } = await taken(world);
                emulator.controls.holdSnapshot(emulator.state.snapshots[0]?.snapshotId ?? "", {
                    imageId: "m-held",
                });
                emulator.controls.deleteSnapshotGroup(id);
                mayDo(emulator, withoutLists(emulator));
                expect(await provider.read(id, state)).to.deep.equal({ id, props: state });
                mayDo(emulator, everything);
                expect((await found(world, id, state))?.["missingSnapshotIds"]).to.deep.equal([id]);
            },
        ));

    for (const emptyModification of ["accepted", "refused"] as const) {
        it(`is given up once it is proved to be gone, with a modification of nothing ${emptyModification}`, () =>
            patientWorld({ behaviour: { emptyModification } }, async (world) => {
                const { emulator, provider } = world;
                const { id, state } = await taken(world);
                emulator.controls.renameSnapshotGroup(id, "renamed-by-hand");
                emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "miss", times: 5 });
                expect(await provider.read(id, state), "a list that lags behind").to.have.property("id", id);
                emulator.faults.clear();
                emulator.controls.deleteSnapshotGroup(id);
                emulator.controls.finishDeletion(id);
                expect(await provider.read(id, state)).to.deep.equal({});
            }));
    }

    it("is neither reported as lost nor replaced because a list was empty once", () =>
        patientWorld({}, async (world) => {
            const { emulator, provider } = world;
            const { id, state } = await taken(world);
            emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "miss", times: 5 });
            const props = (await found(world, id, state)) ?? {};
            expect(props).to.deep.equal(state);
            emulator.faults.clear();
            expect((await provider.diff(id, props, inputs)).changes).to.equal(false);
        }));

    it("loses the note of a refresh that saw less when a later one sees it whole", () =>
        patientWorld({}, async (world) => {
            const { id, state } = await taken(world);
            for (const missingSnapshotIds of [[id], ["s-bp1other"], [id, "s-bp1other"]]) {
                const marked = { ...state, missingSnapshotIds };
                const props = await found(world, id, marked);
                if (missingSnapshotIds.includes("s-bp1other")) {
                    expect(props?.["missingSnapshotIds"]).to.deep.equal(["s-bp1other"]);
                } else {
                    expect(props).not.to.have.property("missingSnapshotIds");
                }
            }
        }));

    it("keeps a member that its group does not show, unless that is proved to be gone", () =>
        patientWorld({ behaviour: { unpermittedList: "empty" } }, async (world) => {
            const { emulator, clock } = world;
            const { id, state } = await taken(world);
            const [gone = ""] = emulator.state.snapshots.map(({ snapshotId }) => snapshotId);
            emulator.controls.deleteSnapshot(gone);
            await clock.sleep(60_000);
            mayDo(emulator, withoutLists(emulator).concat("ecs:DescribeSnapshotGroups"));
            const hidden = await found(world, id, state);
            expect(hidden).not.to.have.property("missingSnapshotIds");
            expect(hidden?.["snapshots"]).to.have.length(2);
            mayDo(emulator, everything);
            const seen = await found(world, id, hidden ?? {});
            expect(seen?.["missingSnapshotIds"]).to.deep.equal([gone]);
            expect(seen?.["snapshots"]).to.have.length(1);
        }));

    it("is not deleted once its run is forgotten: its owner can't be seen", () =>
        patientWorld({ behaviour: { unpermittedList: "empty" } }, async (world) => {
            const { emulator, provider } = world;
            const { id, state } = await taken(world);
            emulator.controls.forgetInvocation(String(state["invokeId"]), "all");
            mayDo(emulator, withoutLists(emulator));
            const { message } = await rejection(provider.delete(id, state));
            expect(message)
                .to.match(/^AbsenceNotProved: /)
                .and.to.include("ecs:DescribeSnapshotGroups");
            expect(emulator.state.snapshotGroups).to.have.length(1);
            mayDo(emulator, everything);
            await provider.delete(id, state);
            expect(emulator.state.snapshotGroups).to.be.empty;
        }));
});

describe("a run whose group no list shows", () => {
    const missed = { action: "DescribeSnapshotGroups", kind: "miss", times: Infinity } as const;

    it("stays open after a success that named it, is adopted later, and no second snapshot is taken", () =>
        patientWorld({}, async ({ emulator, provider, anotherProcess }) => {
            emulator.faults.add(missed);
            for (const another of [provider, anotherProcess(), anotherProcess()]) {
                expect((await rejection(another.create(inputs))).message).to.match(/^GroupNotFound: /);
                expect(stateTag(emulator)).to.equal("open");
            }
            emulator.faults.clear();
            const { id } = await anotherProcess().create(inputs);
            expect(emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId)).to.deep.equal(
                [id],
            );
            expect(emulator.state.invocations).to.have.length(1);
        }));

    it("is no reason to take a second snapshot if it was handed over and is wanted again", () =>
        patientWorld({}, async ({ emulator, provider, anotherProcess }) => {
            await provider.create(inputs);
            emulator.faults.add(missed);
            const { message } = await rejection(anotherProcess().create(inputs));
            expect(message)
                .to.match(/^GroupNotFound: /)
                .and.to.include("is unknown whether");
            expect(stateTag(emulator)).to.equal("handed");
            expect(emulator.state.snapshotGroups).to.have.length(1);
        }));

    it("is left and named if another snapshot is wanted", () =>
        patientWorld({}, async ({ emulator, provider, anotherProcess }) => {
            emulator.faults.add({ ...missed });
            await rejection(provider.create(inputs));
            const [first] = emulator.state.snapshotGroups;
            emulator.faults.clear();
            // Only of the first one's group, by its name and by its id.
            emulator.faults.add({
                ...missed,
                when: (params) =>
                    [first?.name, first?.snapshotGroupId].some((one) =>
                        Object.values(params).includes(one ?? ""),
                    ),
            });
            const another = { ...inputs, triggers: ["another"] };
            const { state } = await taken({ provider: anotherProcess() }, another);
            expect(emulator.state.snapshotGroups).to.have.length(2);
            expect(stateTag(emulator)).to.equal("open");
            expect(JSON.stringify(state["warnings"])).to.include("is left alone");
        }));

    it("is not closed if it failed and named one, however long ago", () =>
        patientWorld({}, async ({ emulator, provider, anotherProcess, clock }) => {
            emulator.controls.addOutcomes(instanceId, { exitCode: 10 });
            emulator.faults.add(missed);
            expect((await rejection(provider.create(inputs))).message).to.match(/^PluginPostScriptFailed: /);
            const [first] = emulator.state.snapshotGroups;
            await clock.sleep(2 * 86_400_000);
            emulator.faults.clear();
            emulator.faults.add({
                ...missed,
                when: (params) =>
                    [first?.name, first?.snapshotGroupId].some((one) =>
                        Object.values(params).includes(one ?? ""),
                    ),
            });
            const second = await taken({ provider: anotherProcess() });
            expect(JSON.stringify(second.state["warnings"])).to.include("is left alone");
            expect(stateTag(emulator)).to.equal("open");

            emulator.faults.clear();
            const third = await taken({ provider: anotherProcess() }, { ...inputs, triggers: ["another"] });
            expect(stateTag(emulator)).to.equal("closed");
            expect(
                emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId),
            ).to.have.members([second.id, third.id]);
        }));

    it("is deleted with its resource only once that is proved", () =>
        patientWorld({}, async ({ emulator, provider, anotherProcess }) => {
            const short = { ...inputs, timeoutSeconds: 1 };
            emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
            const failure = (await rejection(provider.create(short))) as Error & {
                readonly id: string;
                readonly properties: Values;
            };
            emulator.controls.releasePlugin(instanceId);
            emulator.faults.add(missed);
            const { message } = await rejection(anotherProcess().delete(failure.id, failure.properties));
            expect(message).to.match(/^AbsenceNotProved: /);
            emulator.faults.clear();
            await anotherProcess().delete(failure.id, failure.properties);
            expect(emulator.state.snapshotGroups).to.be.empty;
        }));
});

describe("a run whose result is forgotten", () => {
    const month = 31 * 86_400_000;

    for (const [what, unknownInvocation] of [
        ["all", "empty"],
        ["all", "not-found"],
        ["results", "empty"],
        ["results", "not-found"],
    ] as const) {
        it(`blocks neither a create nor a delete (${what} of it, unknown ids are answered with ${unknownInvocation})`, () =>
            patientWorld(
                { behaviour: { unknownInvocation }, timing: { ...fastTiming } },
                async ({ emulator, provider, anotherProcess, clock }) => {
                    emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                    const short = { ...inputs, timeoutSeconds: 1 };
                    const failure = (await rejection(provider.create(short))) as Error & {
                        readonly id: string;
                        readonly properties: Values;
                    };
                    emulator.controls.releasePlugin(instanceId);
                    await clock.sleep(month);
                    emulator.controls.forgetInvocation(failure.id, what);
                    expect(emulator.state.snapshotGroups).to.have.length(1);

                    const start = clock.now();
                    const { id } = await anotherProcess().create({ ...inputs, triggers: ["another"] });
                    expect(clock.now() - start, "create").to.be.below(120_000);
                    const before = clock.now();
                    await anotherProcess().delete(failure.id, failure.properties);
                    expect(clock.now() - before, "delete").to.be.below(120_000);
                    expect(
                        emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId),
                    ).to.deep.equal([id]);
                },
            ));
    }
});

describe("the clocks of this machine and of the cloud", () => {
    for (const clockOffsetMs of [-120_000, 120_000]) {
        it(`may differ: a group that shows late is found with the cloud's clock at ${clockOffsetMs} ms`, () =>
            patientWorld(
                { timing: { ...realisticTiming, clockOffsetMs, visibilityMs: 5_000 } },
                async (world) => {
                    const { emulator } = world;
                    const { id } = await taken(world);
                    expect(
                        emulator.state.snapshotGroups.map(({ snapshotGroupId }) => snapshotGroupId),
                    ).to.deep.equal([id]);
                    expect(emulator.state.invocations).to.have.length(1);
                },
            ));
    }

    for (const clockOffsetMs of [-86_400_000, 86_400_000]) {
        it(`may differ: a leftover temporary role is recognized with the cloud's clock at ${clockOffsetMs} ms`, () =>
            patientWorld(
                { timing: { ...fastTiming, rolePropagationMs: 0, clockOffsetMs } },
                async ({ emulator, provider, anotherProcess }) => {
                    const other = resourceUrn.replace("urn:pulumi:test::", "urn:pulumi:other::");
                    emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                    emulator.controls.detachRole(instanceId);
                    const temporary = { ...inputs, roleAttachment: "temporary", timeoutSeconds: 1 };
                    await rejection(provider.create({ ...temporary, resourceUrn: other }));
                    emulator.controls.releasePlugin(instanceId);
                    // Its command has ended, but its update may still need the role.
                    const { message } = await rejection(anotherProcess().create(temporary));
                    expect(message)
                        .to.match(/^InstanceBusy: /)
                        .and.to.include("another stack's snapshot");
                },
            ));
    }
});
