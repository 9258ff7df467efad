import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { filesIn, type Place, sightings } from "../e2e/support/canaries";
import { withEngine } from "../e2e/support/engine";
import type { EngineStack } from "../e2e/support/stack";
import { calls, expectFailure, expectSuccess, instances, linuxSnapshot } from "../support/stack/program";
import { isSecret } from "../support/stack/secrets";
import type { CommandResult, TestResource } from "../support/stack/test-stack";

/** Secrets with characters that URLs and base64 encode. */
const credential = {
    accessKeyId: "STS.canary4Access7Key2Id",
    accessKeySecret: "canary/4Secret+7Access2Key=",
    securityToken: "canary+4Security/7Token2==",
};
const wrongSecret = "canary/4Wrong+7Secret2=";

type Credential = typeof credential;

/** A place where a user sets credentials. */
interface Source {
    readonly title: string;
    readonly environment: (given: Credential) => Readonly<Record<string, string | undefined>>;
    readonly settings: (given: Credential) => Readonly<Record<string, string>>;
}

export const sources = {
    environment: {
        title: "the environment",
        environment: (given) => ({
            ALIBABA_CLOUD_ACCESS_KEY_ID: given.accessKeyId,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: given.accessKeySecret,
            ALIBABA_CLOUD_SECURITY_TOKEN: given.securityToken,
        }),
        settings: () => ({}),
    },
    configuration: {
        title: "secrets of the stack's configuration",
        environment: () => ({
            ALIBABA_CLOUD_ACCESS_KEY_ID: undefined,
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: undefined,
        }),
        settings: (given) => ({
            "alicloud:accessKey": given.accessKeyId,
            "alicloud:secretKey": given.accessKeySecret,
            "alicloud:securityToken": given.securityToken,
        }),
    },
} as const satisfies Readonly<Record<string, Source>>;

/** The engine's own log as well, and that of the processes which it starts. */
const logged = ["-v=9", "--logtostderr", "--logflow"];
/** The same logs in files, in the folder for temporary files. */
const loggedToFiles = ["-v=9", "--logflow"];

const resources = [linuxSnapshot("a", instances.withRole)];

export function secretCredentials(source: Source): void {
    describe("credentials, with the real engine", () => {
        it(`appear in no output, state, log or file when they come from ${source.title}`, () =>
            withTemporaryFolder(async (temporary) => {
                const environment = (given: Credential): Record<string, string | undefined> => ({
                    ...source.environment(given),
                    TMPDIR: temporary,
                });
                await withEngine(
                    async ({ emulator, stack }) => {
                        const said: Place[] = [];
                        await configure(stack, source.settings(credential), said);
                        await live(emulator, stack, said);

                        const mistaken = { ...credential, accessKeySecret: wrongSecret };
                        const other = await stack.another({ environment: environment(mistaken) });
                        try {
                            await configure(other, source.settings(mistaken), said);
                            await failBySignature(other, said);

                            const folders = [stack.folder, other.folder, temporary];
                            const files = (await Promise.all(folders.map(filesIn))).flat();
                            expectToBeComplete(files, temporary);
                            const seen = [...said, ...files].flatMap((place) =>
                                sightings(place, canaries(emulator)),
                            );
                            expect(seen.join("\n")).to.equal("");
                        } finally {
                            await other.remove();
                        }
                        expect(keysUsed(emulator)).to.have.all.keys(credential.accessKeyId);
                    },
                    {
                        emulator: { fixture: { ...defaultFixture(), credentials: [credential] } },
                        stack: { environment: environment(credential) },
                    },
                );
            }));
    });
}

export function secretScripts(): void {
    describe("the text of scripts, with the real engine", () => {
        it("appears in no output, state or file, except encrypted in the state", () =>
            withTemporaryFolder(async (temporary) => {
                await withEngine(
                    async ({ emulator, stack }) => {
                        const said: Place[] = [];
                        // Without --debug and -v: with these, Pulumi itself logs the inputs of all resources, secrets in clear.
                        emulator.controls.addOutcomes(instances.withRole, { exitCode: 9 });
                        const failed = await stack.up([snapshotWithScripts(1)]);
                        expectFailure(note(said, "a failed up", failed));
                        expectSuccess(note(said, "an up", await stack.up([snapshotWithScripts(2)])));
                        const preview = await stack.preview([snapshotWithScripts(3)]);
                        expectSuccess(note(said, "a preview", preview));
                        const refused = await stack.preview([snapshotWithScripts("no list")]);
                        expectFailure(note(said, "a refused preview", refused));
                        said.push({ name: "the exported state", text: await stack.stateText() });
                        expectSuccess(note(said, "a refresh", await stack.refresh()));
                        expect(
                            emulator.state.sentFiles.every(({ content }) => content.includes(scriptCanary)),
                        ).to.equal(true);
                        expectSuccess(note(said, "a destroy", await stack.destroy()));

                        const files = (await Promise.all([stack.folder, temporary].map(filesIn))).flat();
                        const seen = [...said, ...files].flatMap((place) =>
                            sightings(place, { "text of a script": scriptCanary }),
                        );
                        expect(seen.join("\n")).to.equal("");
                    },
                    { stack: { environment: { TMPDIR: temporary } } },
                );
            }));
    });
}

