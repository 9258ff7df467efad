import Client, {
    DescribeSendFileResultsRequest,
    DescribeSendFileResultsRequestTag,
    type DescribeSendFileResultsResponseBodyInvocationsInvocation as SentRow,
    SendFileRequest,
    SendFileRequestTag,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import { defaultFixture, type Emulator, type State } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import {
    closeAll,
    eventually,
    goodParams,
    linux1,
    linux2,
    ManualClock,
    plain,
    pluginLine,
    refusal,
    region,
    sdk,
    send,
    start,
    startStill,
    stopped,
    until,
    windows1,
} from "./support";

const directory = "/root/app-snapshot";

/** Sends a small script to the first Linux instance, unless told otherwise. */
async function sendFile(client: Client, settings: Partial<SendFileRequest> = {}): Promise<string> {
    const answer = await client.sendFile(
        new SendFileRequest({
            regionId: region,
            instanceId: [linux1],
            name: "sent.sh",
            targetDir: directory,
            content: "echo sent\n",
            ...settings,
        }),
    );
    return answer.body?.invokeId ?? "";
}

async function describeFiles(
    client: Client,
    settings: Partial<DescribeSendFileResultsRequest> = {},
): Promise<SentRow[]> {
    const answer = await client.describeSendFileResults(
        new DescribeSendFileResultsRequest({ regionId: region, ...settings }),
    );
    return answer.body?.invocations?.invocation ?? [];
}

type Result = State["sentFiles"][number]["results"][number];

/** Returns the result on the first instance, if it is final. */
function end(emulator: Emulator, invokeId: string): Result | undefined {
    const result = emulator.state.sentFiles.find((each) => each.invokeId === invokeId)?.results[0];
    return result?.finishTime === undefined ? undefined : result;
}

/** Waits for the final result on the first instance. */
function ended(emulator: Emulator, invokeId: string): Promise<Result> {
    return eventually(() => end(emulator, invokeId));
}

function filesOf(emulator: Emulator, instanceId = linux1) {
    return emulator.state.instances.find((each) => each.instanceId === instanceId)?.files ?? [];
}

function fileAt(emulator: Emulator, path: string, instanceId = linux1) {
    return filesOf(emulator, instanceId).find((file) => file.path === path);
}

describe("emulator: SendFile", () => {
    afterEach(closeAll);

    it("puts a file on an instance, through Pending and Running, and shows it with its content", async () => {
        const timing = { visibilityMs: 40, deliveryMs: 100, fileStepMs: 60 };
        const { emulator, clock } = await startStill({ timing });
        const client = sdk(emulator);
        const invokeId = await sendFile(client, { fileMode: "0700", timeout: 3 });
        expect(invokeId).to.match(/^f-[0-9a-z]+$/);
        const seen: (string | undefined)[] = [];
        // It becomes visible, is delivered, is written and gets its mode.
        for (const milliseconds of [39, 1, 59, 1, 59, 1]) {
            clock.advance(milliseconds);
            seen.push((await describeFiles(client, { invokeId }))[0]?.invocationStatus);
        }
        expect(seen).to.deep.equal([
            undefined,
            ...["Pending", "Pending"],
            ...["Running", "Running"],
            "Success",
        ]);
        const [row] = await describeFiles(client, { invokeId });
        expect(plain(row)).to.deep.include({
            invokeId,
            name: "sent.sh",
            targetDir: directory,
            content: "echo sent\n",
            contentType: "PlainText",
            fileMode: "0700",
            fileOwner: "root",
            fileGroup: "root",
            overwrite: "false",
            vmCount: 1,
        });
        const [instance] = row?.invokeInstances?.invokeInstance ?? [];
        expect(instance).to.include({ instanceId: linux1, invocationStatus: "Success", errorCode: "" });
        expect(instance?.startTime).to.match(/Z$/);
        expect(instance?.finishTime).to.match(/Z$/);
        expect(fileAt(emulator, `${directory}/sent.sh`)).to.include({
            owner: "root",
            group: "root",
            mode: "0700",
            content: "echo sent\n",
        });
        // The timeout is not less than 10 seconds.
        expect(emulator.state.sentFiles[0]).to.include({ invokeId, timeoutSeconds: 10, status: "Success" });
    });

    it("writes with 0644 first: others could read it where they can enter the directory", async () => {
        const { emulator, clock } = await startStill({ timing: { fileStepMs: 50 } });
        const client = sdk(emulator);
        const open = await sendFile(client, { targetDir: "/opt/open", name: "x", fileMode: "0700" });
        await until(() => fileAt(emulator, "/opt/open/x")?.mode === "0644");
        expect((await clock.until(() => end(emulator, open))).exposed).to.equal(true);
        expect(fileAt(emulator, "/opt/open/x")).to.include({ mode: "0700", exposed: true });
        // Nobody else can enter /root.
        const shut = await sendFile(client, { name: "y", fileMode: "0700" });
        await until(() => fileAt(emulator, `${directory}/y`)?.mode === "0644");
        expect((await clock.until(() => end(emulator, shut))).exposed).to.equal(false);
        expect(fileAt(emulator, `${directory}/y`)).to.include({ mode: "0700", exposed: false });
    });

    it("keeps on record that a file was exposed after it is gone", async () => {
        const emulator = await start();
        const invokeId = await sendFile(sdk(emulator), { targetDir: "/tmp", fileMode: "600" });
        await ended(emulator, invokeId);
        emulator.controls.removeFile(linux1, "/tmp/sent.sh");
        expect(fileAt(emulator, "/tmp/sent.sh")).to.equal(undefined);
        expect(emulator.state.sentFiles[0]?.results[0]?.exposed).to.equal(true);
    });

    it("makes a missing directory, and those above it, with 0755 and owned by root", async () => {
        const emulator = await start();
        await ended(emulator, await sendFile(sdk(emulator), { targetDir: "/var/lib/a/b" }));
        const made = emulator.state.instances
            .find((each) => each.instanceId === linux1)
            ?.directories.filter(({ path }) => path.startsWith("/var/lib/"));
        const own = { owner: "root", group: "root", mode: "0755" };
        expect(made).to.deep.equal([
            { path: "/var/lib/a", ...own },
            { path: "/var/lib/a/b", ...own },
        ]);
    });

    it("truncates a file in place when it may overwrite it; root leaves the owner as it is", async () => {
        const emulator = await start();
        const path = `${directory}/sent.sh`;
        const before = { path, owner: "mysql", group: "mysql", mode: "0600", content: "old" };
        emulator.controls.setFile(linux1, before);
        const client = sdk(emulator);
        const result = await ended(emulator, await sendFile(client, { overwrite: true, fileMode: "0700" }));
        expect(result.status).to.equal("Success");
        expect(fileAt(emulator, path)).to.include({ owner: "mysql", mode: "0700", content: "echo sent\n" });
    });

    it("drops the bits of a mode above the usual nine, as the agent does", async () => {
        const emulator = await start();
        await ended(emulator, await sendFile(sdk(emulator), { fileMode: "4755" }));
        expect(fileAt(emulator, `${directory}/sent.sh`)?.mode).to.equal("0755");
    });

    const refusals: [string, Partial<SendFileRequest>, string][] = [
        ["a file that is there", { name: "prescript.sh" }, "FileAlreadyExists"],
        ["a mode of one digit", { fileMode: "7" }, "FileAuthorityInvalid"],
        ["a mode that is not octal", { fileMode: "0789" }, "FileAuthorityInvalid"],
        ["a symbolic mode", { fileMode: "u+x" }, "FileAuthorityInvalid"],
        ["a directory that is a file", { targetDir: `${directory}/prescript.sh` }, "FilePathInvalid"],
        ["a directory of another system", { targetDir: "C:\\Windows" }, "FilePathInvalid"],
        ["a name that leads elsewhere", { name: "../x" }, "FileNameInvalid"],
    ];
    for (const [what, settings, errorCode] of refusals) {
        it(`ends with ${errorCode} for ${what}`, async () => {
            const emulator = await start();
            const client = sdk(emulator);
            const invokeId = await sendFile(client, settings);
            expect(await ended(emulator, invokeId)).to.include({ status: "Invalid", errorCode });
            const row = await eventually(async () => (await describeFiles(client, { invokeId }))[0]);
            expect(row.invocationStatus).to.equal("Failed");
            expect(emulator.state.sentFiles[0]?.results[0]?.exposed).to.equal(false);
            expect(fileAt(emulator, `${directory}/prescript.sh`)?.content).to.equal("#!/bin/sh\nexit 0\n");
        });
    }

    it("shows a refused file as Failed, or refuses a mode at once, when told so", async () => {
        const emulator = await start({ behaviour: { refusedFile: "failed" } });
        const client = sdk(emulator);
        const result = await ended(emulator, await sendFile(client, { fileMode: "7" }));
        expect(result).to.include({ status: "Failed", errorCode: "FileAuthorityInvalid" });
        emulator.controls.behaviour({ fileModeCheck: "call" });
        expect((await refusal(sendFile(client, { fileMode: "7" }))).code).to.equal("FileMode.Invalid");
    });

    it("leaves behind what it has done before it refuses", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        await ended(emulator, await sendFile(client, { targetDir: "/opt/new", fileMode: "9" }));
        expect(fileAt(emulator, "/opt/new/sent.sh")).to.equal(undefined);
        const directories = emulator.state.instances[0]?.directories.map(({ path }) => path);
        expect(directories).to.include("/opt/new");
    });

    it("fails to create what is a directory already", async () => {
        const emulator = await start();
        const result = await ended(
            emulator,
            await sendFile(sdk(emulator), { targetDir: "/root", name: "app-snapshot", overwrite: true }),
        );
        expect(result).to.include({ status: "Failed", errorCode: "FileCreateFail" });
    });

    it("writes through a symbolic link", async () => {
        const emulator = await start();
        const link = { path: `${directory}/sent.sh`, owner: "root", group: "root", mode: "0777" };
        emulator.controls.setFile(linux1, { ...link, linkTo: "/etc/elsewhere" });
        const client = sdk(emulator);
        // It is there, wherever it leads.
        expect((await ended(emulator, await sendFile(client))).errorCode).to.equal("FileAlreadyExists");
        const result = await ended(emulator, await sendFile(client, { overwrite: true }));
        expect(result.status).to.equal("Success");
        expect(fileAt(emulator, "/etc/elsewhere")?.content).to.equal("echo sent\n");
        expect(fileAt(emulator, link.path)?.linkTo).to.equal("/etc/elsewhere");
    });

    it("carries 32 KB of any characters in the URL", async () => {
        const emulator = await start();
        const bytes = Buffer.alloc(24 * 1024, 0xfb);
        const content = bytes.toString("base64");
        expect(content.length).to.equal(32 * 1024);
        const invokeId = await sendFile(sdk(emulator), { content, contentType: "Base64" });
        expect((await ended(emulator, invokeId)).status).to.equal("Success");
        const text = "ä".repeat(12 * 1024);
        await ended(emulator, await sendFile(sdk(emulator), { content: text, name: "text" }));
        expect(fileAt(emulator, `${directory}/text`)?.content).to.equal(text);
    });

    const mistakes: [string, Partial<SendFileRequest>, string][] = [
        ["no instance", { instanceId: [] }, "MissingParam.InstanceId"],
        ["no name", { name: "" }, "MissingParameter"],
        ["no directory", { targetDir: "" }, "MissingParameter"],
        ["no content", { content: "" }, "MissingParameter"],
        ["too many instances", { instanceId: Array<string>(51).fill(linux1) }, "InstanceIds.ExceedLimit"],
        ["an unknown instance", { instanceId: [linux1, "i-none"] }, "InvalidInstance.NotFound"],
        ["a long name", { name: "n".repeat(256) }, "FileName.ExceedLimit"],
        ["a long directory", { targetDir: `/${"d".repeat(255)}` }, "FileTargetDir.Invalid"],
        ["a relative directory", { targetDir: "root" }, "FileTargetDir.Invalid"],
        ["a Windows instance", { instanceId: [windows1] }, "UnsupportedParameter"],
        ["another owner", { fileOwner: "mysql" }, "UnsupportedParameter"],
        ["another group", { fileGroup: "mysql" }, "UnsupportedParameter"],
        ["another type of content", { contentType: "Hex" }, "FileContentType.Invalid"],
        ["bad base64", { content: "%%%", contentType: "Base64" }, "FileContent.DecodeError"],
        ["more than 32 KB", { content: "x".repeat(24 * 1024 + 1) }, "FileSize.ExceedLimit"],
        ["a long timeout", { timeout: 86_401 }, "InvalidTimeout.ExceedLimit"],
        ["a tag of the system", { tag: [tag("acs:x", "y")] }, "InvalidTagKey.Malformed"],
        ["a long token", { clientToken: "t".repeat(65) }, "InvalidClientToken.Malformed"],
    ];
    for (const [what, settings, code] of mistakes) {
        it(`is refused with ${code} for ${what}`, async () => {
            const emulator = await start();
            expect((await refusal(sendFile(sdk(emulator), settings))).code).to.equal(code);
            expect(emulator.state.sentFiles).to.deep.equal([]);
        });
    }

    it("needs its own permission, and so does asking for the results", async () => {
        const fixture = defaultFixture();
        fixture.credentials = [
            { accessKeyId: "emulator", accessKeySecret: "emulator", allow: ["ecs:RunCommand"] },
        ];
        const client = sdk(await start({ fixture }));
        expect((await refusal(sendFile(client))).message).to.contain("ecs:SendFile");
        expect((await refusal(describeFiles(client))).message).to.contain("ecs:DescribeSendFileResults");
    });

    it("sends a file once, however often its token is used", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const clientToken = "token-1";
        const invokeId = await sendFile(client, { clientToken });
        expect(await sendFile(client, { clientToken })).to.equal(invokeId);
        expect(emulator.state.sentFiles).to.have.length(1);
        const error = await refusal(sendFile(client, { clientToken, name: "other" }));
        expect(error.code).to.equal("IdempotentParameterMismatch");
    });

    it("once more for each call where the token is not known", async () => {
        const emulator = await start({ behaviour: { sendFileClientToken: "ignored" } });
        const client = sdk(emulator);
        const clientToken = "token-1";
        const first = await sendFile(client, { clientToken });
        expect(await ended(emulator, first)).to.include({ status: "Success" });
        const again = await sendFile(client, { clientToken });
        expect(again).not.to.equal(first);
        expect(await ended(emulator, again)).to.include({ errorCode: "FileAlreadyExists" });
    });
});

