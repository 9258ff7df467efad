import { expect } from "chai";
import { defaultFixture, type Emulator, parseFixture } from "pulumi-alicloud-app-snapshot-emulator";

import { type RawAnswer, rawCall } from "./raw";
import {
    closeAll,
    linux1,
    linux2,
    ManualClock,
    region,
    sdk,
    send,
    start,
    startStill,
    until,
} from "./support";

const hour = 3_600_000;
function iso(ms: number): string {
    return new Date(ms).toISOString().replace(/\.\d+Z/, "Z");
}

function toTheMinute(ms: number): string {
    return iso(ms).replace(/:\d\dZ$/, "Z");
}

function ask(emulator: Emulator, action: string, params: Record<string, string> = {}): Promise<RawAnswer> {
    return rawCall(emulator, { action, params: { RegionId: region, ...params } });
}

/** Every time in an answer, by its name. */
function timesIn(value: unknown): [string, string][] {
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([name, inner]): [string, string][] =>
        typeof inner === "string" && /^\d{4}-\d\d-\d\dT/.test(inner) ? [[name, inner]] : timesIn(inner),
    );
}

function dateOf(answer: RawAnswer): string | null {
    return answer.headers.get("date");
}

describe("emulator: the cloud's own clock", () => {
    afterEach(closeAll);

    for (const clockOffsetMs of [2 * hour, -2 * hour]) {
        it(`dates all that answers tell when it is off by ${clockOffsetMs / hour} hours`, async () => {
            const { emulator, clock } = await startStill({ timing: { clockOffsetMs } });
            const then = iso(clock.now() + clockOffsetMs);
            await send(sdk(emulator), linux1, "true");
            await ask(emulator, "SendFile", {
                "InstanceId.1": linux1,
                Name: "a",
                TargetDir: "/tmp",
                Content: "a",
            });
            await until(() => emulator.state.invocations[0]?.status === "Success");
            await until(() => emulator.state.sentFiles[0]?.status === "Success");
            emulator.controls.createSnapshotGroup(linux1);
            emulator.controls.holdSnapshot(emulator.state.snapshots[0]?.snapshotId ?? "", { imageId: "m-1" });
            clock.advance(1000);

            const names = new Set<string>();
            for (const action of [
                "DescribeInvocations",
                "DescribeInvocationResults",
                "DescribeSendFileResults",
                "DescribeSnapshotGroups",
                "DescribeSnapshots",
                "DescribeDisks",
                "DescribeImages",
                "DescribeCloudAssistantStatus",
            ]) {
                const answer = await ask(emulator, action);
                expect(dateOf(answer), action).to.equal(new Date(clock.now() + clockOffsetMs).toUTCString());
                for (const [name, time] of timesIn(answer.body)) {
                    names.add(name);
                    const expected = name === "LastHeartbeatTime" ? iso(clock.now() + clockOffsetMs) : then;
                    expect(time, `${action} ${name}`).to.equal(expected);
                }
            }
            expect([...names]).to.include.members([
                "CreationTime",
                "StartTime",
                "FinishTime",
                "FinishedTime",
            ]);
            const [created, started] = timesIn((await ask(emulator, "DescribeInstances")).body);
            const dayBefore = toTheMinute(clock.now() - 1000 + clockOffsetMs - 24 * hour);
            expect(created).to.deep.equal(["CreationTime", dayBefore]);
            expect(started).to.deep.equal(["StartTime", dayBefore]);
            const { snapshotGroups, snapshots, invocations, sentFiles } = emulator.state;
            for (const { creationTime } of [...snapshotGroups, ...snapshots, ...invocations, ...sentFiles]) {
                expect(creationTime).to.equal(then);
            }
        });
    }

    it("does not concern signatures and the ledger", async () => {
        const emulator = await start({ timing: { clockOffsetMs: 24 * hour } });
        const before = Date.now();
        const regular = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
        });
        expect(regular.status).to.equal(200);
        expect(Date.parse(emulator.ledger[0]?.time ?? "")).to.be.within(before, Date.now());
        // Whoever dates requests by it instead is refused.
        const date = new Date(Date.now() + 24 * hour);
        const strict = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
            date,
        });
        expect(strict.body.Code).to.equal("InvalidTimeStamp.Expired");
        // Refusals are dated like all else.
        expect(Date.parse(dateOf(strict) ?? "")).to.be.greaterThan(before + 23 * hour);
    });

    it("can be set while the emulator runs: what was before keeps its date, and no age changes", async () => {
        const { emulator, clock } = await startStill({
            timing: { availableMs: 1000, uploadMs: 2000, visibilityMs: 10, deletionMs: 50 },
        });
        const old = emulator.controls.createSnapshotGroup(linux1);
        const begin = clock.now();
        clock.advance(500);
        emulator.controls.timing({ clockOffsetMs: -hour });
        const young = emulator.controls.createSnapshotGroup(linux2);
        clock.advance(500);
        emulator.controls.timing({ visibilityMs: 0 });

        const entries = (answer: RawAnswer) =>
            (answer.body.SnapshotGroups as { readonly SnapshotGroup: Record<string, unknown>[] })
                .SnapshotGroup;
        const [one, two] = entries(await ask(emulator, "DescribeSnapshotGroups"));
        expect(one).to.include({ SnapshotGroupId: old, CreationTime: iso(begin) });
        expect(two).to.include({ SnapshotGroupId: young, CreationTime: iso(begin + 500 - hour) });
        expect(
            emulator.state.snapshots.map(({ progress, available }) => [progress, available]),
        ).to.deep.equal([
            [50, true],
            [50, true],
            [25, false],
        ]);
        emulator.controls.deleteSnapshotGroup(old);
        clock.advance(49);
        expect(entries(await ask(emulator, "DescribeSnapshotGroups"))).to.have.length(2);
        clock.advance(1);
        expect(entries(await ask(emulator, "DescribeSnapshotGroups"))).to.have.length(1);
    });

    it("leaves the time limit of a command alone", async () => {
        const clock = new ManualClock();
        const emulator = await start({ clock, timing: { clockOffsetMs: 5 * hour } });
        await send(sdk(emulator), linux1, "exec sleep 300", { timeout: 60 });
        clock.advance(5);
        await until(() => emulator.state.invocations[0]?.status === "Running");
        const started = clock.now();
        clock.advance(59_999);
        expect(emulator.state.invocations[0]?.status).to.equal("Running");
        clock.advance(1);
        await until(() => emulator.state.invocations[0]?.status === "Failed");
        expect(emulator.state.invocations[0]?.results[0]).to.include({
            status: "Timeout",
            startTime: iso(started + 5 * hour),
            finishTime: iso(started + 60_000 + 5 * hour),
        });
    });

    it("does not end the session of a credential", async () => {
        const fixture = parseFixture(defaultFixture());
        const keys = { accessKeyId: "STS.a", accessKeySecret: "s", securityToken: "t" };
        fixture.credentials.push({ ...keys, expiration: iso(Date.now() + hour) });
        const emulator = await start({ fixture, timing: { clockOffsetMs: 2 * hour } });
        const answer = await rawCall(emulator, {
            action: "DescribeInstances",
            params: { RegionId: region },
            accessKeyId: "STS.a",
            secret: "s",
            token: "t",
        });
        expect(answer.status).to.equal(200);
    });
});
