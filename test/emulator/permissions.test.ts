import { expect } from "chai";
import { defaultFixture, type Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { rawCall } from "./raw";
import { closeAll, linux1, region, start } from "./support";

const lists = ["DescribeSnapshotGroups", "DescribeSnapshots"] as const;
const others = [
    "DescribeInstances",
    "DescribeInvocations",
    "TagResources",
    "RunCommand",
    "DeleteSnapshotGroup",
] as const;

function ask(emulator: Emulator, action: string, params: Record<string, string> = {}) {
    return rawCall(emulator, { action, params: { RegionId: region, ...params } });
}

describe("emulator: permissions of an access key", () => {
    afterEach(closeAll);

    /** A world with a group, whose key may do nothing, or only what is named. */
    async function begin(unpermittedList: "refused" | "empty", ...actions: string[]): Promise<Emulator> {
        const emulator = await start({ behaviour: { unpermittedList }, timing: { visibilityMs: 0 } });
        emulator.controls.createSnapshotGroup(linux1);
        emulator.controls.setCredentialActions("emulator", actions);
        return emulator;
    }

    it("can be changed while the emulator runs", async () => {
        const fixture = defaultFixture();
        const emulator = await start({ fixture });
        const status = async () => (await ask(emulator, "DescribeInstances")).status;
        expect(await status()).to.equal(200);
        emulator.controls.setCredentialActions("emulator", ["ecs:RunCommand"]);
        expect(await status()).to.equal(403);
        emulator.controls.setCredentialActions("emulator", ["ecs:Describe*"]);
        expect(await status()).to.equal(200);
        expect(fixture).to.deep.equal(defaultFixture());
        expect(() => {
            emulator.controls.setCredentialActions("nobody", []);
        }).to.throw("there is no access key nobody");
    });

    for (const action of [...lists, ...others]) {
        it(`refuse ${action} without the permission`, async () => {
            const { status, body } = await ask(await begin("refused"), action);
            expect([status, body.Code]).to.deep.equal([403, "Forbidden.RAM"]);
            expect(body.Message).to.contain(`ecs:${action}`);
        });
    }

    it("may leave lists of snapshots and groups empty instead, in their usual form", async () => {
        const emulator = await begin("empty");
        const groups = await ask(emulator, "DescribeSnapshotGroups");
        expect(groups.status).to.equal(200);
        expect(groups.body).to.deep.include({ NextToken: "", SnapshotGroups: { SnapshotGroup: [] } });
        const snapshots = await ask(emulator, "DescribeSnapshots");
        expect(snapshots.status).to.equal(200);
        expect(snapshots.body).to.deep.include({ TotalCount: 0, Snapshots: { Snapshot: [] } });
        expect(emulator.ledger.map(({ status }) => status)).to.deep.equal([200, 200]);
        // What is wrong with a call is told all the same.
        const wrong = await ask(emulator, "DescribeSnapshotGroups", { InstanceId: "i-gone" });
        expect(wrong.body.Code).to.equal("InvalidInstanceId.NotFound");
    });

    it("show all of those lists to whoever has the permission", async () => {
        const emulator = await begin("empty", "ecs:DescribeSnapshot*");
        const { body } = await ask(emulator, "DescribeSnapshots");
        expect(body.TotalCount).to.equal(2);
        const groups = (await ask(emulator, "DescribeSnapshotGroups")).body.SnapshotGroups;
        expect((groups as { readonly SnapshotGroup: unknown[] }).SnapshotGroup).to.have.length(1);
    });

    for (const action of others) {
        it(`refuse ${action} also where such lists are empty`, async () => {
            const { status, body } = await ask(await begin("empty"), action);
            expect([status, body.Code]).to.deep.equal([403, "Forbidden.RAM"]);
        });
    }

    it("are told by a dry run of DescribeSnapshots", async () => {
        const emulator = await begin("empty");
        const dryRun = async () => {
            const { status, body } = await ask(emulator, "DescribeSnapshots", { DryRun: "true" });
            return [status, body.Code];
        };
        expect(await dryRun()).to.deep.equal([403, "Forbidden.RAM"]);
        emulator.controls.setCredentialActions("emulator", ["ecs:DescribeSnapshots"]);
        expect(await dryRun()).to.deep.equal([400, "DryRunOperation"]);
    });
});