describe("emulator: files that do not arrive", () => {
    afterEach(closeAll);

    it("an instance that is not running does not get it", async () => {
        for (const stoppedInstance of ["aborted", "refused"] as const) {
            // The operation has no code for it, whatever RunCommand does.
            const emulator = await start({ behaviour: { stoppedInstance } });
            const result = await ended(emulator, await sendFile(sdk(emulator), { instanceId: [stopped] }));
            expect(result).to.include({ status: "Aborted", errorCode: "InstanceNotRunning" });
        }
    });

    it("an agent that is offline does not take it", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.setAgent(linux1, { online: false });
        expect(await ended(emulator, await sendFile(client))).to.include({
            status: "Aborted",
            errorCode: "ClientNotRunning",
        });
        emulator.controls.behaviour({ offlineAgent: "refused" });
        expect((await refusal(sendFile(client))).code).to.equal("Operation.Forbidden");
    });

    it("an instance that is released meanwhile does not get it", async () => {
        const { emulator, clock } = await startStill({ timing: { deliveryMs: 50 } });
        const invokeId = await sendFile(sdk(emulator));
        emulator.controls.removeInstance(linux1);
        clock.advance(50);
        expect((await ended(emulator, invokeId)).errorCode).to.equal("InstanceReleased");
    });

    const versions: [string, string][] = [
        ["1.0.2.569", "ClientNeedUpgrade"],
        ["1.0.2.570", ""],
        ["1.0.1.900", "ClientNeedUpgrade"],
    ];
    for (const [version, errorCode] of versions) {
        it(`agent ${version}: "${errorCode}"`, async () => {
            const emulator = await start();
            emulator.controls.setAgent(linux1, { version });
            const invokeId = await sendFile(sdk(emulator));
            expect((await ended(emulator, invokeId)).errorCode).to.equal(errorCode);
        });
    }

    const second = (emulator: Emulator) =>
        emulator.state.instances.find(({ instanceId }) => instanceId === linux2);

    /** Starts the plugin on the second Linux instance, which is frozen then until it is released. */
    async function freeze(emulator: Emulator, client: Client): Promise<void> {
        emulator.controls.addOutcomes(linux2, { holdAt: "freeze" });
        await send(client, linux2, pluginLine(goodParams));
        await until(() => second(emulator)?.pluginWaits === true);
    }

    it("a frozen instance takes it once it has thawed", async () => {
        const { emulator, clock } = await startStill();
        const client = sdk(emulator);
        await freeze(emulator, client);
        const invokeId = await sendFile(client, { instanceId: [linux2] });
        for (let looks = 0; looks < 100; looks++) {
            clock.advance(10);
            await new Promise((resolve) => setImmediate(resolve));
        }
        expect(second(emulator)?.frozen).to.equal(true);
        expect(emulator.state.sentFiles[0]?.status).to.equal("Pending");
        emulator.controls.releasePlugin(linux2);
        expect((await clock.until(() => end(emulator, invokeId))).status).to.equal("Success");
        expect(second(emulator)?.frozen).to.equal(false);
    });

    it("a freeze between two of its steps holds it up beyond its timeout, and it goes on all the same", async () => {
        const { emulator, clock } = await startStill({ timing: { fileStepMs: 200 } });
        const client = sdk(emulator);
        const invokeId = await sendFile(client, { instanceId: [linux2], timeout: 10, fileMode: "0700" });
        const mode = () => fileAt(emulator, `${directory}/sent.sh`, linux2)?.mode;
        await until(() => mode() === "0644");
        await freeze(emulator, client);
        clock.advance(10_000);
        expect(await ended(emulator, invokeId)).to.include({
            status: "Timeout",
            errorCode: "DeliveryTimeout",
        });
        expect(mode()).to.equal("0644");
        emulator.controls.releasePlugin(linux2);
        await clock.until(() => (mode() === "0700" ? true : undefined));
        expect(emulator.state.sentFiles[0]?.status).to.equal("Failed");
    });

    it("is partly failed where it arrives on some instances only", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        emulator.controls.setAgent(linux2, { online: false });
        const invokeId = await sendFile(client, { instanceId: [linux1, linux2, linux1] });
        await until(() => emulator.state.sentFiles[0]?.status === "PartialFailed");
        const [both] = await describeFiles(client, { invokeId });
        expect(both?.vmCount).to.equal(2);
        expect(statuses(both)).to.deep.equal(["Success", "Aborted"]);
    });
});

