import { expect } from "chai";
import { defaultFixture, type Fixture } from "pulumi-alicloud-app-snapshot-emulator";

import { caller, instanceRole, instanceRoleTrust, type Policy } from "../../provider/src/policies/policies";
import { linuxInputs, type World } from "../integration/provider";
import { patientWorld } from "../integration/support/patient-world";
import { scripts } from "../support/stack/program";
import { rejection } from "../unit/support/rejection";

function actionsOf({ Statement }: Policy): string[] {
    return Statement.flatMap(({ Action }) => Action);
}

/** Permissions without which everything works, but some messages are less exact. */
const helpful: Readonly<Record<string, string>> = {
    "ecs:DescribeImages": "names the image that holds a snapshot",
};

const imageId = "m-bp1holder";

describe("the policies", () => {
    const actions = actionsOf(caller());
    const permissions = actionsOf(instanceRole());

    it("suffice for everything that happens to a snapshot", async () => {
        const { messages, done } = await life(callerIs(actions));
        expect(done, messages).to.equal(true);
        expect(messages).to.include(`the image ${imageId} was created from it`);
        expect(messages).not.to.include("not authorized");
    });

    const restricted = {
        "for a role that stays": [{ roleAttachment: "keep" }, { roleAttachment: "keep" }],
        "for an instance that has its role and its scripts": [
            { roleAttachment: "none", deliverScripts: false },
            { instanceId: "i-bp1linuxdb0000000002", linux: scripts, roleAttachment: "none" },
        ],
    } as const;
    for (const [title, [options, inputs]] of Object.entries(restricted)) {
        it(`suffice when they are restricted ${title}`, async () => {
            const { messages, done } = await life(callerIs(actionsOf(caller(options))), {
                ...linuxInputs,
                ...inputs,
            });
            expect(done, messages).to.equal(true);
            expect(messages).not.to.include("not authorized");
        });
    }

    it("let no caller without `deleteSnapshots` delete a snapshot, and the error says so", async () => {
        const { messages, done } = await life(callerIs(actionsOf(caller({ deleteSnapshots: false }))));
        expect(done).to.equal(false);
        expect(messages).to.include("Action: ecs:DeleteSnapshotGroup");
    });

    it("let such a caller not delete a degraded snapshot either, which the error names", async () => {
        const fixture = defaultFixture();
        callerIs(actionsOf(caller({ deleteSnapshots: false })))(fixture);
        await patientWorld({ fixture }, async ({ emulator, provider }) => {
            const inputs = { ...linuxInputs, instanceId: "i-bp1linuxdb0000000002" };
            emulator.controls.addOutcomes(inputs.instanceId, { degrade: true });
            const { message } = await rejection(provider.create(inputs));
            const [group] = emulator.state.snapshotGroups;
            expect(message).to.match(
                /^Degraded: [^]*could not be deleted[^]*Action: ecs:DeleteSnapshotGroup/,
            );
            expect(message).to.include(`snapshot group ${group?.snapshotGroupId}`);
        });
    });

    it("have actions for both", () => {
        expect(actions).not.to.be.empty;
        expect(permissions).not.to.be.empty;
    });

    for (const action of actions) {
        it(`have no action for the caller that could be left out: not ${action}`, async () => {
            const { messages, done } = await life(callerIs(actions.filter((other) => other !== action)));
            if (action in helpful) {
                expect(done, messages).to.equal(true);
                expect(messages, helpful[action]).not.to.include(imageId);
            } else {
                expect(messages).to.include(`Action: ${action}`);
            }
        });
    }

    for (const action of permissions) {
        it(`have no action for the instance's role that could be left out, and the error says what to grant: ${action}`, async () => {
            const { messages, done } = await life(
                (fixture) => {
                    const others = permissions.filter((other) => other !== action);
                    fixture.roles = fixture.roles.map((role) => ({ ...role, actions: others }));
                },
                // Its role is attached already, so nobody waits for it to arrive.
                { ...linuxInputs, instanceId: "i-bp1linuxdb0000000002" },
            );
            expect(done, messages).to.equal(false);
            expect(messages).to.match(/PluginNoDiskOrPermission: .*the instance's RAM role/);
            expect(messages).to.include("Grant the RAM role AppSnapshotRoleName").and.to.include(action);
        });
    }

    it("have the trust that the role needs, and the error says so if it is missing", async () => {
        const [trusted] = instanceRoleTrust().Statement;
        expect(trusted?.Principal.Service).to.deep.equal(["ecs.aliyuncs.com"]);
        const { messages, done } = await life((fixture) => {
            fixture.roles = fixture.roles.map((role) => ({ ...role, trust: ["fc.aliyuncs.com"] }));
        });
        expect(done).to.equal(false);
        expect(messages).to.match(/RoleNotAttached|InvalidRamRole\.NotEcsRole/);
        expect(messages).to.include("ecs.aliyuncs.com");
    });
});

function callerIs(allow: readonly string[]): (fixture: Fixture) => void {
    return (fixture) => {
        fixture.credentials = [{ accessKeyId: "emulator", accessKeySecret: "emulator", allow: [...allow] }];
    };
}

/** Runs everything that may happen to a snapshot, as far as possible; returns all output for the user. */
async function life(
    change: (fixture: Fixture) => void,
    inputs: Readonly<Record<string, unknown>> = linuxInputs,
): Promise<{ readonly messages: string; readonly done: boolean }> {
    const fixture = defaultFixture();
    change(fixture);
    const behaviour = { groupWithHeldMember: "goes", deletion: "synchronous" } as const;
    return patientWorld({ fixture, behaviour }, async (place) => {
        const messages: string[] = [];
        const told = async (task: () => Promise<unknown>): Promise<unknown> => {
            try {
                return await task();
            } catch (thrown) {
                messages.push(thrown instanceof Error ? thrown.message : String(thrown));
                return undefined;
            }
        };
        const id = await created(place, inputs, told, messages);
        if (id !== undefined) {
            await changedAndDeleted(place, id, inputs, told);
        }
        const gone = place.emulator.state.snapshots.length === 0;
        return { messages: messages.join("\n"), done: id !== undefined && gone };
    });
}

type Told = (task: () => Promise<unknown>) => Promise<unknown>;

/** The outputs, if the snapshot got that far. */
async function created(
    { provider }: World,
    inputs: Readonly<Record<string, unknown>>,
    told: Told,
    messages: string[],
): Promise<Made | undefined> {
    const result = (await told(() => provider.create({ ...inputs }))) as
        { readonly id: string; readonly outs: Record<string, unknown> } | undefined;
    if (result !== undefined) {
        messages.push(...(result.outs["warnings"] as string[]));
    }
    return result;
}

interface Made {
    readonly id: string;
    readonly outs: Record<string, unknown>;
}

async function changedAndDeleted(
    { emulator, provider }: World,
    { id, outs }: Made,
    inputs: Readonly<Record<string, unknown>>,
    told: Told,
): Promise<void> {
    await told(() => provider.read(id, outs));
    await told(() => provider.update(id, outs, { ...inputs, description: "another" }));
    const member = emulator.state.snapshots[0]?.snapshotId ?? "";
    emulator.controls.holdSnapshot(member, { imageId });
    // Once while the group exists, once when it is gone already, once when nothing holds the snapshot any more.
    await told(() => provider.delete(id, outs));
    await told(() => provider.read(id, outs));
    await told(() => provider.delete(id, outs));
    emulator.controls.releaseSnapshot(member);
    await told(() => provider.delete(id, outs));
}
