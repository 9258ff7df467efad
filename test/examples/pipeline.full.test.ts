import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { codeBlocks, document, section } from "../docs/support/markdown";
import { isHeld, releaseWhenAwaited } from "../support/stack/interruption";
import { pluginRuns } from "../support/stack/plugin-runs";
import { groupIds, instances } from "../support/stack/program";
import { session } from "../support/sts/assumed-role";
import { until } from "../support/until";
import { type JobOptions, runJob, type StepResult } from "./support/ci-job";
import { expectPassed, outputOf, previewOnGithub, releaseOnGithub } from "./support/github-release";
import { releaseOnGitlab } from "./support/gitlab-release";
import { type Received, withService } from "./support/http-service";
import { type Checkout, token, withCheckout } from "./support/pipeline";

const instanceId = instances.withRole;

/** The environment of somebody with keys of their own. */
const keys = {
    ALIBABA_CLOUD_ACCESS_KEY_ID: session.accessKeyId,
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: session.accessKeySecret,
    ALIBABA_CLOUD_SECURITY_TOKEN: session.securityToken,
};

type RunRelease = (
    checkout: Checkout,
    release: string,
    options?: { readonly job?: string } & Pick<JobOptions, "onStep">,
) => Promise<StepResult[]>;

/** The services, each with the step of its job that runs Pulumi. */
const services: readonly (readonly [string, RunRelease, string])[] = [
    ["GitHub Actions", releaseOnGithub, "Take the snapshot"],
    ["GitLab CI", releaseOnGitlab, "script"],
];

for (const [service, release, updateStep] of services) {
    describe(`the pipeline example on ${service}, in each case`, () => {
        it("migrates nothing if the snapshot fails, and says what is wrong and what is left", () =>
            withCheckout(async (checkout) => {
                const { emulator, migrations } = checkout;
                emulator.controls.addOutcomes(instanceId, { exitCode: 9 });
                const failed = await release(checkout, "v1");
                expect(failed.find(({ name }) => name === updateStep)?.code).not.to.equal(0);
                expect(await migrations()).to.deep.equal([]);
                const output = outputOf(failed);
                expect(output).to.include("PluginPreScriptFailed");
                expect(output).to.match(/^Instance i-\w+$/m);
                expect(output).to.match(/^No orphans of the stack production /m);

                expectPassed(await release(checkout, "v1"));
                expect(await migrations()).to.deep.equal(["v1"]);
                expect(namesIn(checkout)).to.deep.equal(["before-v1"]);
            }));

        it("adopts the snapshot of a job that was killed, once the lock is removed", () =>
            withCheckout(async (checkout) => {
                const { emulator, stack, migrations } = checkout;
                emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
                const killed = await release(checkout, "v1", {
                    onStep: ({ name, cancel }) => {
                        if (name === updateStep) {
                            void until(() => isHeld(emulator, instanceId)).then(async () => {
                                cancel("SIGKILL");
                                await stack.killAll();
                            });
                        }
                    },
                });
                expect(killed.find(({ name }) => name === updateStep)?.code).not.to.equal(0);
                expect(await migrations()).to.deep.equal([]);

                const locked = await release(checkout, "v1");
                expect(outputOf(locked)).to.match(/currently locked/);
                expect(await migrations()).to.deep.equal([]);

                expectPassed(await release(checkout, "v1", { job: "unlock" }));
                const again = release(checkout, "v1");
                await releaseWhenAwaited(emulator, instanceId);
                expectPassed(await again);
                expect(await migrations()).to.deep.equal(["v1"]);
                expect(pluginRuns(emulator)).to.have.length(1);
                const [snapshot] = await stack.snapshots();
                expect(groupIds(emulator)).to.deep.equal([snapshot?.id]);
            }));
    });
}

describe("the pipeline example on GitHub Actions", () => {
    it("records the snapshot of a cancelled job, if there is time, and takes it only once", () =>
        withCheckout(async (checkout) => {
            const { emulator, stack, migrations } = checkout;
            emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
            const cancelled = await releaseOnGithub(checkout, "v1", {
                onStep: ({ name, cancel }) => {
                    if (name === "Take the snapshot") {
                        void until(() => isHeld(emulator, instanceId)).then(() => {
                            cancel("SIGINT");
                            emulator.controls.releasePlugin(instanceId);
                        });
                    }
                },
            });
            expect(outputOf(cancelled)).to.include("== Show what is wrong");
            expect(await migrations()).to.deep.equal([]);
            const [recorded] = await stack.snapshots();
            expect(groupIds(emulator)).to.deep.equal([recorded?.id]);

            expectPassed(await releaseOnGithub(checkout, "v1"));
            expect(await migrations()).to.deep.equal(["v1"]);
            expect(pluginRuns(emulator)).to.have.length(1);
            expect(groupIds(emulator)).to.deep.equal([recorded?.id]);
        }));

    it("shows why it gets no token, before it touches anything", () =>
        withCheckout(async (checkout) => {
            const results = await releaseOnGithub(checkout, "v1", { requestKey: "another key" });
            expect(outputOf(results)).to.match(/GitHub gave no token: status 403/);
            expect(checkout.emulator.ledger).to.deep.equal([]);
        }));

    it("has all that a preview needs, which makes no call", () =>
        withCheckout(async (checkout) => {
            const results = await previewOnGithub(checkout);
            expectPassed(results);
            expect(outputOf(results)).to.match(/AppConsistentSnapshot before-release +create/);
            expect(checkout.emulator.ledger).to.deep.equal([]);
            expect(checkout.sts.requests).to.deep.equal([]);
        }));
});

