import Client, {
    DescribeDisksRequest,
    DescribeInvocationResultsRequest,
    DescribeInvocationResultsRequestTag,
    DescribeInvocationsRequest,
    DescribeSnapshotGroupsRequest,
    RunCommandRequest,
    RunCommandRequestTag,
} from "@alicloud/ecs20140526";
import { expect } from "chai";
import { type Emulator, manyInstances } from "pulumi-alicloud-app-snapshot-emulator";

import { closeAll, newGate, refusal, region, sdk, send, start, startStill, until } from "./support";

const [first, second, third] = manyInstances(3).instances.map((instance) => instance.instanceId) as [
    string,
    string,
    string,
];

function tagged(key: string, value: string): Pick<RunCommandRequest, "tag"> {
    return { tag: [new RunCommandRequestTag({ key, value })] };
}

async function invocations(client: Client, settings: Partial<DescribeInvocationsRequest>) {
    const request = new DescribeInvocationsRequest({ regionId: region, maxResults: 50, ...settings });
    return (await client.describeInvocations(request)).body?.invocations?.invocation ?? [];
}

async function results(client: Client, settings: Partial<DescribeInvocationResultsRequest>) {
    const request = new DescribeInvocationResultsRequest({ regionId: region, ...settings });
    return (
        (await client.describeInvocationResults(request)).body?.invocation?.invocationResults
            ?.invocationResult ?? []
    );
}

/** Reads all pages of a list; each answer gives its items and the token of the next page. */
async function allPages<T>(
    read: (nextToken: string) => Promise<{ readonly items: readonly T[]; readonly nextToken: string }>,
): Promise<{ readonly items: readonly T[]; readonly pages: number }> {
    const items: T[] = [];
    let pages = 0;
    let nextToken = "";
    do {
        const page = await read(nextToken);
        items.push(...page.items);
        nextToken = page.nextToken;
        pages++;
    } while (nextToken !== "");
    return { items, pages };
}

describe("emulator: commands on many instances", () => {
    afterEach(closeAll);

    const ended = (emulator: Emulator) =>
        until(() =>
            emulator.state.invocations.every(({ status }) => !["Pending", "Running"].includes(status)),
        );

    it("have a result for each in the list of the region, without the output", async () => {
        const emulator = await start({ fixture: manyInstances(3) });
        const client = sdk(emulator);
        emulator.controls.setAgent(third, { online: false });
        // Each instance's command has a directory of its own, so the first to come is told by a file outside.
        const gate = newGate();
        const file = gate.wait.replace(/^.*-e (\S+) .*$/, "$1");
        const content = `echo some output; (set -C; : > ${file}.first) 2>/dev/null || exit 3\n${gate.wait}`;
        const invokeId = await send(client, [first, second, third], content);
        const rows = async (invokeStatus?: string) =>
            (await invocations(client, invokeStatus === undefined ? {} : { invokeStatus })).flatMap(
                (each) => each.invokeInstances?.invokeInstance ?? [],
            );
        await until(async () => (await rows("Running")).filter((row) => row.finishTime !== "").length === 2);
        const [running] = (await rows("Running")).filter((row) => row.finishTime === "");
        expect(running).to.include({ invocationStatus: "Running", errorCode: "", finishTime: "" });
        expect(running?.startTime).not.to.equal("");
        const [listed] = await invocations(client, { invokeStatus: "Running" });
        expect([listed?.invokeId, listed?.invocationStatus]).to.deep.equal([invokeId, "Running"]);
        gate.open();
        await ended(emulator);
        expect(await rows("Running")).to.deep.equal([]);
        const [whole] = await invocations(client, {});
        expect(whole?.invocationStatus).to.equal("PartialFailed");
        const byStatus = new Map((await rows()).map((row) => [row.invocationStatus, row]));
        expect([...byStatus.keys()].sort()).to.deep.equal(["Aborted", "Failed", "Success"]);
        expect(byStatus.get("Success")).to.include({ exitCode: 0, errorCode: "", errorInfo: "", output: "" });
        expect(byStatus.get("Failed")).to.include({
            exitCode: 3,
            errorCode: "ExitCodeNonzero",
            errorInfo: "the command execution exit code is not zero",
            output: "",
        });
        expect(byStatus.get("Aborted")).to.include({
            instanceId: third,
            exitCode: 0,
            errorCode: "ClientNotRunning",
            errorInfo: "the aliyun service is not running on the instance",
            startTime: "",
            output: "",
        });
        for (const row of byStatus.values()) {
            expect(row.finishTime).to.match(/^\d{4}-.*Z$/);
        }
    });

    it("have results that are found by instance and by tag", async () => {
        const emulator = await start({ fixture: manyInstances(3) });
        const client = sdk(emulator);
        const one = await send(client, [first, second], "true", tagged("life", "1"));
        await ended(emulator);
        const two = await send(client, first, "true", tagged("life", "2"));
        await ended(emulator);
        await until(async () => (await results(client, {})).length === 3);
        const found = async (settings: Partial<DescribeInvocationResultsRequest>) =>
            (await results(client, settings)).map((row) => [row.invokeId, row.instanceId]);
        expect(await found({ instanceId: first })).to.deep.equal([
            [two, first],
            [one, first],
        ]);
        expect(await found({ invokeId: one, instanceId: second })).to.deep.equal([[one, second]]);
        expect(await found({ invokeId: two, instanceId: second })).to.deep.equal([]);
        const life = (value: string) => ({
            tag: [new DescribeInvocationResultsRequestTag({ key: "life", value })],
        });
        expect(await found(life("2"))).to.deep.equal([[two, first]]);
        expect(await found({ ...life("1"), instanceId: first })).to.deep.equal([[one, first]]);
    });

    it("start nowhere if one instance does not exist or has another system", async () => {
        const fixture = manyInstances(100, { osType: "mixed" });
        const emulator = await start({ fixture });
        const client = sdk(emulator);
        const all = fixture.instances.map((instance) => instance.instanceId);
        const linux = fixture.instances
            .filter((instance) => instance.osType === "linux")
            .map((instance) => instance.instanceId);
        expect((await refusal(send(client, all, "true"))).code).to.equal("InvalidInstance.NotMatch");
        const withNone = send(client, [...linux, "i-none"], "true");
        expect((await refusal(withNone)).code).to.equal("InvalidInstance.NotFound");
        expect(emulator.state.invocations).to.deep.equal([]);
    });

    it("are covered by a filter by tags up to a thousand of them", async () => {
        const { emulator } = await startStill({ fixture: manyInstances(1) });
        const client = sdk(emulator);
        emulator.controls.setAgent(first, { online: false });
        for (let n = 0; n < 1001; n++) {
            await send(client, first, "true", tagged("stack", n === 0 ? "old" : "dev"));
        }
        const count = async (tag: { readonly key: string; readonly value?: string }) => {
            const request = new DescribeInvocationsRequest({ regionId: region, tag: [tag] });
            return (await client.describeInvocations(request)).body?.totalCount;
        };
        expect(await count({ key: "stack", value: "dev" })).to.equal(1000);
        expect(await count({ key: "stack", value: "old" })).to.equal(1);
        expect(await count({ key: "stack" })).to.equal(1000);
    });
});

