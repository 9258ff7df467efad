import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { codeBlocks } from "../docs/support/markdown";
import { cellsOf, instanceId, run, withExample } from "./support/automation";
import { readmeOf } from "./support/readme";

const secret = "hunter2";

/** Gives the program of the copy a secret input and a secret output. */
async function addSecrets(folder: string): Promise<void> {
    const file = join(folder, "snapshot.ts");
    const edits = [
        ["import type { PulumiFn }", 'import { secret } from "@pulumi/pulumi";\nimport type { PulumiFn }'],
        ["keepLast: 2,", `keepLast: 2, description: secret("${secret}"),`],
        ["            creationTime,\n", "            creationTime: secret(creationTime),\n"],
    ] as const;
    let text = await readFile(file, "utf8");
    for (const [from, to] of edits) {
        expect(text).to.include(from);
        text = text.replace(from, to);
    }
    await writeFile(file, text);
}

/** Returns a report with the same text in place of each id, time, duration and padding. */
function withoutValues(report: string): string {
    return report
        .replace(/\b(i|d|s|ssg)-bp1\w+/g, "$1-…")
        .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "<time>")
        .replace(/(?:less than )?[\d.]+ s(?= )/g, "<seconds>")
        .replace(/-{3,}/g, "---")
        .replace(/ +/g, " ")
        .trim();
}

/** Returns the texts of the blocks of code. */
function blocksOf(report: string): string[] {
    return [...report.matchAll(/^```text\n([^]*?)\n```$/gm)].map(([, text = ""]) => text);
}

describe("the example with the Automation API", () => {
    it("reports a failure with its remedy, then the snapshot, with the exit code for the pipeline", () =>
        withExample(async ({ emulator, stack, folder }) => {
            emulator.controls.addOutcomes(instanceId, { exitCode: 9 });
            await addSecrets(folder);
            const summary = join(folder, "summary.md");
            const failed = await run(stack, "1.4.0", { GITHUB_STEP_SUMMARY: summary });
            expect(failed.code).to.equal(1);
            const failure = await readFile(summary, "utf8");
            expect(failure).to.match(/^## No snapshot before 1\.4\.0$/m);
            expect(failure).to.match(/^PluginPreScriptFailed: .*\(instance i-\w+, exit code 9\)\.$/m);
            expect(failure).to.match(/^What to do: .+$/m);
            expect(failure).to.match(/^In the cloud: invocation t-\w+\.$/m);
            expect(blocksOf(failure)).to.have.length(1);
            expect(failure).not.to.include(secret);

            const taken = await run(stack, "1.4.0");
            expect(taken.code, taken.stderr).to.equal(0);
            const [group] = emulator.state.snapshotGroups;
            expect(taken.stdout).to.match(/^## Snapshot before 1\.4\.0$/m);
            expect(cellsOf(taken.stdout)).to.include({
                Instance: instanceId,
                "Snapshot group": group?.snapshotGroupId,
                Consistency: "application",
            });
            for (const { snapshotId, sourceDiskId } of emulator.state.snapshots) {
                expect(cellsOf(taken.stdout)[sourceDiskId]).to.equal(snapshotId);
            }
            const [described = ""] = codeBlocks(readmeOf("automation"), "md");
            expect(described).to.match(/^\| Taken .*Z +\|$/m);
            expect(withoutValues(taken.stdout)).to.equal(
                withoutValues(described).replace("| Taken | <time> |", "| Taken | \\[secret\\] |"),
            );
            expect(emulator.state.snapshotGroups[0]?.description).to.equal(secret);
            expect(taken.stdout).not.to.include(secret);
        }));
});
