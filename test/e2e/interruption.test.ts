import { join } from "node:path";

import { expect } from "chai";
import type { EmulatorOptions } from "pulumi-alicloud-app-snapshot-emulator";

import { killAtPlugin, releaseWhenAwaited, startPlugin } from "../support/stack/interruption";
import {
    calls,
    expectFailure,
    expectSuccess,
    groupIds,
    instances,
    linuxSnapshot,
} from "../support/stack/program";
import { withEngine } from "./support/engine";
import type { EngineStack } from "./support/stack";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");
const instanceId = instances.withRole;
const resources = [linuxSnapshot("a", instanceId, { triggers: ["1"] })];

describe("an interrupted snapshot, with the real engine", () => {
    it("of a killed update is listed by the search for orphans, and in the state after the next update", () =>
        withEngine(async ({ emulator, stack }) => {
            await killAtPlugin(emulator, stack, { resources, instanceId });
            expect(await stack.snapshots()).to.be.empty;
            const listed = await stack.runProgram(process.execPath, [cli, "orphans", "--stack", stack.name]);
            expect(listed.code).to.equal(3);
            expect(listed.stdout).to.include(emulator.state.invocations[0]?.invokeId);

            const up = stack.up(resources);
            await releaseWhenAwaited(emulator, instanceId);
            const { output } = expectSuccess(await up);
            const [snapshot] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            expect(calls(emulator, "RunCommand")).to.have.length(1);
            // Pulumi's own warning stays, and the message gives the remedy.
            expect(output).to.match(
                /you need not do anything else.*pulumi refresh --yes --clear-pending-creates/,
            );
            expect(await stack.stateText()).to.include("pending_operations");
            expectSuccess(await stack.refresh("--clear-pending-creates"));
            expect(await stack.stateText()).not.to.include("pending_operations");
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            expect((await stack.outputs())["a"]?.["warnings"]).to.match(
                /by an earlier run that did not finish/,
            );
            const left = await stack.runProgram(process.execPath, [cli, "orphans", "--stack", stack.name]);
            expect(left).to.include({ code: 0, stderr: "" });
        }));

    it("is finished and recorded in the state after a single Ctrl-C", () =>
        withEngine(async ({ emulator, stack }) => {
            const running = await startPlugin(emulator, stack, { resources, instanceId });
            running.interrupt();
            emulator.controls.releasePlugin(instanceId);
            await running.ended;
            const [snapshot] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            expect(snapshot?.outputs).to.include({ consistency: "application" });
        }));

    it("is in the state when customTimeouts have passed, and finished by the next update", () =>
        withEngine(async ({ emulator, stack }) => {
            emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
            const options = { customTimeouts: { create: "1s" } };
            const up = expectFailure(await stack.up([{ ...linuxSnapshot("a", instanceId), options }]));
            expect(up.output).to.match(/StillInProgress: /);
            const [unfinished] = await stack.snapshots();
            expect(unfinished?.id).to.equal(emulator.state.invocations[0]?.invokeId);
            expect(unfinished?.initErrors).to.have.length(1);

            const going = stack.up([linuxSnapshot("a", instanceId)]);
            await releaseWhenAwaited(emulator, instanceId);
            expectSuccess(await going);
            const [finished] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([finished?.id]);
            expect(finished?.outputs).not.to.have.property("pending");
            expect(calls(emulator, "RunCommand")).to.have.length(1);
        }));

    it("is no orphan if it is in the state: it is committed only after the engine has written it", () => {
        let states: string[] = [];
        let stackOfTest: EngineStack | undefined;
        const onCall: EmulatorOptions["onCall"] = async ({ phase, entry: { action, params } }) => {
            if (phase === "received" && action === "TagResources" && params["Tag.1.Value"] === "committed") {
                states = [...states, await (stackOfTest?.writtenState() ?? "")];
            }
        };
        return withEngine(
            async ({ emulator, stack }) => {
                stackOfTest = stack;
                expectSuccess(await stack.up(resources));
                expect(states, "commits").to.have.length(1);
                expect(states[0]).to.include(groupIds(emulator)[0]);
            },
            { emulator: { onCall } },
        );
    });
});
