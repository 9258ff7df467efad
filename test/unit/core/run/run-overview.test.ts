import { expect } from "chai";

import type { InvokedInstance } from "../../../../provider/src/cloud/ecs/api";
import { type AwaitedInvocation, needsResults } from "../../../../provider/src/core/run/run-overview";
import { invokedInstanceOf } from "../../support/samples";

const start = Date.parse("2025-01-02T03:04:05Z");
const names = ["i-1", "i-2", "i-3"];

const running: Partial<InvokedInstance> = {
    invocationStatus: "Running",
    exitCode: undefined,
    finishTime: "",
};

/** Returns an instance that ended a time after the start. */
function endedAfter(seconds: number): Partial<InvokedInstance> {
    return { finishTime: new Date(start + seconds * 1_000).toISOString() };
}

/** Decides a time after the start, given what a list shows of three instances. */
function needs(
    shown: readonly Partial<InvokedInstance>[],
    seconds: number | undefined,
    more: Partial<AwaitedInvocation> = {},
): boolean {
    const command = {
        invokeId: "t-1",
        allInstanceIds: names,
        creationTime: new Date(start).toISOString(),
        commonTags: [],
    };
    return needsResults(
        {
            command,
            instanceIds: new Set(names),
            latestEnd: start + 3_600_000,
            leftMs: 3_600_000,
            ...more,
        },
        shown.map((instance, index) => invokedInstanceOf({ instanceId: names[index] ?? "", ...instance })),
        seconds === undefined ? undefined : start + seconds * 1_000,
    );
}

describe("the results of an invocation", () => {
    it("are not fetched while a list shows no end", () => {
        expect(needs([running, running, running], 60)).to.equal(false);
        const pending = { ...running, invocationStatus: "Pending" };
        expect(needs([pending, running, running], 60)).to.equal(false);
    });

    it("are fetched at once when all awaited instances have ended, whatever the others do", () => {
        const ended = endedAfter(20);
        expect(needs([ended, ended, ended], 20)).to.equal(true);
        expect(needs([ended, running, running], 20, { instanceIds: new Set(["i-1"]) })).to.equal(true);
        expect(needs([ended, running, running], 20, { instanceIds: new Set(["i-2"]) })).to.equal(false);
    });

    it("are fetched at once when one ended without success", () => {
        for (const failure of [
            { exitCode: 3 },
            { invocationStatus: "Timeout" },
            { invocationStatus: "Unknown" },
        ]) {
            expect(needs([{ ...endedAfter(60), ...failure }, running, running], 60)).to.equal(true);
        }
        expect(needs([endedAfter(60), running, running], 60)).to.equal(false);
    });

    it("are fetched when the first end has waited for some of the time that the run takes, or half a minute", () => {
        const shown = [endedAfter(20), endedAfter(30), running];
        expect(needs(shown, 36)).to.equal(false);
        expect(needs(shown, 37)).to.equal(true);
        expect(needs([endedAfter(600), running, running], 629)).to.equal(false);
        expect(needs([endedAfter(600), running, running], 630)).to.equal(true);
    });

    it("are fetched soon after the first end only if all have ended: the others may take seconds longer", () => {
        const shown = [endedAfter(1), endedAfter(2), running];
        expect(needs(shown, 3)).to.equal(false);
        expect(needs(shown, 4)).to.equal(true);
    });

    it("are fetched when a waiter is about to give up, and at its last look", () => {
        const shown = [endedAfter(20), running, running];
        expect(needs(shown, 21, { leftMs: 30_001 })).to.equal(false);
        expect(needs(shown, 21, { leftMs: 30_000 })).to.equal(true);
        expect(needs([running, running, running], 21, { leftMs: 1 })).to.equal(false);
        expect(needs([running, running, running], 21, { leftMs: 0 })).to.equal(true);
    });

    it("are fetched if the list lacks the invocation, an instance, a status or a time", () => {
        expect(needs([], 20)).to.equal(true);
        expect(needs([running, running], 20)).to.equal(true);
        expect(needs([running, running, { ...running, invocationStatus: "" }], 20)).to.equal(true);
        expect(needs([{ finishTime: "" }, running, running], 20)).to.equal(true);
        expect(needs([running, running, running], undefined)).to.equal(true);
    });

    it("are not fetched for what a list does not show of an invocation that is seconds old", () => {
        for (const shown of [
            [],
            [running, running],
            [running, running, { ...running, invocationStatus: "" }],
        ]) {
            expect(needs(shown, 2.9)).to.equal(false);
            expect(needs(shown, 3)).to.equal(true);
        }
        expect(needs([endedAfter(1), endedAfter(1)], 2.9)).to.equal(false);
        const command = { invokeId: "t-1", allInstanceIds: names, commonTags: [], creationTime: "" };
        expect(needs([], 1, { command })).to.equal(true);
    });

    it("are fetched once the command must have ended, because only they tell whether they are forgotten", () => {
        expect(needs([running, running, running], 3_600)).to.equal(false);
        expect(needs([running, running, running], 3_601)).to.equal(true);
    });
});
