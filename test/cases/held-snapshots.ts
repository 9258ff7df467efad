import { expect } from "chai";
import type { Clock, Emulator, InvocationState } from "pulumi-alicloud-app-snapshot-emulator";

import {
    killDuringPlugin,
    neverAcknowledged,
    releaseWhenAwaited,
    startPlugin,
} from "../support/stack/interruption";
import {
    calls,
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
    scripts,
} from "../support/stack/program";
import type { Scenario, World } from "../support/stack/scenario";
import type { TestResource } from "../support/stack/test-stack";
import { until } from "../support/until";

const instanceId = instances.withRole;

/** Only the deletion of its own resource deletes it. */
function retained(triggers: readonly string[], more: TestResource["args"] = {}): TestResource {
    return { ...linuxSnapshot("a", instanceId, { triggers, ...more }), options: { retainOnDelete: true } };
}

export function heldSnapshots(how: string, scenario: Scenario): void {
    describe(`a snapshot that a state held, ${how}`, () => {
        for (const [end, afterwards] of [
            ["is removed and added again with another trigger", ["remove", "add"]],
            ["is replaced by force, with another trigger", ["replace"]],
        ] as const) {
            it(`stays where it was recorded after a Ctrl-C and ${end}`, () =>
                scenario(async (world) => {
                    const { emulator, stack } = world;
                    const held = await recordedAfterInterruption(world, [retained(["1"])]);
                    if (afterwards.includes("remove" as never)) {
                        expectSuccess(await stack.up([]));
                    }
                    const { urn = "" } = (await stack.snapshots())[0] ?? {};
                    const flags = urn === "" ? [] : ["--replace", urn];
                    const up = expectSuccess(await stack.up([retained(["2"])], ...flags));
                    expect(up.output).to.match(/is left alone: a state may hold its snapshot/);
                    const [now] = await stack.snapshots();
                    expect(groupIds(emulator)).to.have.members([held, now?.id]);
                    expect((await stack.outputs())["a"]?.["warnings"]).to.match(/is left alone/);
                }));
        }

        it("stays where it was recorded beside a sibling that failed, is removed, and added again", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.linux, { exitCode: 7 });
                const failing = linuxSnapshot("b", instances.linux);
                const update = { resources: [retained(["1"]), failing], instanceId };
                const running = await startPlugin(emulator, stack, update);
                // It fails first, so the program ends before it knows the other's outputs.
                await until(() => emulator.state.invocations.some(({ status }) => status === "Failed"));
                await pauseForAnswer();
                emulator.controls.releasePlugin(instanceId);
                expectFailure(await running.ended);
                const [held] = await stack.snapshots();
                neverAcknowledged(emulator, [instanceId]);

                expectSuccess(await stack.up([]));
                expectSuccess(await stack.up([retained(["2"])]));
                const [now] = await stack.snapshots();
                expect(groupIds(emulator)).to.have.members([held?.id, now?.id]);
            }));

        it("is committed by the next command that calls the cloud anyway, and never costs a call by itself", () =>
            scenario(async (world) => {
                const { emulator, stack } = world;
                await recordedAfterInterruption(world, [retained(["1"])]);
                const before = emulator.ledger.length;
                expectSuccess(await stack.up([retained(["1"])]));
                expectSuccess(await stack.preview([retained(["1"])]));
                expect(emulator.ledger.length).to.equal(before);
                expect(stateTag(emulator, instanceId)).to.equal("handed");

                // It waits for the output of the other one, so the engine has shown that one by then.
                const next = { name: "b", args: { linux: scripts }, instanceOf: "a" };
                expectSuccess(await stack.up([retained(["1"]), next]));
                expect(stateTag(emulator, instanceId)).to.equal("committed");
            }));

        it("is committed by a refresh", () =>
            scenario(async (world) => {
                await recordedAfterInterruption(world, [retained(["1"])]);
                expectSuccess(await world.stack.refresh());
                expect(stateTag(world.emulator, instanceId)).to.equal("committed");
            }));

        it("is adopted within the hour, with a warning, and is the adopter's from then on", () =>
            scenario(async (world) => {
                const { emulator, stack } = world;
                const held = await recordedAfterInterruption(world, [retained(["1"])]);
                expectSuccess(await stack.up([]));
                expectSuccess(await stack.up([linuxSnapshot("a", instanceId, { triggers: ["1"] })]));
                expect((await stack.snapshots())[0]?.id).to.equal(held);
                expect((await stack.outputs())["a"]?.["warnings"]).to.match(/adopted by this update/);
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("is not handed out as a new one days later", () => {
            const clock = new MovedClock();
            return scenario(
                async (world) => {
                    const { emulator, stack } = world;
                    const held = await recordedAfterInterruption(world, [retained(["1"])]);
                    expectSuccess(await stack.up([]));
                    clock.move(3 * 86_400_000);
                    const up = expectSuccess(await stack.up([retained(["1"])]));
                    expect(up.output).to.match(/is left alone/);
                    const [now] = await stack.snapshots();
                    expect(now?.id).not.to.equal(held);
                    expect(groupIds(emulator)).to.have.members([held, now?.id]);
                },
                { emulator: { clock } },
            );
        });

        it("is resumed whatever its age while the state holds it as unfinished", () => {
            const clock = new MovedClock();
            return scenario(
                async ({ emulator, stack }) => {
                    emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                    const args = { triggers: ["1"], timeoutSeconds: 1, adoptWithinSeconds: 0 };
                    expectFailure(await stack.up([linuxSnapshot("a", instanceId, args)]));
                    emulator.controls.releasePlugin(instanceId);
                    await until(() => emulator.state.invocations[0]?.status === "Success");
                    clock.move(3 * 86_400_000);
                    expectSuccess(
                        await stack.up([linuxSnapshot("a", instanceId, { ...args, timeoutSeconds: 900 })]),
                    );
                    expect(calls(emulator, "RunCommand")).to.have.length(1);
                    expect(groupIds(emulator)).to.deep.equal([(await stack.snapshots())[0]?.id]);
                },
                { emulator: { clock } },
            );
        });

        it("is resumed under another name, and not taken again", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                expectFailure(await stack.up([linuxSnapshot("a", instanceId, { timeoutSeconds: 1 })]));
                const renamed = {
                    ...linuxSnapshot("z", instanceId, { timeoutSeconds: 900 }),
                    options: { aliases: [{ name: "a" }] },
                };
                const going = stack.up([renamed]);
                await releaseWhenAwaited(emulator, instanceId);
                expectSuccess(await going);
                expect(calls(emulator, "RunCommand")).to.have.length(1);
                const state = await stack.snapshots();
                expect(state.map(({ urn }) => urn.replace(/.*::/, ""))).to.deep.equal(["z"]);
                expect(groupIds(emulator)).to.deep.equal([state[0]?.id]);
                // It is found again under that name.
                expectSuccess(await stack.up([renamed]));
                expectSuccess(await stack.destroy());
                expect(groupIds(emulator)).to.be.empty;
            }));

        it("is never waited for nor deleted by a stack of the same name that names another instance", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, { resources: [retained(["1"])], instanceId });
                await until(() => emulator.state.invocations[0]?.status === "Success");
                const [theirs] = groupIds(emulator);
                const other = await stack.another({ stackName: stack.name });
                const up = expectSuccess(
                    await other.up([linuxSnapshot("a", instances.linux, { triggers: ["1"] })]),
                );
                expect(up.output).to.match(/is left alone: the program now names another instance/);
                await other.remove();
                expect(groupIds(emulator)).to.include(theirs);
                expect(stateTag(emulator, instanceId)).to.equal("open");
            }));

        it("is not even seen by a stack of the same name in another namespace", () =>
            scenario(async ({ emulator, stack }) => {
                await killDuringPlugin(emulator, stack, { resources: [retained(["1"])], instanceId });
                await until(() => emulator.state.invocations[0]?.status === "Success");
                const other = await stack.another({
                    stackName: stack.name,
                    config: { "alicloud:region": "cn-hangzhou", "alicloud-app-snapshot:namespace": "other" },
                });
                const up = expectSuccess(
                    await other.up([linuxSnapshot("a", instanceId, { triggers: ["1"] })]),
                );
                expect(up.output).not.to.match(/left alone|adopting/);
                await other.remove();
                expect(groupIds(emulator)).to.have.length(2);
            }));

        it("is handed over as unfinished if it can't be tagged, and finished by the next update", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.faults.add({
                    action: "TagResources",
                    kind: "error",
                    status: 403,
                    code: "Forbidden.RAM",
                    message: "not authorized: ecs:TagResources",
                    when: (params) => Object.values(params).includes("handed"),
                });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instanceId)]));
                expect(up.output).to.match(/could not be marked as handed over.*ecs:TagResources/s);
                const [unfinished] = await stack.snapshots();
                expect(groupIds(emulator)).to.deep.equal([unfinished?.id]);

                expectSuccess(await stack.up([linuxSnapshot("a", instanceId)]));
                expect((await stack.snapshots())[0]?.id).to.equal(unfinished?.id);
                expect(stateTag(emulator, instanceId)).to.equal("committed");
                expect(calls(emulator, "RunCommand")).to.have.length(1);
            }));
    });
}

