import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { defaultFixture } from "pulumi-alicloud-app-snapshot-emulator";

import type { CallRecord } from "../../provider/src/cloud/ecs/call-record";
import { sightings } from "../e2e/support/canaries";
import { withFolder } from "../support/folder";
import { calls, expectSuccess, instances } from "../support/stack/program";
import type { TestResource } from "../support/stack/test-stack";
import { overProtocol } from "./support/protocol";

const credential = {
    accessKeyId: "STS.canary4Access7Key2Id",
    accessKeySecret: "canary/4Secret+7Access2Key=",
    securityToken: "canary+4Security/7Token2==",
};
const textSecret = "canary4In7The2Script";
const printedSecret = "canary4In7The2Output";

function snapshot(more: TestResource["args"] = {}): TestResource {
    const preScript = `#!/bin/sh\n# ${textSecret}\nhalf=canary4In7The\necho "\${half}2Output"\n`;
    return {
        name: "a",
        args: { instanceId: instances.linux, linux: { preScript, postScript: "#!/bin/sh\n" }, ...more },
    };
}

function environment(file: string): Readonly<Record<string, string>> {
    return {
        ALICLOUD_APP_SNAPSHOT_CALLS_FILE: file,
        ALIBABA_CLOUD_ACCESS_KEY_ID: credential.accessKeyId,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: credential.accessKeySecret,
        ALIBABA_CLOUD_SECURITY_TOKEN: credential.securityToken,
    };
}

describe("the record of calls", () => {
    it("has every call of a life with its answer, and no secret", () =>
        withFolder(async (folder) => {
            const file = join(folder, "calls.jsonl");
            await overProtocol(
                async ({ emulator, stack }) => {
                    emulator.faults.add({ action: "DescribeDisks", kind: "reset-before" });
                    emulator.faults.add({ action: "DescribeInstances", kind: "throttled" });
                    expectSuccess(await stack.up([snapshot()]));
                    expectSuccess(await stack.up([snapshot({ description: "the second one" })]));
                    expectSuccess(await stack.refresh());
                    expectSuccess(await stack.destroy());
                    expect(calls(emulator, "SendFile")).not.to.be.empty;

                    const text = await readFile(file, "utf8");
                    const records = text
                        .trimEnd()
                        .split("\n")
                        .map((line) => JSON.parse(line) as CallRecord);
                    const inOrder = [...records].sort((a, b) => (a.time < b.time ? -1 : 1));
                    expect(inOrder.map(({ operation }) => operation)).to.have.members(
                        emulator.ledger.map(({ action }) => action),
                    );
                    // One call had no answer, so it has no status.
                    expect(records.map(({ status }) => status ?? 0).sort()).to.deep.equal(
                        emulator.ledger.map(({ status }) => status).sort(),
                    );
                    const throttled = records.find(({ code }) => code === "Throttling.User");
                    expect(throttled).to.include({ operation: "DescribeInstances", status: 400 });
                    const created = records.find(({ operation }) => operation === "RunCommand");
                    expect(created?.region).to.equal("cn-hangzhou");
                    expect(created?.parameters).to.include({ "InstanceId.1": instances.linux });
                    expect(created?.parameters["CommandContent"]).to.match(
                        /^\(\d+ characters, digest [0-9a-f]{16}\)$/,
                    );
                    expect(created?.body).to.include({
                        InvokeId: emulator.state.invocations[0]?.invokeId,
                    });

                    const outputs = emulator.state.invocations.flatMap(({ results }) =>
                        results.map(({ output }) => output),
                    );
                    const canaries = { ...credential, textSecret, printedSecret };
                    expect(sightings({ name: "the output", text: outputs.join("\n") }, canaries)).not.to.be
                        .empty;
                    expect(sightings({ name: "the record", text }, canaries)).to.deep.equal([]);
                    // A printed secret is there in base64 of base64.
                    expect(text).to.match(/"Output":"\(\d/);
                    expect(text).not.to.match(/"(?:Output|CommandContent|Content)":"[^("]/);
                    if (process.platform !== "win32") {
                        expect((await stat(file)).mode & 0o777).to.equal(0o600);
                    }
                },
                {
                    emulator: { fixture: { ...defaultFixture(), credentials: [credential] } },
                    stack: { environment: environment(file) },
                },
            );
        }));

    it("does not fail an update if it can't be written, and says so once", () =>
        withFolder((folder) =>
            overProtocol(
                async ({ emulator, stack }) => {
                    const { output } = expectSuccess(await stack.up([snapshot()]));
                    expect(output.match(/calls of the API are not recorded/g)).to.have.length(1);
                    expect(emulator.state.snapshotGroups).to.have.length(1);
                },
                {
                    emulator: { fixture: { ...defaultFixture(), credentials: [credential] } },
                    // A folder is no file.
                    stack: { environment: environment(folder) },
                },
            ),
        ));
});
