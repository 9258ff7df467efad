import { expect } from "chai";
import type { Cost, Emulator, LedgerEntry, State } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, region, sdk, send, start } from "./support";

function get(emulator: Emulator, what: string): Promise<Response> {
    return fetch(`${emulator.url}/_emulator/${what}`);
}
function post(
    emulator: Emulator,
    body: string,
    type = "application/json",
    what = "faults",
): Promise<Response> {
    return fetch(`${emulator.url}/_emulator/${what}`, {
        method: "POST",
        headers: { "content-type": type },
        body,
    });
}

describe("emulator: control from another process", () => {
    afterEach(closeAll);

    it("is off unless asked for", async () => {
        const emulator = await start();
        for (const answer of [await get(emulator, "state"), await post(emulator, "[]")]) {
            expect(answer.status).to.equal(400);
        }
    });

    it("shows the state and the ledger, and is not part of it", async () => {
        const emulator = await start({ control: true });
        await send(sdk(emulator), linux1, "true");
        const state = (await (await get(emulator, "state")).json()) as State;
        expect(state.invocations.map((each) => each.content)).to.deep.equal(["true"]);
        expect(state.instances).to.have.length(7);
        const ledger = (await (await get(emulator, "ledger")).json()) as LedgerEntry[];
        expect(ledger.map((entry) => [entry.action, entry.status])).to.deep.equal([["RunCommand", 200]]);
    });

    it("adds faults", async () => {
        const emulator = await start({ control: true });
        const faults = [{ action: "DescribeInstances", kind: "error", status: 409, code: "Busy", times: 2 }];
        const answer = await post(emulator, JSON.stringify(faults));
        expect(await answer.json()).to.deep.equal({ pending: 2 });
        expect(
            (await rawCall(emulator, { action: "DescribeInstances", params: { RegionId: region } })).body
                .Code,
        ).to.equal("Busy");
    });

    it("sets quotas, and tells the cost", async () => {
        const emulator = await start({ control: true });
        const quotas = [{ action: "DescribeInstances", callsPerMinute: 0, retryAfter: false }];
        expect((await post(emulator, JSON.stringify(quotas), undefined, "quotas")).status).to.equal(200);
        const call = { action: "DescribeInstances", params: { RegionId: region } };
        expect((await rawCall(emulator, call)).body.Code).to.equal("Throttling.User");
        expect((await post(emulator, "[]", undefined, "quotas")).status).to.equal(200);
        expect((await rawCall(emulator, call)).status).to.equal(200);
        const cost = (await (await get(emulator, "cost")).json()) as Cost;
        expect(Object.keys(cost.operations)).to.deep.equal(["DescribeInstances"]);
        expect(cost.operations.DescribeInstances).to.include({ calls: 2, throttled: 1 });
        expect(cost.operations.DescribeInstances?.ms).to.be.greaterThan(0);
        expect(cost.cpuMs.user).to.be.greaterThan(0);
        expect(cost.processes).to.equal(0);
    });

    const refused: [string, string, string][] = [
        ["what is not JSON", "[", "JSON"],
        ["an unknown kind", '[{"action":"*","kind":"explode"}]', "[0].kind must be one of"],
        ["an unknown key", '[{"action":"*","kind":"empty","when":1}]', "[0].when is not a known key"],
        [
            "a kind that the operation cannot have",
            '[{"action":"*","kind":"miss"}]',
            "for a Describe operation",
        ],
    ];
    for (const [what, body, text] of refused) {
        it(`refuses ${what}`, async () => {
            const emulator = await start({ control: true });
            const answer = await post(emulator, body);
            expect(answer.status).to.equal(400);
            expect(((await answer.json()) as { readonly problem: string }).problem).to.contain(text);
            expect(emulator.faults.pending).to.equal(0);
        });
    }

    it("refuses what a page in a browser could send, and other paths", async () => {
        const emulator = await start({ control: true });
        expect((await post(emulator, "[]", "text/plain")).status).to.equal(415);
        expect((await post(emulator, "[]", "text/plain", "release")).status).to.equal(415);
        expect((await get(emulator, "secrets")).status).to.equal(404);
    });
});