/** Takes a snapshot in an update that a Ctrl-C stops: it is recorded, but its program never learns of it. */
async function recordedAfterInterruption(
    { emulator, stack }: World,
    resources: readonly TestResource[],
): Promise<string | undefined> {
    const running = await startPlugin(emulator, stack, { resources, instanceId });
    running.interrupt();
    emulator.controls.releasePlugin(instanceId);
    await running.ended;
    neverAcknowledged(emulator, [instanceId]);
    return (await stack.snapshots())[0]?.id;
}

/** Waits until the provider has noticed the failed run and told the engine. */
function pauseForAnswer(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 1_500));
}

const stateKey = "app-snapshot:state";

function stateTag({ state }: Emulator, of: string): string | undefined {
    return invocationOn(state, of)?.tags[stateKey];
}

function invocationOn({ invocations }: Emulator["state"], of: string): InvocationState | undefined {
    return invocations.find(({ results }) => results.some((result) => result.instanceId === of));
}

/** The machine's clock, plus the time by which a test moved it. Clients keep their own clocks. */
class MovedClock implements Clock {
    private ahead = 0;

    now(): number {
        return Date.now() + this.ahead;
    }

    after(durationMs: number, action: () => void): () => void {
        const timer = setTimeout(action, durationMs).unref();
        return () => {
            clearTimeout(timer);
        };
    }

    signingTime(): number {
        return Date.now();
    }

    move(durationMs: number): void {
        this.ahead += durationMs;
    }
}