describe("the stack of the pipeline example", () => {
    it("can be worked on by hand with keys, as the page says, after a killed job", () =>
        withCheckout(async (checkout) => {
            const { emulator, stack, folder, environment, sts, migrations } = checkout;
            emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
            await releaseOnGithub(checkout, "v1", {
                onStep: ({ name, cancel }) => {
                    if (name === "Take the snapshot") {
                        void until(() => isHeld(emulator, instanceId)).then(async () => {
                            cancel("SIGKILL");
                            await stack.killAll();
                        });
                    }
                },
            });
            expectPassed(await releaseOnGithub(checkout, "v1", { job: "unlock" }));
            expect(await stack.stateText()).to.include("pending_operations");

            await cp(join(folder, "Pulumi.production.yaml"), join(folder, "saved.yaml"));
            const tokensBefore = sts.requests.length;
            const text = section(document("docs/pipelines.md"), "## Work on the stack by hand");
            const lines = codeBlocks(text, "sh").flatMap((block) => block.trim().split("\n"));
            const commands = lines.filter((line) => !/^(?:export|git) /.test(line));
            expect(lines.length - commands.length).to.equal(2);
            const byHand = await runJob(
                {
                    environment: keys,
                    steps: [{ name: "by hand", script: commands.join("\n"), when: "success" }],
                },
                { folder, environment },
            );
            expectPassed(byHand);
            expect(outputOf(byHand)).to.match(/ok +credentials: .*from\s+ALIBABA_CLOUD_ACCESS_KEY_ID/);
            expect(sts.requests).to.have.length(tokensBefore);
            expect(await stack.stateText()).not.to.include("pending_operations");

            await cp(join(folder, "saved.yaml"), join(folder, "Pulumi.production.yaml"));
            const again = releaseOnGithub(checkout, "v1");
            await releaseWhenAwaited(emulator, instanceId);
            expectPassed(await again);
            expect(await migrations()).to.deep.equal(["v1"]);
            expect(pluginRuns(emulator)).to.have.length(1);
        }));
});

describe("the pipeline example on GitLab CI", () => {
    it("keeps the snapshots of the last five releases, and takes none for one that runs again", () =>
        withCheckout(async (checkout) => {
            const { emulator, migrations } = checkout;
            const byHand = emulator.controls.createSnapshotGroup(instanceId, { name: "by-hand" });
            const releases = ["v1", "v2", "v3", "v4", "v5", "v6", "v6"];
            for (const release of releases) {
                expectPassed(await releaseOnGitlab(checkout, release));
            }
            expect(pluginRuns(emulator)).to.have.length(6);
            expect(await migrations()).to.deep.equal(releases);
            await until(() => groupIds(emulator).length <= 6);
            expect(groupIds(emulator)).to.include(byHand);
            expect(namesIn(checkout)).to.have.members([
                "by-hand",
                ...["before-v2", "before-v3", "before-v4", "before-v5", "before-v6"],
            ]);
        }));

    it("comments a preview on a merge request, without a call of the cloud", () =>
        withCheckout(async (checkout) => {
            const received: Received[] = [];
            await withService(
                (request) => {
                    received.push(request);
                    return request.headers["private-token"] === token ? {} : undefined;
                },
                async (url) => {
                    const variables = {
                        CI_API_V4_URL: `${url}/api/v4`,
                        CI_PROJECT_ID: "7",
                        CI_MERGE_REQUEST_IID: "12",
                        COMMENT_TOKEN: token,
                    };
                    expectPassed(await releaseOnGitlab(checkout, "v1", { job: "preview", variables }));
                },
            );
            expect(received.map(({ method, url }) => `${method} ${url}`)).to.deep.equal([
                "POST /api/v4/projects/7/merge_requests/12/notes",
            ]);
            const { body } = JSON.parse(received[0]?.body ?? "") as { readonly body: string };
            expect(body).to.match(/^```text\n[^]*AppConsistentSnapshot before-release +create[^]*\n```\n$/);
            expect(checkout.emulator.ledger).to.deep.equal([]);
            expect(checkout.sts.requests).to.deep.equal([]);
            expect(await readFile(join(checkout.folder, "preview.txt"), "utf8")).not.to.equal("");
        }));
});

function namesIn({ emulator }: Checkout): string[] {
    return emulator.state.snapshotGroups.map(({ name }) => name);
}
