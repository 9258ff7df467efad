import { expect } from "chai";

import { codeBlocks, section } from "../docs/support/markdown";
import { groupIds } from "../support/stack/program";
import { until } from "../support/until";
import { cellsOf, run, withExample } from "./support/automation";
import { onEmulator, readmeOf } from "./support/readme";

describe("the example with the Automation API, in each case", () => {
    it("reports what keepLast deletes, and takes nothing again for the same release", () =>
        withExample(async ({ emulator, stack }) => {
            const taken: string[] = [];
            for (const release of ["1", "2", "3"]) {
                const { code, stdout, stderr } = await run(stack, release);
                expect(code, stderr).to.equal(0);
                taken.push(cellsOf(stdout)["Snapshot group"] ?? "");
                const deleted = release === "3" ? [taken[0]] : [];
                const named = [...stdout.matchAll(/^deleting (ssg-\w+), which keepLast does not keep$/gm)];
                expect(named.map(([, id]) => id)).to.deep.equal(deleted);
            }
            await until(() => groupIds(emulator).length <= 2);
            expect(groupIds(emulator)).to.have.members(taken.slice(1));

            const again = await run(stack, "3");
            expect(cellsOf(again.stdout)["Snapshot group"]).to.equal(taken[2]);
            expect(groupIds(emulator)).to.have.members(taken.slice(1));
        }));

    it("runs with the commands of its README", () =>
        withExample(async ({ emulator, stack }) => {
            const [block = ""] = codeBlocks(section(readmeOf("automation"), onEmulator), "sh").slice(-1);
            const commands = block.split("\n").filter((line) => !line.startsWith(". "));
            expect(commands.join("\n")).to.include("npm start --silent");
            const { code, stdout, stderr } = await stack.runProgram("env", [
                ...["TS_NODE_TRANSPILE_ONLY=true", "GITHUB_STEP_SUMMARY="],
                ...["sh", "-ec", commands.join("\n")],
            ]);
            expect(code, stderr).to.equal(0);
            expect(stdout).to.match(/^## Snapshot before 1\.4\.0\n/);
            expect(groupIds(emulator)).to.deep.equal([cellsOf(stdout)["Snapshot group"]]);
        }));

    it("reports an error that comes before the update", () =>
        withExample(async ({ stack }) => {
            const { code, stdout, stderr } = await run(stack, "1", { INSTANCE_ID: "" });
            expect(code).to.equal(1);
            expect(stdout).to.equal("");
            expect(stderr).to.match(/^Set the environment variable INSTANCE_ID\.$/m);
        }));
});
