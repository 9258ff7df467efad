import { expect } from "chai";

import type { SendFileResult, Tag } from "../../../../provider/src/cloud/ecs/api";
import { createDeliveryPoll } from "../../../../provider/src/core/run/delivery-poll";
import { ManualClock } from "../../support/manual-clock";
import { rejection } from "../../support/rejection";
import { apiError, type ScriptedApi, scriptedApi } from "../../support/scripted-api";

const commonTag: Tag = { key: "app-snapshot:delivered-by", value: "p" };
interface Deliveries {
    readonly clock: ManualClock;
    readonly api: ScriptedApi;
    /** Waits for deliveries, each by itself; returns the results. */
    readonly wait: (...invokeIds: readonly string[]) => Promise<readonly SendFileResult[]>[];
}

/** Returns waits for deliveries. */
function deliveries({
    listed = () => true,
    arrivedMs = 1_000,
    answer,
}: {
    /** The time after which they arrive. */
    readonly arrivedMs?: number;
    /** Tells whether a list shows a delivery. */
    readonly listed?: (invokeId: string) => boolean;
    /** Called before each answer. */
    readonly answer?: (filter: string | undefined) => void;
} = {}): Deliveries {
    const clock = new ManualClock();
    const start = clock.now();
    const all: string[] = [];
    const resultOf = (invokeId: string): SendFileResult => ({
        ...{ invokeId, instanceId: `i-${invokeId}`, errorCode: "", errorInfo: "" },
        invocationStatus: clock.now() - start >= arrivedMs ? "Success" : "Running",
    });
    const api = scriptedApi({
        describeSendFileResults: (filter) => {
            answer?.(typeof filter === "string" ? filter : undefined);
            return Promise.resolve(
                (typeof filter === "string" ? [filter] : all.filter(listed)).map(resultOf),
            );
        },
    });
    const poll = createDeliveryPoll(clock);
    const wait = async (invokeId: string): Promise<readonly SendFileResult[]> => {
        all.push(invokeId);
        const deadline = start + 60_000;
        const waited = await poll.wait<readonly SendFileResult[]>(
            { api, invokeId, commonTag, sentAt: start, deadline },
            {
                judge: (sight) =>
                    sight.some(({ invocationStatus }) => invocationStatus === "Success")
                        ? { done: true, value: sight }
                        : { done: false, lastSeen: "Running" },
                delay: () => 400,
                deadline,
                ...{ clock, random: () => 0.5, signal: new AbortController().signal },
            },
        );
        return waited.done ? waited.value : [];
    };
    return { clock, api, wait: (...invokeIds) => invokeIds.map(wait) };
}

function filtersIn(api: ScriptedApi): unknown[] {
    return api.argumentsOf("describeSendFileResults").map(([filter]) => filter);
}

function idsOf(found: readonly (readonly SendFileResult[])[]): string[][] {
    return found.map((results) => results.map(({ invokeId }) => invokeId));
}

describe("looking at deliveries", () => {
    it("asks for several with one list, and each has its own results", async () => {
        const { clock, api, wait } = deliveries();
        const waits = wait("f-1", "f-2", "f-3");
        await clock.advance(2_000);
        expect(idsOf(await Promise.all(waits))).to.deep.equal([["f-1"], ["f-2"], ["f-3"]]);
        expect(filtersIn(api)).to.have.length.within(3, 4);
        expect(filtersIn(api)).to.deep.equal(filtersIn(api).map(() => ({ tags: [commonTag] })));
    });

    it("asks for a single one by its id", async () => {
        const { clock, api, wait } = deliveries();
        const waits = wait("f-1");
        await clock.advance(2_000);
        expect(idsOf(await Promise.all(waits))).to.deep.equal([["f-1"]]);
        expect(new Set(filtersIn(api))).to.deep.equal(new Set(["f-1"]));
    });

    it("asks by its id for one that the list lacks, once it is three seconds old", async () => {
        const { clock, api, wait } = deliveries({
            listed: (invokeId) => invokeId !== "f-2",
            arrivedMs: 5_000,
        });
        const waits = wait("f-1", "f-2", "f-3");
        await clock.advance(2_900);
        expect(filtersIn(api)).to.deep.equal(filtersIn(api).map(() => ({ tags: [commonTag] })));
        await clock.advance(1_000);
        expect(filtersIn(api)).to.include("f-2");
        await clock.advance(2_000);
        expect(idsOf(await Promise.all(waits))).to.deep.equal([["f-1"], ["f-2"], ["f-3"]]);
        expect(filtersIn(api).filter((filter) => filter === "f-1" || filter === "f-3")).to.be.empty;
    });

    it("asks for each if the list is refused, which is not tried again", async () => {
        const { clock, api, wait } = deliveries({
            answer: (filter) => {
                if (filter === undefined) {
                    throw apiError("Forbidden.RAM");
                }
            },
        });
        const waits = wait("f-1", "f-2");
        await clock.advance(2_000);
        expect(idsOf(await Promise.all(waits))).to.deep.equal([["f-1"], ["f-2"]]);
        expect(filtersIn(api).filter((filter) => typeof filter !== "string")).to.have.length(1);
    });

    it("does not list again if the list has more pages than are asked for", async () => {
        const { clock, api, wait } = deliveries();
        const many = wait(...Array.from({ length: 120 }, (_, index) => `f-old-${index}`));
        await clock.advance(2_000);
        await Promise.all(many);
        const before = filtersIn(api).length;
        const waits = wait("f-1", "f-2");
        await clock.advance(2_000);
        await Promise.all(waits);
        expect(filtersIn(api).slice(before)).to.deep.equal(["f-1", "f-2"]);
    });

    it("passes on the error of one only to those who wait for it", async () => {
        const { clock, wait } = deliveries({
            answer: (filter) => {
                if (filter === undefined || filter === "f-1") {
                    throw apiError("Forbidden.RAM");
                }
            },
        });
        const [refused = Promise.resolve(), other] = wait("f-1", "f-2");
        const error = rejection(refused);
        await clock.advance(2_000);
        expect((await error).message).to.include("Forbidden.RAM");
        expect((await other)?.map(({ invokeId }) => invokeId)).to.deep.equal(["f-2"]);
    });
});