describe("emulator: lists of a whole region", () => {
    afterEach(closeAll);

    it("have all disks, five hundred on a page", async () => {
        const client = sdk(await start({ fixture: manyInstances(600) }));
        const { items, pages } = await allPages(async (nextToken) => {
            const request = new DescribeDisksRequest({ regionId: region, maxResults: 500, nextToken });
            const { body } = await client.describeDisks(request);
            return { items: body?.disks?.disk ?? [], nextToken: body?.nextToken ?? "" };
        });
        expect(pages).to.equal(3);
        expect(new Set(items.map((disk) => disk.diskId)).size).to.equal(1200);
        expect(items.filter((disk) => disk.instanceId === second).map((disk) => disk.type)).to.deep.equal([
            "system",
            "data",
        ]);
    });

    it("have all groups of a name, a hundred on a page, each with its own members", async () => {
        const fixture = manyInstances(250);
        const { emulator } = await startStill({ fixture });
        for (const { instanceId } of fixture.instances) {
            emulator.controls.createSnapshotGroup(instanceId, { name: "nightly" });
        }
        emulator.controls.createSnapshotGroup(first, { name: "other" });
        const client = sdk(emulator);
        const { items, pages } = await allPages(async (nextToken) => {
            const request = new DescribeSnapshotGroupsRequest({
                regionId: region,
                name: "nightly",
                maxResults: 100,
                nextToken,
            });
            const { body } = await client.describeSnapshotGroups(request);
            return { items: body?.snapshotGroups?.snapshotGroup ?? [], nextToken: body?.nextToken ?? "" };
        });
        expect(pages).to.equal(3);
        expect(items).to.have.length(250);
        for (const { instanceId = "", snapshots } of items) {
            const number = instanceId.replace("i-bench", "");
            expect(snapshots?.snapshot?.map((member) => member.sourceDiskId)).to.deep.equal([
                `d-bench${number}sys`,
                `d-bench${number}dat`,
            ]);
        }
    });
});
