import { expect } from "chai";
import * as fc from "fast-check";

import { stepDurations } from "../../../../provider/src/core/plugin/durations";

/** The output of version 1.8 of the plugin. */
const scripts = "Prescript cost=1.2s, Postscript cost=35ms";
const steps =
    "Prepare Freeze=14.586567ms, Thaw cost=1.059262ms, Snapshot Creation=988.224506ms, Tag Resources=144.6089ms";
const none = { preScript: undefined, freeze: undefined, postScript: undefined };

describe("the durations of the steps of a run", () => {
    it("are those of the plugin, in seconds; the freeze lasts from its begin to the end of the thaw", () => {
        expect(stepDurations(["Version 1.0.0.8", scripts, steps, "Finish"])).to.deep.equal({
            preScript: 1.2,
            // 14.586567, 988.224506 and 1.059262 ms, each to the microsecond.
            freeze: 1.003871,
            postScript: 0.035,
        });
    });

    it("are unknown for scripts that did not run", () => {
        expect(stepDurations(["Prescript cost=, Postscript cost=", steps])).to.deep.equal({
            ...none,
            freeze: 1.003871,
        });
        expect(stepDurations(["Prescript cost=2s, Postscript cost="])).to.deep.equal({
            ...none,
            preScript: 2,
        });
    });

    it("are unknown for a freeze of which a part is missing", () => {
        for (const part of ["Prepare Freeze", "Thaw cost", "Snapshot Creation"]) {
            expect(stepDurations([steps.replace(part, "Other")]).freeze, part).to.equal(undefined);
            expect(stepDurations([steps.replace(new RegExp(`${part}=[^,]*`), `${part}=`)]).freeze).to.equal(
                undefined,
            );
        }
        expect(stepDurations([steps.replace("Tag Resources", "Other")]).freeze).to.equal(1.003871);
    });

    it("are unknown if nothing is printed", () => {
        expect(stepDurations([])).to.deep.equal(none);
        expect(stepDurations(["Finish whole Processes", "cost=1s", "MyPrescript cost=1s"])).to.deep.equal(
            none,
        );
    });

    it("are the last printed ones, without unreadable ones", () => {
        expect(stepDurations(["Prescript cost=1s", "Prescript cost=2s"]).preScript).to.equal(2);
        expect(stepDurations(["Prescript cost=1s", "Prescript cost=soon"]).preScript).to.equal(undefined);
    });

    it("are read in any text without harm", () => {
        const pieces = fc.oneof(
            fc.string(),
            fc.constantFrom("Prescript cost=", "Thaw cost=", "Snapshot Creation=", "1", ".", "ms", "h", ", "),
        );
        fc.assert(
            fc.property(fc.array(fc.array(pieces).map((texts) => texts.join(""))), (messages) => {
                for (const value of Object.values(stepDurations(messages)) as (number | undefined)[]) {
                    expect(value ?? 0).to.be.at.least(0);
                }
            }),
        );
    });
});
