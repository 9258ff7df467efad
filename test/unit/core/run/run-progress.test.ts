import { expect } from "chai";

import type { InvocationResult } from "../../../../provider/src/cloud/ecs/api";
import {
    afterTimeoutMs,
    latestEnd,
    runProgress,
    waitForRun,
} from "../../../../provider/src/core/run/run-progress";
import { testContext } from "../../support/context";
import { instanceId, resultOf } from "../../support/samples";
import { inTurn, scriptedApi } from "../../support/scripted-api";

const run = {
    invokeId: "t-sample",
    allInstanceIds: [instanceId],
    stack: "5ac5",
    state: "open",
    creationTime: "2025-01-02T03:04:05Z",
    timeoutSeconds: 600,
};
const over = Date.parse("2025-01-02T03:14:05Z") + afterTimeoutMs;
const running = resultOf({ invocationStatus: "Running", exitCode: undefined });

describe("the progress of a run", () => {
    it("has ended according to its result, whatever the time", () => {
        for (const now of [undefined, 0, over + 1]) {
            expect(runProgress(run, instanceId, [resultOf()], now)).to.deep.equal({
                state: "ended",
                result: resultOf(),
            });
        }
    });

    it("is running according to its result for up to a day after the command's time limit, and then forgotten", () => {
        const day = 86_400_000;
        for (const now of [undefined, 0, over + 1, over + day]) {
            expect(runProgress(run, instanceId, [running], now)).to.deep.equal({
                state: "running",
                lastSeen: "Running",
            });
        }
        expect(runProgress(run, instanceId, [running], over + day + 1)).to.deep.equal({ state: "forgotten" });
    });

    it("is running without a result until the command must have ended, and then forgotten", () => {
        expect(latestEnd(run)).to.equal(over);
        expect(runProgress(run, instanceId, [], over)).to.deep.equal({
            state: "running",
            lastSeen: "Pending",
        });
        expect(runProgress(run, instanceId, [], over + 1)).to.deep.equal({ state: "forgotten" });
    });

    it("is never forgotten if the cloud's time is unknown", () => {
        expect(runProgress(run, instanceId, [], undefined).state).to.equal("running");
    });

    it("is that of its own instance", () => {
        const other = resultOf({ instanceId: "i-other" });
        expect(runProgress(run, instanceId, [other], over + 1).state).to.equal("forgotten");
    });
});

describe("waiting for a run", () => {
    function waited(now: number | undefined, ...answers: InvocationResult[][]) {
        const api = scriptedApi({
            describeInvocationResults: inTurn(...answers),
            answeredAt: () => now,
        });
        const context = testContext(api);
        const start = context.clock.now();
        const result = waitForRun(context, run, [instanceId], start + 60_000).then((progress) =>
            progress.get(instanceId),
        );
        return { api, result, spent: () => context.clock.now() - start };
    }

    it("ends with its result", async () => {
        const { result } = waited(over + 1, [running], [resultOf()]);
        expect(await result).to.deep.equal({ state: "ended", result: resultOf() });
    });

    it("treats a result as forgotten only after three responses without one", async () => {
        const forgotten = waited(over + 1, []);
        expect(await forgotten.result).to.deep.equal({ state: "forgotten" });
        expect(forgotten.api.calls).to.have.length(3);
        expect(forgotten.spent()).to.be.below(5_000);
        const late = waited(over + 1, [], [], [resultOf()]);
        expect(await late.result).to.have.property("state", "ended");
    });

    it("ends at the deadline, with the last seen state", async () => {
        const { result, spent } = waited(undefined, []);
        expect(await result)
            .to.have.property("lastSeen")
            .which.matches(/^Pending \(\d+×\)$/);
        expect(spent()).to.equal(60_000);
    });

    it("ends when the run has ended on all instances; at the deadline, each has its own progress", async () => {
        const both = { ...run, allInstanceIds: [instanceId, "i-other"] };
        const slow = resultOf({ instanceId: "i-other", invocationStatus: "Running", exitCode: undefined });
        const over = resultOf({ instanceId: "i-other" });
        const waitFor = async (...answers: InvocationResult[][]) => {
            const api = scriptedApi({
                describeInvocationResults: inTurn(...answers),
                answeredAt: () => undefined,
            });
            const context = testContext(api);
            return waitForRun(context, both, both.allInstanceIds, context.clock.now() + 60_000);
        };
        expect(Object.fromEntries(await waitFor([resultOf(), slow], [resultOf(), over]))).to.deep.equal({
            [instanceId]: { state: "ended", result: resultOf() },
            "i-other": { state: "ended", result: over },
        });
        const lacking = await waitFor([resultOf(), slow], [slow], [over]);
        expect(lacking.get(instanceId)).to.deep.equal({ state: "ended", result: resultOf() });
        const late = await waitFor([resultOf(), slow]);
        expect(late.get(instanceId)).to.deep.equal({ state: "ended", result: resultOf() });
        expect(late.get("i-other")?.state).to.equal("running");
    });
});
