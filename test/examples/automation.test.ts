import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { cellsOf, instanceId, run, withExample } from "./support/automation";

describe("the example with the Automation API", () => {
    it("reports a failure with its remedy, then the snapshot, with the exit code for the pipeline", () =>
        withExample(async ({ emulator, stack, folder }) => {
            emulator.controls.addOutcomes(instanceId, { exitCode: 9 });
            const summary = join(folder, "summary.md");
            const failed = await run(stack, "1.4.0", { GITHUB_STEP_SUMMARY: summary });
            expect(failed.code).to.equal(1);
            const failure = await readFile(summary, "utf8");
            expect(failure).to.match(/^## No snapshot before 1\.4\.0$/m);
            expect(failure).to.match(/^PluginPreScriptFailed: .*\(instance i-\w+, exit code 9\)\.$/m);
            expect(failure).to.match(/^What to do: .+$/m);
            expect(failure).to.match(/^In the cloud: invocation t-\w+\.$/m);
            expect(failure).not.to.match(/update failed\n/);

            const taken = await run(stack, "1.4.0");
            expect(taken.code, taken.stderr).to.equal(0);
            const [group] = emulator.state.snapshotGroups;
            expect(taken.stdout).to.match(/^## Snapshot before 1\.4\.0$/m);
            expect(cellsOf(taken.stdout)).to.include({
                Instance: instanceId,
                "Snapshot group": group?.snapshotGroupId,
                Consistency: "application",
            });
            expect(cellsOf(taken.stdout)["Duration of freeze"]).to.match(/^[\d.]+ s$/);
            for (const { snapshotId, sourceDiskId } of emulator.state.snapshots) {
                expect(cellsOf(taken.stdout)[sourceDiskId]).to.equal(snapshotId);
            }
        }));
});
