import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { parse, parseDocument } from "yaml";

import { createTimeoutSeconds } from "../../provider/src/core/inputs/deadline";
import { typeToken } from "../../provider/src/pulumi/resource/type-token";
import { specificationOf } from "../unit/support/samples";
import { parseWorkflow } from "./support/github";
import { parseConfiguration } from "./support/gitlab";
import { pipelineFolder } from "./support/pipeline";
import { runProgram } from "./support/run-program";

const texts = {
    github: textOf(".github/workflows/release.yml"),
    gitlab: textOf(".gitlab-ci.yml"),
    stack: textOf("Pulumi.production.yaml"),
};
const workflow = parseWorkflow(texts.github);
const gitlab = parseConfiguration(texts.gitlab);

/** The keys that the services document for a job, as far as the example may use them. */
const githubJobKeys = ["if", "runs-on", "timeout-minutes", "concurrency", "permissions", "env", "steps"];
const githubStepKeys = ["name", "if", "uses", "with", "run"];
const gitlabJobKeys = [
    ...["stage", "rules", "timeout", "resource_group", "interruptible", "id_tokens", "variables"],
    ...["script", "after_script"],
];

describe("the files of the pipeline example", () => {
    it("are YAML without errors, warnings or duplicate keys", () => {
        for (const [name, text] of Object.entries(texts)) {
            const { errors, warnings } = parseDocument(text, { uniqueKeys: true });
            expect([...errors, ...warnings], name).to.deep.equal([]);
        }
    });

    it("use only keys that the services know", () => {
        for (const [name, job] of Object.entries(workflow.jobs)) {
            expect(githubJobKeys, name).to.include.members(Object.keys(job));
            for (const step of job.steps) {
                expect(githubStepKeys).to.include.members(Object.keys(step));
                expect(Object.keys(step).filter((key) => key === "run" || key === "uses")).to.have.length(1);
            }
        }
        for (const [name, job] of Object.entries(gitlab.jobs)) {
            expect(gitlabJobKeys, name).to.include.members(Object.keys(job));
            expect(gitlab.stages, name).to.include(job.stage);
            expect(
                [...job.script, ...(job.after_script ?? [])].every((line) => typeof line === "string"),
            ).to.equal(true);
        }
    });

    it("use actions by their major versions, and no others", () => {
        const used = Object.values(workflow.jobs).flatMap(({ steps }) =>
            steps.flatMap(({ uses = [] }) => uses),
        );
        expect(new Set(used)).to.deep.equal(
            new Set(["actions/checkout@v7", "actions/setup-node@v7", "pulumi/actions@v7"]),
        );
    });

    it("let only the job that takes snapshots assume the role, and contain no keys", () => {
        const withToken = Object.entries(workflow.jobs)
            .filter(([, { permissions }]) => permissions?.["id-token"] === "write")
            .map(([name]) => name);
        expect(withToken).to.deep.equal(["release"]);
        expect(workflow.permissions).to.deep.equal({ contents: "read" });
        const withGitlabToken = Object.entries(gitlab.jobs)
            .filter(([, { id_tokens: tokens }]) => tokens !== undefined)
            .map(([name]) => name);
        expect(withGitlabToken).to.deep.equal(["release"]);
        for (const text of Object.values(texts)) {
            expect(text).not.to.match(/ACCESS_KEY|accessKey|secretKey/);
        }
    });

    it("let no two jobs that change the stack run at the same time", () => {
        for (const name of ["release", "unlock"]) {
            expect(workflow.jobs[name]?.concurrency, name).to.deep.equal({
                group: "production",
                "cancel-in-progress": false,
            });
            expect(gitlab.jobs[name]?.resource_group, name).to.equal("production");
        }
        expect(gitlab.jobs["release"]?.interruptible).to.equal(false);
        expect(workflow.jobs["unlock"]?.if).to.equal("github.event_name == 'workflow_dispatch'");
        expect(gitlab.jobs["unlock"]?.rules[0]).to.include({ when: "manual" });
    });

    it("give the job more time than the update may wait, and not more than the credentials are valid", async () => {
        const { resources } = await runProgram("pipeline", {
            config: { release: "1", commit: "c", instanceId: "i-bp1linuxdb0000000001" },
            outputs: {
                [typeToken]: {
                    ...{ snapshotGroupId: "ssg-1", consistency: "application", warnings: [] },
                    snapshotIdByDiskId: {},
                },
            },
        });
        const inputs = [...resources].find(([key]) => key.endsWith(" before-release"))?.[1].inputs ?? {};
        const { scriptTimeoutSeconds } = inputs["linux"] as { readonly scriptTimeoutSeconds: number };
        const sample = specificationOf();
        const longest = createTimeoutSeconds(
            { ...sample, linux: { ...sample.linux, scriptTimeoutSeconds } },
            "linux",
        );
        expect(Math.ceil(longest / 60), "as the program's comment says").to.equal(36);
        const { config } = parse(texts.stack) as { readonly config: Readonly<Record<string, unknown>> };
        const role = config["alicloud:assumeRoleWithOidc"] as { readonly sessionExpiration: number };
        const minutes = [
            workflow.jobs["release"]?.["timeout-minutes"],
            Number(/^(\d+) minutes$/.exec(gitlab.jobs["release"]?.timeout ?? "")?.[1]),
        ];
        for (const each of minutes) {
            expect(each).to.be.above(longest / 60);
            expect(each).to.be.at.most(role.sessionExpiration / 60);
        }
    });

    it("run the programs that are there", () => {
        const scripts = [
            ...Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run = "" }) => run)),
            ...Object.values(gitlab.jobs).flatMap(({ script }) => script),
        ].join("\n");
        const named = [...scripts.matchAll(/node ([\w.-]+\.mjs)|\.\/([\w.-]+\.sh)/g)].map(
            ([, program, script]) => program ?? script ?? "",
        );
        expect(new Set(named)).to.deep.equal(
            new Set(["github-token.mjs", "gitlab-comment.mjs", "migrate.sh"]),
        );
        for (const name of named) {
            expect(statSync(join(pipelineFolder, name)).isFile(), name).to.equal(true);
        }
        expect(statSync(join(pipelineFolder, "migrate.sh")).mode & 0o111).not.to.equal(0);
    });
});

function textOf(path: string): string {
    return readFileSync(join(pipelineFolder, path), "utf8");
}
