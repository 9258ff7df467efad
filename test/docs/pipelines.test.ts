import { expect } from "chai";

import { codeBlocks, codeSpans, document, section, tableRows } from "./support/markdown";

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

type Condition = Readonly<Record<string, readonly string[]>>;

interface Policy {
    readonly Statement: readonly {
        readonly Condition: { readonly StringEquals: Condition; readonly StringLike: Condition };
    }[];
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

    it("has trust policies for the tokens that the jobs get, and for release tags only", () => {
        const policies = codeBlocks(section(page, "### The trust policy"), "json").map(
            (text) => JSON.parse(text) as Policy,
        );
        expect(policies).to.have.length(2);
        expect(document("examples/pipeline/github-token.mjs")).to.include("audience=sts.aliyuncs.com`");
        expect(document("examples/pipeline/.gitlab-ci.yml")).to.include("aud: sts.aliyuncs.com\n");
        expect(document("examples/pipeline/.github/workflows/release.yml")).to.include('tags: ["v*"]');
        for (const { Statement: statements } of policies) {
            expect(statements).to.have.length(1);
            for (const { Condition: condition } of statements) {
                expect(condition.StringEquals["oidc:aud"]).to.deep.equal(["sts.aliyuncs.com"]);
                expect(condition.StringEquals["oidc:iss"]?.[0]).to.match(/^https:/);
                expect(condition.StringLike["oidc:sub"]?.[0]).to.match(/:ref:(?:refs\/tags\/)?v\*$/);
            }
        }
    });

    it("says which values are variables and which are secrets on GitHub", () => {
        const workflow = document("examples/pipeline/.github/workflows/release.yml");
        const rows = tableRows(section(page, "## What to set up once").replace(/^ +/gm, ""));
        for (const [kind, context] of [
            ["variable", "vars"],
            ["secret", "secrets"],
        ] as const) {
            const described = rows
                .filter(([, onGithub]) => onGithub === kind)
                .flatMap(([names = ""]) => codeSpans(names));
            const used = [...workflow.matchAll(new RegExp(`\\b${context}\\.(\\w+)`, "g"))].map(
                ([, name]) => name,
            );
            expect(described, kind).to.have.members(used);
        }
    });
});
