import { expect } from "chai";
import type { Emulator, LedgerEntry, State } from "pulumi-alicloud-app-snapshot-emulator";
import { rpc } from "./raw";
import { closeAll, linux1, region, sdk, send, start } from "./support";

const get = (emulator: Emulator, what: string) => fetch(`${emulator.url}/_emulator/${what}`);
const post = (emulator: Emulator, body: string, type = "application/json", what = "faults") =>
    fetch(`${emulator.url}/_emulator/${what}`, {
        method: "POST",
        headers: { "content-type": type },
        body,
    });

async function edited(emulator: Emulator, edit: string, ...args: unknown[]) {
    const answer = await post(
        emulator,
        JSON.stringify({ edit, arguments: args }),
        "application/json",
        "edit",
    );
    return { status: answer.status, answer: await answer.json() };
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
            (await rpc(emulator, { action: "DescribeInstances", params: { RegionId: region } })).body.Code,
        ).to.equal("Busy");
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
            expect(((await answer.json()) as { problem: string }).problem).to.contain(text);
            expect(emulator.faults.pending).to.equal(0);
        });
    }

    it("changes the world, as from within", async () => {
        const emulator = await start({ control: true });
        const made = await edited(emulator, "createSnapshotGroup", linux1, { name: "theirs" });
        const { result } = made.answer as { result: string };
        expect(made.status).to.equal(200);
        const changes: [name: string, ...args: unknown[]][] = [
            ["setAgent", linux1, { online: false }],
            ["lockInstance", linux1, ["security"]],
            ["setTags", linux1, { team: "db", old: null }],
            ["setInstanceStatus", linux1, "Stopped"],
            ["renameSnapshotGroup", result, "renamed"],
            ["setSnapshotGroupStatus", result, "failed"],
            ["holdSnapshot", emulator.state.snapshots[0]?.snapshotId, { imageId: "m-1", status: "Creating" }],
            ["holdSnapshot", emulator.state.snapshots[1]?.snapshotId, { diskId: "d-1" }],
            ["addOutcomes", linux1, { exitCode: 11 }, { exitCode: 12 }],
            ["behaviour", { deletion: "synchronous" }],
            ["timing", { uploadMs: 1 }],
        ];
        for (const [name, ...args] of changes) {
            expect(await edited(emulator, name, ...args), name).to.deep.equal({ status: 200, answer: {} });
        }
        const instance = emulator.state.instances.find(({ instanceId }) => instanceId === linux1);
        expect(instance).to.deep.include({ status: "Stopped", tags: { team: "db" }, outcomesLeft: 2 });
        expect(instance?.agent.online).to.equal(false);
        expect(emulator.state.snapshotGroups[0]).to.include({ name: "renamed", status: "failed" });
        expect(emulator.state.snapshots.map(({ imageIds, diskIds }) => [imageIds, diskIds])).to.deep.equal([
            [["m-1"], []],
            [[], ["d-1"]],
        ]);
        await edited(emulator, "setSnapshotGroupStatus", result, null);
        expect(emulator.state.snapshotGroups[0]?.status).not.to.equal("failed");
    });

    const refusedEdits: [what: string, body: unknown, text: string][] = [
        ["no such method", { edit: "destroy", arguments: [] }, "edit must be one of behaviour, timing"],
        ["no method", { arguments: [] }, "edit is missing"],
        [
            "too few arguments",
            { edit: "setAgent", arguments: [linux1] },
            "arguments must have 2 entries, not 1",
        ],
        [
            "too many arguments",
            { edit: "releaseSnapshot", arguments: ["s-1", { diskId: "d-1" }, 1] },
            "must have 1 to 2 entries, not 3",
        ],
        [
            "an argument of a wrong form",
            { edit: "setAgent", arguments: [linux1, { online: "no" }] },
            "arguments[1].online must be true or false",
        ],
        [
            "a wrong outcome",
            { edit: "addOutcomes", arguments: [linux1, { exitCode: 1 }, { exitCode: "1" }] },
            "arguments[2].exitCode must be a whole number",
        ],
        [
            "what does not exist",
            { edit: "removeInstance", arguments: ["i-gone"] },
            "there is no instance i-gone",
        ],
    ];
    for (const [what, body, text] of refusedEdits) {
        it(`refuses to edit ${what}`, async () => {
            const emulator = await start({ control: true });
            const before = JSON.stringify(emulator.state);
            const answer = await post(emulator, JSON.stringify(body), "application/json", "edit");
            expect(answer.status).to.equal(400);
            expect(((await answer.json()) as { problem: string }).problem).to.contain(text);
            expect(JSON.stringify(emulator.state)).to.equal(before);
        });
    }

    it("refuses what a page in a browser could send, and other paths", async () => {
        const emulator = await start({ control: true });
        expect((await post(emulator, "[]", "text/plain")).status).to.equal(415);
        expect((await post(emulator, "[]", "text/plain", "edit")).status).to.equal(415);
        expect((await get(emulator, "secrets")).status).to.equal(404);
    });
});
