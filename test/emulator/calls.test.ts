import { expect } from "chai";
import type { EmulatorCall } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, refusal, region, sdk, send, start, until } from "./support";

/** Starts an emulator that notes each call as "received RunCommand", and the listener's own doing. */
async function listening(listener: (call: EmulatorCall) => ReturnType<() => Promise<"drop" | undefined>>) {
    const seen: string[] = [];
    const emulator = await start({
        onCall: async (call) => {
            seen.push(`${call.phase} ${call.entry.action} ${call.entry.status}`);
            return listener(call);
        },
    });
    return { emulator, seen };
}

function nothing(): Promise<undefined> {
    return Promise.resolve(undefined);
}

describe("emulator: a listener to calls", () => {
    afterEach(closeAll);

    it("hears of each admitted call before it takes effect and before it is answered", async () => {
        const { emulator, seen } = await listening(nothing);
        await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } });
        await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: "mars" } });
        expect(seen).to.deep.equal([
            "received DescribeInstances 0",
            "processed DescribeInstances 200",
            "received DescribeInstances 0",
            "processed DescribeInstances 404",
        ]);
    });

    it("does not hear of what is not admitted, nor of an effect that a fault prevents", async () => {
        const { emulator, seen } = await listening(nothing);
        await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
            secret: "wrong",
        });
        await rawCall(emulator, { action: "DescribeMoon" });
        emulator.faults.add({ action: "DescribeInstances", kind: "http-500" });
        await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } });
        expect(seen).to.deep.equal(["received DescribeInstances 0"]);
    });

    it("is waited for", async () => {
        let goOn: () => void = () => undefined;
        const held = new Promise<undefined>((resolve) => {
            goOn = () => {
                resolve(undefined);
            };
        });
        const { emulator, seen } = await listening(({ phase }) => (phase === "received" ? held : nothing()));
        const sent = send(sdk(emulator), linux1, "true");
        await until(() => seen.length > 0);
        expect(emulator.state.invocations).to.deep.equal([]);
        goOn();
        await sent;
        expect(emulator.state.invocations).to.have.length(1);
    });

    for (const phase of ["received", "processed"] as const) {
        it(`breaks the connection of a ${phase} call`, async () => {
            const { emulator } = await listening((call) =>
                Promise.resolve(call.phase === phase ? "drop" : undefined),
            );
            const error = await refusal(send(sdk(emulator), linux1, "true"));
            expect(error.message).to.match(/socket hang up|ECONNRESET/);
            expect(emulator.state.invocations).to.have.length(phase === "received" ? 0 : 1);
            expect(emulator.ledger[0]?.status).to.equal(0);
            expect(emulator.ledger[0]?.body !== undefined).to.equal(phase === "processed");
        });
    }

    it("that fails turns the answer into an error of the emulator", async () => {
        const { emulator } = await listening(() => Promise.reject(new Error("listener broke")));
        const answer = await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } });
        expect(answer.status).to.equal(500);
        expect(answer.body.Code).to.equal("EmulatorError");
        expect(answer.text).to.contain("listener broke");
    });

    it("may take longer than the client has patience", async () => {
        let goOn: () => void = () => undefined;
        const held = new Promise<undefined>((resolve) => {
            goOn = () => {
                resolve(undefined);
            };
        });
        const { emulator } = await listening(({ entry }) =>
            entry.action === "RunCommand" ? held : nothing(),
        );
        const impatient = sdk(emulator, { readTimeout: "50" });
        // On a busy machine it may give up before its call has got there.
        while (emulator.ledger.length === 0) {
            const error = await refusal(send(impatient, linux1, "true", { clientToken: "one" }));
            expect(error.name).to.equal("RequestTimeoutError");
        }
        goOn();
        await until(() => emulator.ledger[0]?.status === 200);
        expect(emulator.state.invocations).to.have.length(1);
        const answer = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
        });
        expect(answer.status).to.equal(200);
    });
});
