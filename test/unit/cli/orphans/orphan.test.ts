import { expect } from "chai";

import {
    hasEnded,
    isAccountedFor,
    orphanOf,
    orphanRole,
    type RunObservation,
} from "../../../../provider/src/cli/orphans/orphan";
import { partId } from "../../../../provider/src/cli/orphans/stack-state";
import { groupOf, instanceId, resultOf } from "../../support/samples";
import { runMade, traceOf } from "./support";

/** The sample's command ended at 03:04:07. */
const soon = Date.parse("2025-01-02T03:19:06Z");
const later = Date.parse("2025-01-02T03:19:07Z");
const nothing = new Set<string>();

function judged(trace: Partial<RunObservation>, now = later, known: ReadonlySet<string> = nothing) {
    return orphanOf(traceOf(trace), "cn-hangzhou", known, now);
}

describe("the remains of a run", () => {
    it("are the group of an open one, with its snapshots", () => {
        expect(judged({})).to.deep.include({
            kind: "snapshot-group",
            id: "ssg-bp1sample",
            regionId: "cn-hangzhou",
            instanceId: "i-bp1sample",
            creationTime: "2025-01-02T03:04:06Z",
            status: "left",
            snapshotIds: ["s-system", "s-data"],
        });
    });

    it("are the invocation alone if there is no group, with the reason", () => {
        const failed = resultOf({ invocationStatus: "Failed", exitCode: 9, output: "" });
        expect(judged({ group: undefined, result: failed })).to.deep.include({
            kind: "invocation",
            id: "t-sample",
            status: "left",
            detail: "before-20250102T030405Z-000001 does not exist: the invocation failed with PluginPreScriptFailed",
        });
        expect(judged({ group: undefined })?.detail).to.match(/: the invocation ended$/);
    });

    it("are nothing once it is closed", () => {
        expect(judged({ run: runMade({ state: "closed" }) })).to.equal(undefined);
    });

    it("are nothing that the state knows, by the invocation or by the group", () => {
        expect(judged({}, later, new Set(["t-sample"]))).to.equal(undefined);
        expect(judged({}, later, new Set(["ssg-bp1sample"]))).to.equal(undefined);
        expect(judged({}, later, new Set(["ssg-other", "t-other"]))).to.not.equal(undefined);
    });

    it("are the groups on those instances of which no fleet holds its part", () => {
        const run = runMade({ allInstanceIds: [instanceId, "i-2"] });
        const held = new Set([partId(run.invokeId, instanceId)]);
        expect(orphanOf(traceOf({ run }), "cn-hangzhou", held, later)).to.equal(undefined);
        const released = { run, instanceId: "i-2", result: resultOf({ instanceId: "i-2" }) };
        expect(orphanOf(traceOf(released), "cn-hangzhou", held, later)).to.include({
            kind: "snapshot-group",
        });
        const without = traceOf({ ...released, group: undefined });
        expect(orphanOf(without, "cn-hangzhou", held, later)).to.equal(undefined);
        expect(orphanOf(without, "cn-hangzhou", nothing, later)).to.include({ kind: "invocation" });
        expect(isAccountedFor(run, held)).to.equal(false);
        expect(isAccountedFor(run, held.add(partId(run.invokeId, "i-2")))).to.equal(true);
    });

    it("are retained if it was committed and its group exists", () => {
        const run = runMade({ state: "committed" });
        expect(judged({ run })).to.include({ kind: "snapshot-group", status: "retained" });
        expect(judged({ run, group: undefined })).to.equal(undefined);
    });

    it("are handed, never left, if it was handed over: a state may hold it, at any age", () => {
        const run = runMade({ state: "handed" });
        expect(judged({ run })).to.include({ kind: "snapshot-group", status: "handed" });
        expect(judged({ run }, soon)?.status).to.equal("handed");
        expect(judged({ run }, Date.parse("2026-01-02T03:04:05Z"))?.status).to.equal("handed");
        expect(judged({ run, group: undefined })).to.include({ kind: "invocation", status: "handed" });
    });

    it("are running rather than handed while its command runs", () => {
        const run = runMade({ state: "handed" });
        const result = resultOf({ invocationStatus: "Running", exitCode: undefined, finishedTime: "" });
        expect(judged({ run, result })).to.include({ kind: "invocation", status: "running" });
    });

    it("are retained if somebody changed the tag of its state", () => {
        expect(judged({ run: runMade({ state: "keep this" }) })?.status).to.equal("retained");
    });

    it("are running, and only the invocation, until the command has ended", () => {
        const result = resultOf({ invocationStatus: "Running", exitCode: undefined, finishedTime: "" });
        expect(judged({ result })).to.include({ kind: "invocation", id: "t-sample", status: "running" });
    });

    it("are recent for a quarter of an hour after the end of the command", () => {
        expect(judged({}, soon)?.status).to.equal("recent");
        expect(judged({ group: undefined }, soon)?.status).to.equal("recent");
        expect(judged({}, later)?.status).to.equal("left");
    });

    it("are recent while its snapshots are uploaded, because an update may wait for that", () => {
        expect(judged({ group: groupOf({ status: "progressing" }) })?.status).to.equal("recent");
        expect(judged({ group: groupOf({ status: "failed" }) })?.status).to.equal("left");
    });

    it("are recent for as long as its update may wait for the upload, and five minutes more", () => {
        const run = runMade({ waitSeconds: 3_600 });
        const at = Date.parse("2025-01-02T04:09:07Z");
        expect(judged({ run }, at - 1)?.status).to.equal("recent");
        expect(judged({ run }, at)?.status).to.equal("left");
    });

    it("are recent, never left, if no time can be read", () => {
        const run = runMade({ creationTime: "" });
        const result = resultOf({ finishedTime: "" });
        expect(judged({ run, result }, Number.MAX_SAFE_INTEGER)?.status).to.equal("recent");
    });

    it("count from the latest possible end if Cloud Assistant gives none", () => {
        const result = resultOf({ invocationStatus: "Aborted", finishedTime: "" });
        // 03:04:05, a time limit of 3,930 seconds, five minutes until that is reported, and a quarter of an hour.
        const at = Date.parse("2025-01-02T04:29:35Z");
        expect(judged({ result }, at - 1)?.status).to.equal("recent");
        expect(judged({ result }, at)?.status).to.equal("left");
    });
});

describe("the end of a run without a result", () => {
    it("is assumed five minutes after its time limit", () => {
        const ended = (time: string) =>
            hasEnded({ run: runMade(), instanceId, result: undefined }, Date.parse(time));
        expect(ended("2025-01-02T04:14:35Z")).to.equal(false);
        expect(ended("2025-01-02T04:14:36Z")).to.equal(true);
    });
});

describe("a temporary role without a snapshot that runs", () => {
    const lease = { ramRoleName: "Role", stack: "abc", expires: Date.parse("2025-01-02T05:00:00Z") };
    const at = (now: number) => orphanRole("i-1", lease, "cn-hangzhou", now);

    it("is left once its time is over, and recent before", () => {
        expect(at(lease.expires)).to.deep.include({ kind: "ram-role", id: "Role", status: "left" });
        expect(at(lease.expires - 1)).to.include({
            status: "recent",
            detail: "may be in use until 2025-01-02T05:00:00Z",
        });
    });
});
