import { expect } from "chai";

import { fleetError } from "../../../../provider/src/core/fleet/fleet-error";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { ownErrors } from "../../../../provider/src/errors/own-errors";

function errorOf(entry: keyof typeof ownErrors, instanceId: string): AppSnapshotError {
    return new AppSnapshotError(ownErrors[entry], { instanceId });
}

function urgentError(instanceId: string): AppSnapshotError {
    const entry = {
        code: "PluginThawFailed",
        cause: "it is frozen",
        remedy: "Thaw it.",
        urgent: true,
    } as const;
    return new AppSnapshotError(entry, { instanceId });
}

/** A fleet of that many instances. */
function fleetOf(count: number): Parameters<typeof fleetError>[1] {
    const instances = Array.from({ length: count }, (_, index) => ({
        inputs: { instanceId: `i-${index + 1}` },
    }));
    return { instances } as unknown as Parameters<typeof fleetError>[1];
}

describe("the error of a fleet", () => {
    it("is that of its only instance", () => {
        const error = errorOf("AgentOffline", "i-1");
        expect(fleetError(new Map([["i-1", error]]), fleetOf(1))).to.equal(error);
    });

    it("quotes the error of each instance", () => {
        const errors = [errorOf("AgentOffline", "i-1"), errorOf("InstanceLocked", "i-2")];
        const { message, code } = fleetError(
            new Map(errors.map((error) => [error.instanceId ?? "", error])),
            fleetOf(3),
        );
        expect(code).to.equal("InstancesFailed");
        expect(message).to.include("2 of 3 instances");
        for (const error of errors) {
            expect(message)
                .to.include(error.remedy)
                .and.to.include(error.instanceId ?? "");
        }
    });

    it("quotes what was only not begun after the causes of that", () => {
        const errors = [
            errorOf("NotBegun", "i-1"),
            errorOf("AgentOffline", "i-2"),
            errorOf("NotBegun", "i-3"),
        ];
        const { message } = fleetError(
            new Map(errors.map((error) => [error.instanceId ?? "", error])),
            fleetOf(3),
        );
        expect(message.indexOf("AgentOffline")).to.be.below(message.indexOf("NotBegun"));
        expect(message.indexOf("NotBegun")).to.be.above(-1);
    });

    it("quotes errors of one kind once, and names their instances, so that a thousand can be read", () => {
        const ids = Array.from({ length: 1_000 }, (_, index) => `i-${index + 1}`);
        const { message } = fleetError(
            new Map(ids.map((id) => [id, errorOf("AgentOffline", id)])),
            fleetOf(1_000),
        );
        expect(message.split(ownErrors.AgentOffline.cause)).to.have.length(2);
        expect(message).to.include("AgentOffline also: i-2, i-3, ").and.to.include("i-21, 979 more.");
        expect(message.length).to.be.below(2_500);
    });

    it("names everything that exists in the cloud, also of errors of one kind", () => {
        const errors = new Map(
            ["1", "2"].map((id) => [
                `i-${id}`,
                errorOf("StillInProgress", `i-${id}`).with({ resources: { invokeId: `t-${id}` } }),
            ]),
        );
        const { message } = fleetError(errors, fleetOf(2));
        expect(message).to.include("invocation t-1").and.to.include("invocation t-2");
    });

    it("begins with what is urgent, and quotes all of that", () => {
        const errors = new Map([
            ["i-1", errorOf("AgentOffline", "i-1")],
            ["i-2", urgentError("i-2")],
            ["i-3", urgentError("i-3")],
        ]);
        const error = fleetError(errors, fleetOf(3));
        expect(error.entry.urgent).to.equal(true);
        expect(error.message).to.match(/i-2: PluginThawFailed[^]*i-3: PluginThawFailed[^]*i-1: AgentOffline/);
    });
});
