import { expect } from "chai";

import { ApiCallError } from "../../../../provider/src/cloud/ecs/api-error";
import { UnfinishedFleet } from "../../../../provider/src/core/fleet/fleet-error";
import { keptInputs } from "../../../../provider/src/core/lifecycle/outputs";
import {
    unfinishedOutputs,
    UnfinishedSnapshot,
} from "../../../../provider/src/core/lifecycle/unfinished-snapshot";
import { unfinished } from "../../../../provider/src/core/run/snapshot-result";
import { AppSnapshotError } from "../../../../provider/src/errors/app-snapshot-error";
import { withEngineErrors } from "../../../../provider/src/pulumi/engine/engine-error";
import { inClear, isSecret } from "../../../support/stack/secrets";
import { rejection } from "../../support/rejection";
import { fleetOutputsOf, inputsOf } from "../../support/samples";

const values = { instanceId: "i-1", __provider: "the serialized provider" };

function errorFor(thrown: unknown): Promise<Error> {
    return rejection(
        withEngineErrors(values, () => {
            throw thrown;
        }),
    );
}

const reason = new AppSnapshotError(
    { code: "StillInProgress", cause: "it continues", remedy: "Run it again." },
    { instanceId: "i-1", cause: new Error("hunter2") },
);
const more =
    "More: npx app-snapshot explain StillInProgress, or docs/errors.md#still-in-progress in this package.";
const open = unfinished(
    "running",
    {
        instanceId: "i-1",
        runId: undefined,
        invokeId: "t-1",
        commandId: "c-1",
        ownerToken: "owner-1",
        groupName: "before-1",
        osType: undefined,
        diskSetDigest: "digest",
        diskIds: undefined,
    },
    reason,
);
const unfinishedSnapshot = new UnfinishedSnapshot(
    "t-1",
    unfinishedOutputs(keptInputs(inputsOf(), "cn-hangzhou"), open, []),
    open.reason,
);

describe("the answer to the engine", () => {
    it("is the result of a successful call", async () => {
        expect(await withEngineErrors(values, () => Promise.resolve(42))).to.equal(42);
        expect(await withEngineErrors(values, () => 42)).to.equal(42);
    });

    it("is a message without a stack or a cause", async () => {
        const error = await errorFor(reason);
        expect(error).to.be.instanceOf(Error);
        expect(error.message).to.equal(`${reason.message}\n${more}`);
        expect(error.cause).to.equal(undefined);
        expect(error).not.to.have.property("properties");
    });

    it("is not a second copy of the message if the runtime prints the error and its stack beside it", async () => {
        for (const thrown of [reason, unfinishedSnapshot]) {
            const error = await errorFor(thrown);
            expect(`${error.toString()}: ${error.stack}`).to.equal(
                "StillInProgress: see the error of the resource",
            );
        }
    });

    it("is an API error with its cause and remedy, and anything else as an unexpected error", async () => {
        const call = new ApiCallError("RunCommand", "Forbidden.RAM", "no", "never");
        expect((await errorFor(call)).message).to.include("What to do:");
        expect((await errorFor(new TypeError("x is undefined"))).message).to.match(/^UnexpectedError: /);
        expect((await errorFor("text")).message).to.include("Details: text");
    });

    it("is an unfinished snapshot with its id, its outputs, the provider and a reason, so that it is kept", async () => {
        const error = (await errorFor(unfinishedSnapshot)) as Error & {
            readonly id: string;
            readonly properties: Record<string, unknown>;
            readonly reasons: string[];
        };
        expect(error.id).to.equal("t-1");
        expect(error.properties["__provider"]).to.equal("the serialized provider");
        expect(error.properties).to.deep.include({
            instanceId: "i-bp1sample",
            regionId: "cn-hangzhou",
            invokeId: "t-1",
            commandId: "c-1",
            pending: {
                phase: "running",
                invokeId: "t-1",
                groupName: "before-1",
                diskSetDigest: "digest",
                reason: "StillInProgress",
            },
        });
        expect(error.reasons).to.deep.equal([`${reason.message}\nIn the cloud: invocation t-1.\n${more}`]);
    });

    it("is an unfinished fleet likewise, with its reports as a secret if one of them is", async () => {
        const outputs = fleetOutputsOf({
            reports: { "i-1": { pluginMessage: "m", scriptOutput: "secret" } },
        });
        const error = (await errorFor(new UnfinishedFleet("fleet-1", outputs, reason))) as Error & {
            readonly id: string;
            readonly properties: Record<string, unknown>;
            readonly reasons: string[];
        };
        expect(error.id).to.equal("fleet-1");
        expect(error.reasons).to.deep.equal([`${reason.message}\n${more}`]);
        expect(isSecret(error.properties["reports"])).to.equal(true);
        expect(inClear(error.properties)).to.deep.equal({
            ...outputs,
            __provider: "the serialized provider",
        });
    });

    it("has no undefined value anywhere, which the engine could not take", async () => {
        const error = (await errorFor(unfinishedSnapshot)) as Error & { readonly properties: unknown };
        expect(JSON.parse(JSON.stringify(error.properties))).to.deep.equal(error.properties);
    });
});
