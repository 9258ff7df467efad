import { join } from "node:path";

import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { isHeld } from "../support/stack/interruption";
import {
    attachRoles,
    expectFailure,
    expectSuccess,
    fleetIn,
    fleetOf,
    groupIds,
    instances,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestStack } from "../support/stack/test-stack";
import { until } from "../support/until";

const { linux, withRole, mixedDisks } = instances;
const all = [linux, withRole, mixedDisks];
const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");

/** The search for orphans in a stack with a fleet. */
export function fleetOrphans(how: string, scenario: Scenario): void {
    describe(`orphans of a fleet, ${how}`, () => {
        it("are nothing that the state holds, finished or not", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, all);
                emulator.controls.addOutcomes(linux, { holdAt: "start" });
                emulator.controls.addOutcomes(withRole, { exitCode: 9 });
                expectFailure(await stack.up([fleetOf("a", all, { timeoutSeconds: 1 })]));
                expect(Object.keys((await fleetIn(stack, "a")).unfinished ?? {})).to.deep.equal([linux]);
                emulator.controls.releasePlugin(linux);
                await until(() => groupIds(emulator).length === 2);
                expect(await orphansOf(stack)).to.deep.equal([]);
                const before = groupIds(emulator);
                await orphansOf(
                    stack,
                    "--delete",
                    "--yes",
                    "--include-recent",
                    "--include-handed",
                    "--include-committed",
                );
                expect(groupIds(emulator)).to.have.members(before);

                expectSuccess(await stack.up([fleetOf("a", all)]));
                expect(await orphansOf(stack)).to.deep.equal([]);
            }));

        it("are all groups of a killed update, and of a removed instance that was retained", () =>
            scenario(async ({ emulator, stack }) => {
                attachRoles(emulator, all);
                const retained = { retainOnDelete: true };
                expectSuccess(await stack.up([fleetOf("a", [linux, withRole], {}, retained)]));
                const { snapshotGroupIdByInstanceId: ids } = await fleetIn(stack, "a");
                expectSuccess(await stack.up([fleetOf("a", [linux], {}, retained)]));
                expect(await orphansOf(stack)).to.deep.equal([`snapshot-group ${ids[withRole]}`]);

                emulator.controls.addOutcomes(mixedDisks, { holdAt: "start" });
                const update = stack.startUp([fleetOf("b", [mixedDisks, withRole])]);
                await until(() => isHeld(emulator, mixedDisks) && groupIds(emulator).length === 3);
                await update.killEngine();
                await stack.unlock();
                emulator.controls.releasePlugin(mixedDisks);
                await until(() => groupIds(emulator).length === 4);
                const killed = groupIds(emulator).filter((id) => !Object.values(ids).includes(id));
                expect(await orphansOf(stack)).to.have.members(
                    [...killed, ids[withRole]].map((id) => `snapshot-group ${id}`),
                );
                await orphansOf(stack, "--delete", "--yes", "--include-recent");
                expect(groupIds(emulator)).to.have.members(Object.values(ids));
                expect(openRuns(emulator)).to.be.empty;
            }));
    });
}

/** Returns the orphans that the command finds, also those that were retained. */
async function orphansOf(stack: TestStack, ...args: readonly string[]): Promise<string[]> {
    const { stdout } = await stack.runProgram(process.execPath, [
        ...[cli, "orphans", "--stack", stack.name, "--json"],
        ...args,
    ]);
    const { orphans, retained } = JSON.parse(stdout) as Record<"orphans" | "retained", Item[]>;
    return [...orphans, ...retained].map(({ kind, id }) => `${kind} ${id}`);
}

interface Item {
    readonly kind: string;
    readonly id: string;
}

function openRuns({ state }: Emulator): readonly unknown[] {
    return state.invocations.filter(({ tags }) => tags["app-snapshot:state"] === "open");
}
