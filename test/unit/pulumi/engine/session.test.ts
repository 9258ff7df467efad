import { existsSync } from "node:fs";

import { expect } from "chai";

import { stackOf } from "../../../../provider/src/core/run/run";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { Session } from "../../../../provider/src/pulumi/engine/session";
import { acknowledge, expectedPath } from "../../../../provider/src/pulumi/recording/acknowledgement";
import type { Recording } from "../../../../provider/src/pulumi/recording/pending-commits";
import { type ApiServer, startApiServer } from "../../support/api-server";
import { type EngineServer, startEngineServer } from "../../support/engine-server";
import { FakeHost } from "../../support/fake-host";
import { ManualClock } from "../../support/manual-clock";
import { rejection, rejectionOf } from "../../support/rejection";
import { spinUntil } from "../../support/spin-until";
import { TemporaryFolder } from "../../support/temporary-folder";

const place = { regionId: "cn-hangzhou", resourceUrn: "urn" };

function recordingOf(invokeId: string): Recording {
    return { key: invokeId, invokeIds: [invokeId] };
}

describe("the provider's process and its engine", () => {
    let folder: TemporaryFolder;
    let cloud: ApiServer;
    let engine: EngineServer;
    let clock: ManualClock;
    let host: FakeHost;
    let session: Session;

    beforeEach(async () => {
        folder = new TemporaryFolder();
        folder.use();
        [cloud, engine] = await Promise.all([startApiServer(), startEngineServer()]);
        clock = new ManualClock();
        host = new FakeHost();
        session = sessionWith([engine.address]);
    });
    afterEach(async () => {
        engine.stop();
        await cloud.close();
        folder.remove();
    });

    function sessionWith(argv: readonly string[]): Session {
        const environment = {
            ALIBABA_CLOUD_ECS_ENDPOINT: cloud.url,
            ALIBABA_CLOUD_ACCESS_KEY_ID: "id",
            ALIBABA_CLOUD_ACCESS_KEY_SECRET: "secret",
        };
        return new Session(environment, argv, { host, clock });
    }

    /** Lets time pass in small steps until a condition holds. */
    async function passUntil(condition: () => boolean): Promise<void> {
        await spinUntil(condition, () => clock.advance(100));
    }

    it("makes changes as long as the engine is alive, and none afterwards", async () => {
        await session.work(place, ({ api }) => api.deleteSnapshot("s-1"));
        expect(cloud.operations).to.deep.equal(["DeleteSnapshot"]);
        engine.stop();
        const error = await rejectionOf(
            AppSnapshotError,
            session.work(place, ({ api }) => api.deleteSnapshot("s-1")),
        );
        expect(error.code).to.equal("Interrupted");
        expect(cloud.operations).to.deep.equal(["DeleteSnapshot"]);
    });

    it("ends its waits when it is asked to end, and begins nothing new", async () => {
        const waiting = rejection(session.work(place, ({ signal }) => clock.sleep(3_600_000, signal)));
        host.end();
        expect((await waiting).message).to.include("Interrupted");
        const refused = await rejection(session.work(place, ({ api }) => api.describeImageIds("s-1")));
        expect(refused.message).to.include("Interrupted");
        expect(cloud.operations).to.deep.equal([]);
    });

    it("commits a snapshot that the program knows, also while it is asked to end, and then exits", async () => {
        await session.work(place, () => Promise.resolve());
        await session.commitWhenRecorded(place, recordingOf("t-1"));
        expect(existsSync(expectedPath("t-1"))).to.equal(true);
        acknowledge("t-1");
        host.end();
        // No time passes, so only the end itself can have looked.
        await spinUntil(() => cloud.operations.length > 0);
        expect(host.exits).to.equal(0);
        await passUntil(() => host.exits > 0);
        expect(cloud.operations).to.deep.equal(["TagResources"]);
    });

    it("commits nothing that the program does not know, and leaves no acknowledgement behind", async () => {
        await session.work(place, () => Promise.resolve());
        await session.commitWhenRecorded(place, recordingOf("t-1"));
        host.end();
        await spinUntil(() => !existsSync(expectedPath("t-1")));
        await passUntil(() => host.exits > 0);
        expect(cloud.operations).to.deep.equal([]);
    });

    it("commits all known snapshots of a region in one request", async () => {
        await session.commitWhenRecorded(place, recordingOf("t-1"));
        await session.commitWhenRecorded({ ...place, resourceUrn: "other" }, recordingOf("t-2"));
        acknowledge("t-1");
        acknowledge("t-2");
        await passUntil(() => cloud.operations.length > 0);
        await clock.advance(1_000);
        expect(cloud.operations).to.deep.equal(["TagResources"]);
    });

    it("looks once for snapshots in states that were never committed, before it does anything else", async () => {
        session.memory.note({ invokeId: "t-1", regionId: place.regionId });
        await session.work(place, ({ api }) => api.deleteSnapshot("s-1"));
        await session.work(place, ({ api }) => api.deleteSnapshot("s-2"));
        // For open runs, and for handed ones.
        const looks = ["DescribeInvocations", "DescribeInvocations"];
        expect(cloud.operations).to.deep.equal([...looks, "DeleteSnapshot", "DeleteSnapshot"]);
    });

    it("looks only for those of its own stack, organization and namespace", async () => {
        session.configure((key) => (key === "alicloud-app-snapshot:namespace" ? "ours" : undefined));
        session.memory.note({ invokeId: "t-1", regionId: place.regionId });
        const organization = "acme";
        await session.work({ ...place, organization }, () => Promise.resolve());
        const sent = cloud.requests.map(({ url, body }) => `${url}${body.toString()}`).join("\n");
        expect(sent).to.include(stackOf({ urn: place.resourceUrn, organization, namespace: "ours" }));
    });

    it("looks for none if no state holds anything, or for a resource without a URN", async () => {
        await session.work(place, ({ api }) => api.deleteSnapshot("s-1"));
        session.memory.note({ invokeId: "t-2", regionId: place.regionId });
        const nameless = { ...place, resourceUrn: undefined };
        await session.work(nameless, ({ api }) => api.deleteSnapshot("s-1"));
        expect(cloud.operations).to.deep.equal(["DeleteSnapshot", "DeleteSnapshot"]);
    });

    it("does the tasks that follow the record of a snapshot after it, not before", async () => {
        let done = 0;
        await session.commitWhenRecorded(place, recordingOf("t-1"), async ({ api }) => {
            await api.deleteSnapshot("s-1");
            done += 1;
        });
        await clock.advance(1_000);
        expect(cloud.operations).to.deep.equal([]);
        acknowledge("t-1");
        await passUntil(() => done > 0);
        expect(cloud.operations).to.deep.equal(["TagResources", "DeleteSnapshot"]);
    });

    it("expects no record without an engine", async () => {
        const alone = sessionWith([]);
        await alone.commitWhenRecorded(place, recordingOf("t-1"));
        expect(existsSync(expectedPath("t-1"))).to.equal(false);
        expect(await alone.work(place, () => Promise.resolve(42))).to.equal(42);
        expect(host.hooks).to.equal(0);
    });

    it("says so if neither the resource nor the settings name a region", async () => {
        const nowhere = { regionId: undefined, resourceUrn: "urn" };
        const error = await rejectionOf(
            AppSnapshotError,
            session.work(nowhere, () => Promise.resolve()),
        );
        expect(error.code).to.equal("MissingRegion");
    });
});
