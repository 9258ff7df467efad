import { expect } from "chai";

import { reportIn, runReport, scriptOutputIn } from "../../../../provider/src/core/run/run-report";

const messages = [
    "Version 1.0.0.8",
    "Prescript cost=1.2s, Postscript cost=35ms",
    "Prepare Freeze=10ms, Thaw cost=1ms, Snapshot Creation=900ms, Tag Resources=144ms",
    "Finish",
];
const times = { startTime: "2025-01-02T03:04:05Z", finishedTime: "2025-01-02T03:04:17Z" };

const scripts = { preScriptOutput: "held", postScriptOutput: "released" };

describe("the report of a run", () => {
    it("contains the plugin's messages, and the durations of the command and its steps", () => {
        expect(runReport(times, { message: "Finish", messages, scripts: {} }, undefined)).to.deep.equal({
            pluginMessage: "Finish",
            pluginMessages: messages,
            durations: { command: 12, preScript: 1.2, freeze: 0.911, postScript: 0.035 },
        });
    });

    it("contains no undefined value, which the engine would refuse", () => {
        const output = { message: "", messages: [], scripts: {} };
        for (const unknown of [
            { startTime: "", finishedTime: "" },
            { ...times, finishedTime: "" },
            { ...times, startTime: "soon" },
        ]) {
            expect(runReport(unknown, output, undefined)).to.deep.equal({
                pluginMessage: "",
                pluginMessages: [],
                durations: {},
            });
        }
        const parsed = { message: "", messages: ["Prescript cost=, Postscript cost="], scripts: {} };
        const report = runReport(times, parsed, undefined);
        expect(JSON.parse(JSON.stringify(report))).to.deep.equal(report);
        expect(report.durations).to.deep.equal({ command: 12 });
    });

    it("is read from a state, as far as it is recorded", () => {
        const report = runReport(times, { message: "Finish", messages, scripts }, "show");
        expect(report).to.include({ scriptOutput: "show", ...scripts });
        expect(reportIn(Object.assign({ invokeId: "t-1", warnings: [] }, report))).to.deep.equal(report);
        expect(reportIn({ pluginMessage: "of an older release" })).to.deep.equal({
            pluginMessage: "of an older release",
        });
        expect(reportIn({})).to.deep.equal({});
    });

    it("is handled as specified for its run, even if the program has changed", () => {
        const delivered = { preScript: "delivered", postScript: "delivered" };
        for (const scriptOutput of ["show", "secret"] as const) {
            for (const linux of [delivered, { ...delivered, scriptOutput: "show" as const }]) {
                expect(scriptOutputIn({ scriptOutput, linux })).to.equal(scriptOutput);
            }
        }
        expect(scriptOutputIn({ linux: delivered }), "in a state of an older release").to.equal("secret");
        expect(reportIn({ linux: delivered })).to.deep.equal({ scriptOutput: "secret" });
        expect(scriptOutputIn({ linux: { preScriptPath: "/pre", postScriptPath: "/post" } })).to.equal(
            undefined,
        );
        expect(scriptOutputIn({})).to.equal(undefined);
    });
});
