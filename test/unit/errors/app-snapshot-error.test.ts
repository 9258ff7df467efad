import { expect } from "chai";

import { AppSnapshotError, combine } from "../../../provider/src/errors/app-snapshot-error";

const entry = { code: "Sample", cause: "something happened", remedy: "Do something." };

describe("an error's message", () => {
    it("says what happened and gives the remedy", () => {
        expect(new AppSnapshotError(entry).message).to.equal(
            "Sample: something happened.\nWhat to do: Do something.",
        );
    });

    it("names the instance, the exit code, the details and the remains in the cloud", () => {
        const error = new AppSnapshotError(entry, {
            instanceId: "i-1",
            exitCode: 8,
            detail: "the plugin's words",
            resources: {
                snapshotGroupId: "ssg-1",
                snapshotIds: ["s-1", "s-2"],
                invokeId: "t-1",
                requestId: "R-1",
            },
        });
        expect(error.message.split("\n")).to.deep.equal([
            "Sample: something happened (instance i-1, exit code 8).",
            "Details: the plugin's words",
            "What to do: Do something.",
            "In the cloud: snapshot group ssg-1, snapshots s-1, s-2, invocation t-1, request R-1.",
        ]);
    });

    it("leaves out unknown parts", () => {
        const error = new AppSnapshotError(entry, {
            instanceId: undefined,
            detail: "",
            resources: { snapshotGroupId: undefined, snapshotIds: [] },
        });
        expect(error.message).not.to.match(/Details|cloud|undefined|\(/);
    });
});

describe("an error", () => {
    it("has its parts as fields", () => {
        const cause = new Error("inner");
        const error = new AppSnapshotError(entry, { instanceId: "i-1", exitCode: 8, cause });
        expect(error).to.include({
            name: "AppSnapshotError",
            code: "Sample",
            remedy: "Do something.",
            instanceId: "i-1",
            exitCode: 8,
            cause,
        });
    });

    it("can be extended, without a change of itself", () => {
        const error = new AppSnapshotError(entry, { exitCode: 8, resources: { invokeId: "t-1" } });
        const more = error.with({ instanceId: "i-1", resources: { snapshotGroupId: "ssg-1" } });
        expect(more).to.include({ instanceId: "i-1", exitCode: 8, code: "Sample" });
        expect(more.resources).to.deep.equal({ invokeId: "t-1", snapshotGroupId: "ssg-1" });
        expect(error.instanceId).to.equal(undefined);
        expect(error.resources).to.deep.equal({ invokeId: "t-1" });
    });
});

describe("several errors", () => {
    const first = new AppSnapshotError(entry, { instanceId: "i-1" });
    const second = new AppSnapshotError({ ...entry, code: "Other" }, { instanceId: "i-1" });

    it("stay the same error if there is only one", () => {
        expect(combine([first])).to.equal(first);
    });

    it("name possible further problems, one or many", () => {
        expect(combine([first], "Or else.").message.split("\n")).to.deep.equal([
            "Sample: something happened (instance i-1).",
            "Details: Or else.",
            "What to do: Do something.",
        ]);
        expect(combine([first, second], "Or else.").message).to.match(
            /Nothing has been changed so far\. Or else\.$/,
        );
    });

    it("become one that lists them all, each with its remedy", () => {
        const error = combine([first, second]);
        expect(error.code).to.equal("SeveralProblems");
        expect(error.instanceId).to.equal("i-1");
        expect(error.message).to.include("2 problems were found (instance i-1)");
        expect(error.message).to.include("\n  1. Sample: something happened");
        expect(error.message).to.include("\n  2. Other: something happened");
        expect(error.message.match(/What to do: Do something\./g)).to.have.length(2);
    });
});