/** The ways to give scripts to a snapshot, and whether their output is a secret then. */
const ways = [
    { name: "openly", linuxBy: undefined, isSecret: false },
    { name: "secrets", linuxBy: "secrets", isSecret: true },
    { name: "transforms", linuxBy: "transforms", isSecret: true },
    { name: "transformations", linuxBy: "transformations", isSecret: true },
] as const;

/** The plugin's output about scripts, after a success and after a failure. */
const said = { well: "canary5Said6Well", badly: "canary8Said9Badly" };

export function scriptsOfAllWays(): void {
    describe("scripts given openly, as secrets or by a transform, with the real engine", () => {
        it("are secrets in the state, and so is their output, unless they were given openly", () =>
            withEngine(async ({ emulator, stack }) => {
                emulator.controls.addOutcomes(
                    instances.withRole,
                    ...ways.map(() => ({ output: message(said.well) })),
                );
                // All of them stay unfinished in the state.
                const times = ways.length;
                emulator.faults.add({ action: "ModifySnapshotGroup", kind: "error", status: 400, times });
                expectFailure(await stack.up(snapshotsOfAllWays(), "--continue-on-error"));
                const initErrors = (await stack.snapshots()).map((snapshot) => snapshot.initErrors?.length);
                expect(initErrors).to.deep.equal(ways.map(() => 1));
                await expectSecrets(stack);
                expectSuccess(await stack.up(snapshotsOfAllWays()));
                await expectSecrets(stack);
                expectSuccess(await stack.refresh("--expect-no-changes"));
                await expectSecrets(stack);
                expectSuccess(await stack.preview(snapshotsOfAllWays(), "--expect-no-changes"));
                expectSuccess(await stack.up(snapshotsOfAllWays(), "--expect-no-changes"));

                for (const isSecretNow of [true, false]) {
                    const failing = ways.filter((way) => way.isSecret === isSecretNow);
                    emulator.controls.addOutcomes(
                        instances.withRole,
                        ...failing.map(() => ({ exitCode: 9, output: message(said.badly) })),
                    );
                    const changed = snapshotsOfAllWays(failing.map(({ name }) => name));
                    const { output } = expectFailure(await stack.up(changed, "--continue-on-error"));
                    expect(output).to.match(/PluginPreScriptFailed: .*exit code 9/);
                    expect(output.includes(said.badly)).to.equal(!isSecretNow);
                    expect(
                        output.includes("the plugin's messages and the scripts' output are not shown"),
                    ).to.equal(isSecretNow);
                }
            }));
    });
}

/** @param changed the names of those that are to be taken anew. */
function snapshotsOfAllWays(changed: readonly string[] = []): TestResource[] {
    return ways.map(({ name, linuxBy }) => ({
        ...snapshotWithScripts(changed.includes(name) ? 2 : 1, { snapshotGroupName: `group-${name}` }),
        name,
        ...(linuxBy === undefined ? {} : { linuxBy }),
    }));
}

async function expectSecrets(stack: EngineStack): Promise<void> {
    expect(await stack.stateText()).not.to.include(scriptCanary);
    const snapshots = await stack.snapshots();
    for (const way of ways) {
        const { inputs = {}, outputs = {} } =
            snapshots.find(({ urn }) => urn.endsWith(`::${way.name}`)) ?? {};
        const { preScript, postScript } = inputs["linux"] as Readonly<Record<string, unknown>>;
        expect([preScript, postScript].map(isSecret), way.name).to.deep.equal([true, true]);
        for (const output of ["pluginMessage", "pluginMessages"]) {
            expect(isSecret(outputs[output]), `${way.name}: ${output}`).to.equal(way.isSecret);
            const text = JSON.stringify(outputs[output]);
            expect(text.includes(said.well), `${way.name}: ${output}`).to.equal(!way.isSecret);
        }
    }
}

function message(text: string): string {
    return `[level="info"][time="2026-11-29 06:00:00"][message="${text}"]\n`;
}

/** A text that appears only in the scripts of a snapshot. */
const scriptCanary = "canary4Script7Text2OfTheSnapshot";

function snapshotWithScripts(trigger: unknown, more: TestResource["args"] = {}): TestResource {
    return linuxSnapshot("a", instances.withRole, {
        linux: {
            preScript: `#!/bin/sh\n# ${scriptCanary}\n`,
            postScript: `#!/bin/sh\nexit 0 # ${scriptCanary}\n`,
        },
        triggers: typeof trigger === "string" ? trigger : [trigger],
        ...more,
    });
}

