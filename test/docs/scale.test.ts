import { expect } from "chai";

import { cohortMs } from "../../provider/src/cloud/ecs/gathering";
import { operations } from "../../provider/src/cloud/ecs/operation-table";
import { instancesPerRun } from "../../provider/src/core/fleet/shared-start";
import { mostInstances } from "../../provider/src/core/inputs/fleet-inputs";
import { codeSpans, document, section, tableRows } from "./support/markdown";
import { calledOperations } from "./support/sources";

const page = document("docs/scale.md");
const rows = tableRows(section(page, "## API calls")).map(
    ([step = "", operation = "", fleet = "", singles = ""]) => ({
        step,
        operation: codeSpans(operation).join(),
        numbers: [fleet, singles],
    }),
);

/** The divisors that the code gives for an operation: what one request takes, or one page of its answer contains. */
const divisors: Readonly<Record<string, readonly number[]>> = {
    DescribeInstances: [operations.describeInstances.idsPerRequest],
    DescribeCloudAssistantStatus: [operations.describeCloudAssistantStatus.idsPerRequest],
    DescribeInstanceRamRole: [operations.describeInstanceRamRole.idsPerRequest],
    DescribeDisks: [operations.describeDisks.pages?.size ?? NaN],
    AttachInstanceRamRole: [operations.attachInstanceRamRole.idsPerRequest],
    RunCommand: [instancesPerRun],
    SendFile: [numberIn("provider/src/core/run/script-delivery.ts", "instancesPerFile")],
    // One for each run of a fleet.
    DescribeInvocations: [instancesPerRun],
    DescribeInvocationResults: [operations.describeInvocationResults.pages?.size ?? NaN],
    DescribeSnapshotGroups: [
        operations.describeSnapshotGroups.idsPerRequest,
        operations.describeSnapshotGroups.pages?.size ?? NaN,
    ],
    TagResources: [operations.tagResources.idsPerRequest, instancesPerRun],
};

/** Returns the value of a constant that its file does not export. */
function numberIn(path: string, name: string): number {
    return Number(new RegExp(`const ${name} = (\\d+);`).exec(document(path))?.[1]);
}

describe("the page about many instances", () => {
    it("names only operations that are called, each divided by what one request of it takes", () => {
        const found = new Set<string>();
        for (const { step, operation, numbers } of rows) {
            expect(calledOperations(), step).to.include(operation);
            for (const [fraction, divisor] of numbers.join(" ").matchAll(/(?:N|M|region)\/(\d+)/g)) {
                expect(divisors[operation], `${operation}: ${fraction}`).to.include(Number(divisor));
                found.add(`${operation}/${divisor}`);
            }
        }
        const known = Object.entries(divisors).flatMap(([name, all]) => all.map((one) => `${name}/${one}`));
        expect([...found]).to.have.members(known);
    });

    it("has the operations of every step of a fleet's life in which nothing is wrong", () => {
        // These are made only with certain inputs, after a failure, or if something holds a snapshot.
        const special = [
            ...["DetachInstanceRamRole", "UntagResources", "DescribeSendFileResults"],
            ...["DescribeSnapshots", "DeleteSnapshot", "DescribeImages"],
        ];
        expect([...new Set(rows.map(({ operation }) => operation)), ...special]).to.have.members(
            calledOperations(),
        );
    });

    it("has the limits that the code keeps to", () => {
        const most = mostInstances.toLocaleString("en");
        expect(section(page, "## A fleet or single resources?")).to.include(`1 to ${most}`);
        expect(page).to.include(`up to ${instancesPerRun} instances`);
        const quotas = tableRows(section(page, "## Quotas"));
        const limitOf = (name: RegExp): string | undefined =>
            quotas.find(([quota = ""]) => name.test(quota))?.[1];
        expect(limitOf(/one `RunCommand`/)).to.equal(String(instancesPerRun));
        expect(page).to.include(
            `for every further ${operations.describeInvocations.pages?.size} invocations`,
        );
        // Both halves, and so on down to the one instance.
        const repeated = 2 * Math.ceil(Math.log2(instancesPerRun));
        expect(page.replace(/\s+/g, " ")).to.include(
            `instance of ${instancesPerRun}, about ${repeated} more`,
        );
        const perRequestMs = numberIn("provider/src/runtime/look-plan.ts", "perRequestMs");
        expect(1_000 / perRequestMs).to.equal(2);
        expect(page).to.include("two requests a second");
        expect(page).to.include(`for each ${cohortMs / 1_000} s, 2 to 4`);
    });
});
