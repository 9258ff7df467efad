import { expect } from "chai";

import type { InvocationResult } from "../../../../provider/src/cloud/ecs/api";
import { waitForInvocation } from "../../../../provider/src/core/run/invocation";
import { type TestContext, testContext } from "../../support/context";
import { rejection } from "../../support/rejection";
import { instanceId, resultOf } from "../../support/samples";
import { inTurn, scriptedApi } from "../../support/scripted-api";

const running = resultOf({ invocationStatus: "Running", exitCode: undefined, output: "" });

function contextOf(...answers: (readonly InvocationResult[] | Error)[]): TestContext {
    return testContext(
        scriptedApi({ describeInvocationResults: inTurn(...(answers as (InvocationResult[] | Error)[])) }),
    );
}

function wait(context: TestContext, seconds = 60, instances: readonly string[] = [instanceId]) {
    return waitForInvocation(
        context,
        "t-sample",
        instances,
        context.clock.now() + seconds * 1000,
        "the sweeper",
    );
}

describe("waiting for an invocation", () => {
    it("treats an invocation without results as about to start", async () => {
        const waited = await wait(contextOf([], [], [running], [resultOf()]));
        expect(waited.verdicts.get(instanceId)?.verdict.state).to.equal("succeeded");
    });

    it("ends at once if the command has ended", async () => {
        const context = contextOf([resultOf()]);
        expect((await wait(context)).lastSeen).to.equal(undefined);
        expect(context.clock.sleeps).to.deep.equal([]);
    });

    it("also ends if the command has failed", async () => {
        const failed = resultOf({ invocationStatus: "Failed", exitCode: 9 });
        const waited = await wait(contextOf([running], [failed]));
        expect(waited.verdicts.get(instanceId)?.verdict.state).to.equal("failed");
        expect(waited.verdicts.get(instanceId)?.output).to.equal(failed.output);
    });

    it("ends at the deadline with the last seen state", async () => {
        const context = contextOf([], [running]);
        const start = context.clock.now();
        const waited = await wait(context, 30);
        expect(waited.verdicts.get(instanceId)?.verdict.state).to.equal("running");
        expect(waited.lastSeen).to.match(/^Pending \(1×\), Running \(\d+×\)$/);
        expect(context.clock.now() - start).to.equal(30_000);
    });

    it("ignores the result of another instance", async () => {
        const waited = await wait(contextOf([resultOf({ instanceId: "i-other" })]), 5);
        expect(waited.lastSeen).to.match(/^Pending \(\d+×\)$/);
    });

    it("waits for the last of several instances", async () => {
        const other = resultOf({ instanceId: "i-other" });
        const context = contextOf(
            [resultOf()],
            [resultOf(), { ...other, invocationStatus: "Running" }],
            [resultOf(), other],
        );
        const waited = await wait(context, 60, [instanceId, "i-other"]);
        expect(waited.lastSeen).to.equal(undefined);
        expect([...waited.verdicts.keys()]).to.deep.equal([instanceId, "i-other"]);
        expect(context.clock.sleeps).to.have.length(2);
    });

    it("polls often at first, and rarely later", async () => {
        const context = contextOf([running]);
        await wait(context, 3_600);
        const [first, ...rest] = context.clock.sleeps;
        expect(first).to.be.within(300, 500);
        expect(rest.length).to.be.below(450);
        expect(Math.max(...rest)).to.be.at.most(11_000);
    });

    it("shows the command and the elapsed time in the resource's row", async () => {
        const context = contextOf([running], [resultOf()]);
        await waitForInvocation(context, "t-sample", [instanceId], Infinity, "the sweeper");
        expect(context.log.of("status")).to.deep.equal(["running 0s: the sweeper"]);
    });

    it("throws on an error of the API", async () => {
        const error = new Error("no answer");
        expect(await rejection(wait(contextOf(error)))).to.equal(error);
    });
});
