import { getEventListeners } from "node:events";

import { expect } from "chai";

import { systemClock } from "../../../provider/src/runtime/clock";
import { rejection } from "../support/rejection";

const many = Array.from({ length: 40 }, (_, index) => index);

describe("the machine's clock", () => {
    it("lets any number sleep under one signal, without a listener for each, of which Node would warn", async () => {
        const { signal } = new AbortController();
        const warnings: Error[] = [];
        const note = (warning: Error): void => {
            warnings.push(warning);
        };
        process.on("warning", note);
        const sleeps = many.map(() => systemClock.sleep(20, signal));
        expect(getEventListeners(signal, "abort")).to.have.length(1);
        await Promise.all(sleeps);
        // Node emits a warning a turn later.
        await new Promise((resolve) => setImmediate(resolve));
        process.off("warning", note);
        expect(warnings).to.deep.equal([]);
    });

    it("wakes all sleepers as soon as their signal is aborted, with its reason, and no others", async () => {
        const controller = new AbortController();
        const { signal } = controller;
        await systemClock.sleep(1, signal);
        const woken = many.map(() => rejection(systemClock.sleep(600_000, signal)));
        const other = systemClock.sleep(1, new AbortController().signal);
        controller.abort(new Error("the engine is gone"));
        const errors = await Promise.all(woken);
        expect(new Set(errors.map((error) => error.message))).to.deep.equal(new Set(["the engine is gone"]));
        await other;
        expect((await rejection(systemClock.sleep(1, signal))).message).to.equal("the engine is gone");
    });
});
