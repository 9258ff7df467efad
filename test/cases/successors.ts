import { expect } from "chai";

import { isHeld } from "../support/stack/interruption";
import {
    calls,
    expectFailure,
    expectSuccess,
    fleetOf,
    groupIds,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";
import type { TestResource } from "../support/stack/test-stack";
import { until } from "../support/until";

const { linux, withRole } = instances;

/** The resources of a program, before and after a change that replaces them. */
const kinds: Readonly<Record<string, (trigger: string) => TestResource>> = {
    fleet: (trigger) => fleetOf("a", [withRole, linux], { triggers: [trigger], timeoutSeconds: 5 }),
    snapshot: (trigger) => linuxSnapshot("a", linux, { triggers: [trigger], timeoutSeconds: 5 }),
};

/** What is replaced by something that is not finished. */
export function unfinishedSuccessors(how: string, scenario: Scenario): void {
    for (const [kind, resource] of Object.entries(kinds)) {
        describe(`an old ${kind}, ${how}`, () => {
            it("stays with --continue-on-error as long as its successor is not finished, and is deleted after that", () =>
                scenario(async ({ emulator, stack }) => {
                    expectSuccess(await stack.up([resource("1")]));
                    const old = groupIds(emulator);
                    emulator.controls.addOutcomes(linux, { holdAt: "start", exitCode: 9 }, { exitCode: 9 });
                    const up = expectFailure(await stack.up([resource("2")], "--continue-on-error"));
                    expect(up.output).to.match(/StillInProgress: /);
                    expect(up.output).to.match(/SuccessorUnfinished: .*it deletes the old ones/s);
                    expect(groupIds(emulator)).to.include.members(old);
                    expect(calls(emulator, "DeleteSnapshotGroup")).to.be.empty;

                    // Neither does the next update, if it fails too, and leaves nothing.
                    await until(() => isHeld(emulator, linux));
                    emulator.controls.releasePlugin(linux);
                    await until(() => emulator.state.invocations.every(({ status }) => status !== "Running"));
                    const again = expectFailure(await stack.up([resource("2")], "--continue-on-error"));
                    expect(again.output).to.match(/PluginPreScriptFailed: /);
                    expect(groupIds(emulator)).to.include.members(old);

                    expectSuccess(await stack.up([resource("2")]));
                    const [now, ...others] = await stack.snapshots();
                    expect(others).to.be.empty;
                    expect(groupIds(emulator)).to.have.lengthOf(old.length).and.not.include.members(old);
                    expect(now).not.to.equal(undefined);
                }));
        });
    }
}
