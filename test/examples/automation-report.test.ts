import { expect } from "chai";

import { markdownOf, type Report } from "../../examples/automation/report";

/** Text that would end a cell, a line, a block of code or an element. */
const hostile = "| a\n## b `c` <script> [d](e) \\| & ```\n````";

const taken: Report = {
    release: "1.4.0",
    instanceId: "i-1",
    isTaken: true,
    outputs: {
        snapshotGroupId: "ssg-1",
        consistency: "application",
        creationTime: "2026-01-02T03:04:05Z",
        snapshotIdByDiskId: { "d-1": "s-1" },
        durations: { command: 12, freeze: 0.8472, postScript: 0.0034 },
        warnings: ["a disk can't be part of it"],
    },
    messages: [{ severity: "info", text: "deleting ssg-0, which keepLast does not keep" }],
};

describe("the report of the example with the Automation API", () => {
    it("has all that was taken, with warnings and what was deleted", () => {
        expect(markdownOf(taken)).to.equal(
            [
                "## Snapshot before 1.4.0",
                "",
                "| Property | Value |",
                "| --- | --- |",
                "| Instance | i-1 |",
                "| Snapshot group | ssg-1 |",
                "| Consistency | application |",
                "| Taken | 2026-01-02T03:04:05Z |",
                "| Duration of command | 12 s |",
                "| Duration of freeze | 0.8 s |",
                "| Duration of postScript | less than 0.1 s |",
                "",
                "| Disk | Snapshot |",
                "| --- | --- |",
                "| d-1 | s-1 |",
                "",
                "### Notes",
                "",
                "```text\na disk can't be part of it\n```",
                "",
                "```text\ndeleting ssg-0, which keepLast does not keep\n```",
                "",
                "",
            ].join("\n"),
        );
    });

    it("shows a masked output in place of each value", () => {
        const masked = Object.keys(taken.outputs).map((name) => [name, "[secret]"] as const);
        const text = markdownOf({ ...taken, outputs: Object.fromEntries(masked), messages: [] });
        const rows = text.split("\n").filter((line) => line.includes("secret"));
        expect(rows).to.deep.equal([
            "| Snapshot group | \\[secret\\] |",
            "| Consistency | \\[secret\\] |",
            "| Taken | \\[secret\\] |",
            "| Duration of all | \\[secret\\] |",
            "| all | \\[secret\\] |",
            "[secret]",
        ]);
    });

    it("keeps its structure whatever the values are", () => {
        const outputs = Object.fromEntries(Object.keys(taken.outputs).map((name) => [name, hostile]));
        const text = markdownOf({
            ...taken,
            release: hostile,
            instanceId: hostile,
            outputs: {
                ...outputs,
                snapshotIdByDiskId: { [hostile]: hostile },
                durations: {},
                warnings: [hostile],
            },
            messages: [],
        });
        const [before = "", inside = "", after] = text.split(/^`{5}(?:text)?$/m);
        expect(inside).to.equal(`\n${hostile}\n`);
        expect(after?.trim()).to.equal("");
        expect(before.match(/^#+ /gm)).to.deep.equal(["## ", "### "]);
        const rows = before.split("\n").filter((line) => line.startsWith("|"));
        expect(rows).to.have.length(9);
        for (const row of rows) {
            expect(row.match(/(?<!\\)(?:\\\\)*\|/g), row).to.have.length(3);
        }
        expect(before).not.to.match(/<|(?<!\\)[`[]/);
    });

    it("of a failure has each error, and no outputs", () => {
        const text = markdownOf({
            ...taken,
            isTaken: false,
            messages: [{ severity: "error", text: hostile }],
        });
        expect(text).to.match(/^## No snapshot before 1\.4\.0\n/);
        expect(text).to.include(`error:\n\n\`\`\`\`\`text\n${hostile}\n\`\`\`\`\`\n`);
        expect(text).not.to.include("ssg");
    });
});