/** The texts that must not be found. The SDK's messages contain the URL of a call with all its parameters. */
function canaries(emulator: Emulator): Record<string, string> {
    const { accessKeyId, accessKeySecret, securityToken } = credential;
    return {
        "access key id": accessKeyId,
        "access key secret": accessKeySecret,
        "security token": securityToken,
        "wrong access key secret": wrongSecret,
        "URL of a call": `${emulator.url}/?`,
    };
}

async function configure(
    stack: EngineStack,
    settings: Readonly<Record<string, string>>,
    said: Place[],
): Promise<void> {
    for (const [key, value] of Object.entries(settings)) {
        const command = ["config", "set", "--secret", key, value, ...logged];
        expectSuccess(note(said, "pulumi config set", await stack.run(command)));
    }
}

/** A snapshot's life with every step that reports a call. */
async function live(emulator: Emulator, stack: EngineStack, said: Place[]): Promise<void> {
    const refused = await stack.preview([linuxSnapshot("a", instances.withRole, { keepLast: 0 })], ...logged);
    expect(expectFailure(note(said, "a refused preview", refused)).output).to.match(/keepLast must be/);

    emulator.faults.add({ action: "RunCommand", kind: "error", status: 400, ...refusalWithRequest() });
    const failed = await stack.up(resources, "--debug", ...logged);
    expect(expectFailure(note(said, "a failed up", failed)).output).to.match(/SignatureDoesNotMatch/);

    emulator.faults.add({ action: "RunCommand", kind: "reset-before" });
    emulator.faults.add({ action: "RunCommand", kind: "bad-gateway" });
    const up = await stack.up(resources, "--debug", ...logged);
    expect(expectSuccess(note(said, "an up", up)).output)
        .to.match(/(debug: RunCommand: no answer: .*; retrying[^]*){2}/)
        .and.to.match(/^I\d+ .*Provider\[pulumi-nodejs, .*\.Create/m);
    said.push({ name: "the exported state", text: await stack.stateText() });

    emulator.faults.add({ action: "DescribeSnapshotGroups", kind: "reset-before" });
    const refresh = await stack.refresh("--debug");
    expect(expectSuccess(note(said, "a refresh", refresh)).output).to.match(
        /debug: DescribeSnapshotGroups: no answer: .*; retrying/,
    );

    expectSuccess(note(said, "a destroy", await stack.destroy(...loggedToFiles)));
    expect(calls(emulator, "DeleteSnapshotGroup")).to.have.length(1);
}

async function failBySignature(stack: EngineStack, said: Place[]): Promise<void> {
    const up = await stack.up(resources);
    expect(expectFailure(note(said, "an up with the wrong secret", up)).output).to.match(
        /SignatureDoesNotMatch: the secret does not belong to the access key/,
    );
}

/** The real API may quote the whole request when it refuses a signature; the emulator does not. */
function refusalWithRequest(): { readonly code: string; readonly message: string } {
    const { accessKeyId, securityToken } = credential;
    const parameters = encodeURIComponent(
        new URLSearchParams({ AccessKeyId: accessKeyId, SecurityToken: securityToken }).toString(),
    );
    const headers = `x-acs-accesskey-id:${accessKeyId}\nx-acs-security-token:${securityToken}`;
    return {
        code: "SignatureDoesNotMatch",
        message: `Specified signature is not matched with our calculation. server StringToSign is [POST&%2F&${parameters}], server CanonicalRequest is [POST\n/\n${headers}]`,
    };
}

function note(said: Place[], command: string, result: CommandResult): CommandResult {
    said.push({ name: `the output of ${command}`, text: result.output });
    return result;
}

/** Checks the search itself: one that looked in the wrong places would find nothing either. */
function expectToBeComplete(files: readonly Place[], temporary: string): void {
    const names = files.map((file) => file.name).join("\n");
    for (const kind of ["stacks", "history", "backups"]) {
        expect(names).to.match(new RegExp(String.raw`[\\/]\.pulumi[\\/]${kind}[\\/].*\.json$`, "m"));
    }
    expect(names).to.match(/Pulumi\.test\.yaml$/m);
    const logs = files.filter((file) => file.name.startsWith(temporary) && file.name.includes(".log."));
    expect(logs.map((file) => file.text).join("")).to.match(/Provider\[pulumi-nodejs, .*\.Delete/);
}

function keysUsed(emulator: Emulator): Set<string | undefined> {
    return new Set(emulator.ledger.map((entry) => entry.accessKeyId));
}

async function withTemporaryFolder(task: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "app-snapshot-secrets-"));
    try {
        await task(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
