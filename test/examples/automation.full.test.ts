import { expect } from "chai";

import { groupIds } from "../support/stack/program";
import { until } from "../support/until";
import { cellsOf, run, withExample } from "./support/automation";

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

    it("reports an error that comes before the update", () =>
        withExample(async ({ stack }) => {
            const { code, stdout, stderr } = await run(stack, "1", { INSTANCE_ID: "" });
            expect(code).to.equal(1);
            expect(stdout).to.equal("");
            expect(stderr).to.match(/^Set the environment variable INSTANCE_ID\.$/m);
        }));
});