describe("emulator: DescribeSendFileResults", () => {
    afterEach(closeAll);

    it("selects by id", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const first = await sendFile(client, { name: "one" });
        const second = await sendFile(client, { name: "two", instanceId: [linux2] });
        const third = await sendFile(client, { name: "prescript.sh" });
        await Promise.all([first, second, third].map((invokeId) => ended(emulator, invokeId)));
        await until(async () => (await describeFiles(client)).length === 3);
        const found = async (settings: Partial<DescribeSendFileResultsRequest>) =>
            (await describeFiles(client, settings)).map((row) => row.invokeId);
        expect(await found({})).to.deep.equal([third, second, first]);
        expect(await found({ invokeId: first })).to.deep.equal([first]);
        expect(await found({ invokeId: "f-none" })).to.deep.equal([]);
        emulator.controls.behaviour({ unknownInvocation: "not-found" });
        expect((await refusal(found({ invokeId: "f-none" }))).code).to.equal("InvalidInvokeId.NotFound");
    });

    it("gives ten at a time, or as many as asked", async () => {
        const client = sdk(await start());
        for (let number = 1; number <= 12; number++) {
            await sendFile(client, { name: `file-${number}` });
        }
        const page = async (settings: Partial<DescribeSendFileResultsRequest>) =>
            (
                await client.describeSendFileResults(
                    new DescribeSendFileResultsRequest({ regionId: region, ...settings }),
                )
            ).body;
        await until(async () => (await page({}))?.totalCount === 12);
        const first = await page({});
        expect(first?.invocations?.invocation).to.have.length(10);
        const rest = await page({ nextToken: first?.nextToken ?? "" });
        expect(rest?.invocations?.invocation?.map((row) => row.name)).to.deep.equal(["file-2", "file-1"]);
        expect(rest?.nextToken).to.equal("");
        expect((await page({ maxResults: 50 }))?.invocations?.invocation).to.have.length(12);
        expect((await refusal(page({ maxResults: 51 }))).code).to.equal("InvalidParameter.MaxResults");
    });

    it("forgets after a day", async () => {
        const clock = new ManualClock();
        const emulator = await start({ clock });
        const InvokeId = await sendFile(sdk(emulator));
        const ask = () =>
            rawCall(emulator, {
                action: "DescribeSendFileResults",
                params: { RegionId: region, InvokeId },
                date: new Date(clock.now()),
            });
        clock.advance(86_399_000);
        expect((await ask()).body.TotalCount).to.equal(1);
        clock.advance(2000);
        expect((await ask()).body.TotalCount).to.equal(0);
        emulator.controls.behaviour({ unknownInvocation: "not-found" });
        expect((await ask()).body.Code).to.equal("InvalidInvokeId.NotFound");
    });

    it("lists those with a tag", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const client = sdk(emulator);
        const found = await sendFile(client, { tag: [tag("a", "b")] });
        await sendFile(client, { name: "other.sh", tag: [tag("a", "c")] });
        const rows = await describeFiles(client, {
            tag: [new DescribeSendFileResultsRequestTag({ key: "a", value: "b" })],
        });
        expect(rows.map(({ invokeId }) => invokeId)).to.deep.equal([found]);
    });

    it("remembers a thousand", async () => {
        const emulator = await start({ timing: { visibilityMs: 0 } });
        const client = sdk(emulator);
        const first = await sendFile(client, { overwrite: true });
        for (let sent = 0; sent < 1000; sent += 50) {
            await Promise.all(
                Array.from({ length: 50 }, () => sendFile(client, { overwrite: true, tag: [tag("a", "b")] })),
            );
        }
        const answer = await client.describeSendFileResults(
            new DescribeSendFileResultsRequest({ regionId: region }),
        );
        expect(answer.body?.totalCount).to.equal(1000);
        expect(await describeFiles(client, { invokeId: first })).to.deep.equal([]);
    });
});

function tag(key: string, value: string): SendFileRequestTag {
    return new SendFileRequestTag({ key, value });
}

function statuses(row: SentRow | undefined): (string | undefined)[] {
    return (row?.invokeInstances?.invokeInstance ?? []).map((each) => each.invocationStatus);
}
