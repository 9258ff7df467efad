import { expect } from "chai";

import { codeBlocks, document } from "./support/markdown";

const page = document("docs/pipelines.md");

/** Returns the text without white space, which is not the same on the page. */
function dense(text: string): string {
    return text.replace(/\s+/g, "");
}

/** Returns the lines of a job, each with its indentation within the job. */
function linesOf(text: string): string {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
    return lines.map((line) => line.slice(indent)).join("\n");
}

/** Returns the job `release` of a file with jobs at an indentation. */
function releaseJob(path: string, indent: string): string {
    const pattern = new RegExp(`^${indent}release:\\n(?:${indent} .*\\n|\\n)*`, "m");
    const [job] = pattern.exec(document(path)) ?? [];
    if (job === undefined) {
        throw new Error(`${path} has no job "release".`);
    }
    return linesOf(job);
}

describe("the page about pipelines", () => {
    it("shows the program of the example", () => {
        const [program = ""] = codeBlocks(page, "ts");
        expect(dense(program)).to.equal(dense(document("examples/pipeline/index.ts")));
    });

    it("shows the job of each of its files", () => {
        expect(codeBlocks(page, "yaml").map(linesOf)).to.deep.equal([
            releaseJob("examples/pipeline/.github/workflows/release.yml", "  "),
            releaseJob("examples/pipeline/.gitlab-ci.yml", ""),
        ]);
    });
});
