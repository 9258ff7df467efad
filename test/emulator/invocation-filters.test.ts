import Client, {
    DescribeCloudAssistantStatusRequest,
    DescribeInstancesRequest,
    DescribeInvocationsRequest,
} from "@alicloud/ecs20140526";
import { expect } from "chai";

import {
    closeAll,
    linux1,
    linux2,
    plain,
    region,
    result,
    sdk,
    send,
    start,
    startStill,
    until,
} from "./support";

async function invocations(client: Client, settings: Partial<DescribeInvocationsRequest>) {
    const request = new DescribeInvocationsRequest({ regionId: region, ...settings });
    return (await client.describeInvocations(request)).body?.invocations?.invocation ?? [];
}
async function found(
    client: Client,
    settings: Partial<DescribeInvocationsRequest>,
): Promise<(string | undefined)[]> {
    return (await invocations(client, settings)).map((each) => each.invokeId);
}

describe("emulator: invocations are found", () => {
    afterEach(closeAll);

    it("by instance and status together", async () => {
        const client = sdk(await start());
        const done = await send(client, linux1, "true");
        await result(client, done);
        const failed = await send(client, linux2, "false");
        await result(client, failed);
        const running = await send(client, linux1, "exec sleep 300");
        await until(async () =>
            (await found(client, { instanceId: linux1, invokeStatus: "Running" })).includes(running),
        );
        expect(await found(client, { instanceId: linux1 })).to.deep.equal([running, done]);
        expect(await found(client, { instanceId: linux1, invokeStatus: "Running" })).to.deep.equal([running]);
        expect(await found(client, { invokeStatus: "Running" })).to.deep.equal([running]);
        expect(await found(client, { instanceId: linux2 })).to.deep.equal([failed]);
    });

    it("by instance while they are not delivered yet", async () => {
        const { emulator, clock } = await startStill({ timing: { deliveryMs: 10 } });
        const client = sdk(emulator);
        const waiting = await send(client, linux1, "true");
        await send(client, linux2, "true");
        const pending = (instanceId: string) => found(client, { instanceId, invokeStatus: "Pending" });
        expect(await pending(linux1)).to.deep.equal([waiting]);
        const [entry] = await invocations(client, { instanceId: linux1, invokeStatus: "Pending" });
        expect(entry?.invocationStatus).to.equal("Pending");
        expect(entry?.invokeInstances?.invokeInstance?.[0]).to.include({ invocationStatus: "Pending" });
        // The older words for it do not tell it from one that runs.
        expect(entry?.invokeStatus).to.equal("Running");
        expect(await found(client, { instanceId: linux1, invokeStatus: "Running" })).to.deep.equal([waiting]);
        clock.advance(10);
        await until(() => emulator.state.invocations.every(({ status }) => status === "Success"));
        expect(await pending(linux1)).to.deep.equal([]);
    });

    it("by all of several tags, with their content and tags", async () => {
        const client = sdk(await start());
        const tag = (entries: Record<string, string | undefined>) =>
            Object.entries(entries).map(([key, value]) => (value === undefined ? { key } : { key, value }));
        const tagged = async (entries: Record<string, string>) => {
            const id = await send(client, linux1, "echo found", { tag: tag(entries) } as object);
            await result(client, id);
            return id;
        };
        const one = await tagged({ run: "1", stack: "dev" });
        const two = await tagged({ run: "2", stack: "dev" });
        const by = (entries: Record<string, string | undefined>) =>
            found(client, { tag: tag(entries) } as object);
        expect(await by({ stack: "dev" })).to.deep.equal([two, one]);
        expect(await by({ stack: undefined })).to.deep.equal([two, one]);
        expect(await by({ stack: "dev", run: "1" })).to.deep.equal([one]);
        expect(await by({ stack: "prod", run: "1" })).to.deep.equal([]);
        const [row] = await invocations(client, { tag: tag({ run: "1" }) } as object);
        expect(row?.commandContent).to.equal(Buffer.from("echo found").toString("base64"));
        expect(plain(row?.tags?.tag)).to.deep.equal([
            { tagKey: "run", tagValue: "1" },
            { tagKey: "stack", tagValue: "dev" },
        ]);
    });

    it("as the number of active tasks, which may be stale", async () => {
        const emulator = await start();
        const client = sdk(emulator);
        const active = async () =>
            (
                await client.describeCloudAssistantStatus(
                    new DescribeCloudAssistantStatusRequest({ regionId: region, instanceId: [linux1] }),
                )
            ).body?.instanceCloudAssistantStatusSet?.instanceCloudAssistantStatus?.[0]?.activeTaskCount;
        expect(await active()).to.equal(0);
        await send(client, linux1, "exec sleep 300");
        await send(client, linux1, "exec sleep 300");
        await send(client, linux2, "exec sleep 300");
        await until(async () => (await active()) === 2);
        emulator.controls.behaviour({ activeTaskCount: "stale" });
        expect(await active()).to.equal(0);
    });

    it("on instances that are found by their own tags", async () => {
        const emulator = await start();
        emulator.controls.setTags(linux1, { app: "db", stage: "prod" });
        emulator.controls.setTags(linux2, { app: "db" });
        const client = sdk(emulator);
        const instances = async (...tag: { readonly key: string; readonly value?: string }[]) =>
            (await client.describeInstances(new DescribeInstancesRequest({ regionId: region, tag }))).body
                ?.instances?.instance ?? [];
        expect((await instances({ key: "app", value: "db" })).map((each) => each.instanceId)).to.deep.equal([
            linux1,
            linux2,
        ]);
        const [one, ...others] = await instances({ key: "app", value: "db" }, { key: "stage" });
        expect(others).to.deep.equal([]);
        expect(plain(one?.tags?.tag)).to.deep.equal([
            { tagKey: "app", tagValue: "db" },
            { tagKey: "stage", tagValue: "prod" },
        ]);
        expect(emulator.state.instances[0]?.tags).to.deep.equal({ app: "db", stage: "prod" });
    });
});
