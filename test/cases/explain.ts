import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "chai";

import { expectFailure, fleetOf, instances, linuxSnapshot } from "../support/stack/program";
import type { Scenario } from "../support/stack/scenario";

const cli = join(__dirname, "..", "..", "provider", "dist", "cli.js");

export function explain(how: string, scenario: Scenario): void {
    describe(`the address of an error, and its explanation, ${how}`, () => {
        it("is shown once, also if a warning comes first; the command that it names explains the error", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 12 });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(linesOf(up.output)).to.deep.equal([
                    "More: npx app-snapshot explain PluginThawFailed, or docs/errors.md#plugin-thaw-failed in this package.",
                ]);
                const named = run("explain", "PluginThawFailed");
                expect(named.stderr).to.equal("");
                expect(named.stdout).to.match(/^PluginThawFailed \(exit code 12, urgent\)\n/);
                expect(run("explain", "12").stdout).to.equal(named.stdout);
                expect(runWith(up.output, "explain", "-").stdout).to.equal(named.stdout);
            }));

        it("is shown for the failure and for a later error in the same message", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 12 });
                emulator.faults.add({
                    action: "DeleteSnapshotGroup",
                    kind: "error",
                    status: 403,
                    code: "Forbidden.RAM",
                    times: Infinity,
                });
                const up = expectFailure(await stack.up([linuxSnapshot("a", instances.withRole)]));
                expect(up.output).to.match(/its group could not be deleted: Forbidden\.RAM: /);
                expect(linesOf(up.output)).to.deep.equal([
                    "More: npx app-snapshot explain PluginThawFailed Forbidden, or docs/errors.md#plugin-thaw-failed, #forbidden in this package.",
                ]);
            }));

        it("is shown once for a fleet, for the errors of all its instances", () =>
            scenario(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(instances.withRole, { exitCode: 12 });
                const all = [instances.stopped, instances.foreignRole, instances.withRole];
                const up = expectFailure(await stack.up([fleetOf("a", all)]));
                const [line = "", ...others] = linesOf(up.output);
                expect(others).to.deep.equal([]);
                const [, codes = ""] =
                    /explain (.*), or docs\/errors\.md#plugin-thaw-failed, #/.exec(line) ?? [];
                expect(codes).to.match(/^PluginThawFailed /);
                expect(codes.split(" ")).to.have.members([
                    "PluginThawFailed",
                    // A stopped instance has two problems.
                    ...["InstanceNotRunning", "AgentOffline"],
                    "RoleConflict",
                ]);
                expect(run("explain", ...codes.split(" ")).status).to.equal(0);
            }));
    });
}

function linesOf(output: string): string[] {
    return (output.match(/\bMore: .*/g) ?? []).map((line) => line.trimEnd());
}

function run(...args: readonly string[]) {
    return runWith("", ...args);
}

function runWith(input: string, ...args: readonly string[]) {
    return spawnSync(process.execPath, [cli, ...args], { encoding: "utf8", input });
}
