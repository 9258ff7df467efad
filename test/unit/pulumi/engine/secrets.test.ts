import { expect } from "chai";

import { withSecretMessages, withSecretScripts } from "../../../../provider/src/pulumi/engine/secrets";
import { Session } from "../../../../provider/src/pulumi/engine/session";
import { appConsistentSnapshotProvider } from "../../../../provider/src/pulumi/engine/snapshot-provider";
import { inClear, isSecret } from "../../../support/stack/secrets";
import { deliveredScripts, inputsOf, pendingOf } from "../../support/samples";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const said = { pluginMessage: "Finish", pluginMessages: ["Begin", "Finish"] };

describe("the secrets that the engine is told of", () => {
    it("are the texts of scripts among checked inputs, and nothing else", async () => {
        const inputs = {
            ...inputsOf({ linux: { ...deliveredScripts, keepScripts: true } }),
            regionId: "cn-beijing",
        };
        const checked = await appConsistentSnapshotProvider(new Session({}, [])).check({}, inputs);
        expect(checked.failures).to.deep.equal([]);
        const { linux, ...others } = checked.inputs as Readonly<Record<string, Record<string, unknown>>>;
        expect(isSecret(linux?.["preScript"]) && isSecret(linux["postScript"])).to.equal(true);
        expect(linux?.["keepScripts"]).to.equal(true);
        expect(JSON.stringify(others)).not.to.include("value");
        expect(inClear(checked.inputs)).to.deep.equal(inputs);
    });

    it("are no unknown or missing values, and no other types", () => {
        for (const linux of [
            unknown,
            undefined,
            null,
            "text",
            ["text"],
            { preScript: unknown, postScript: null },
            { preScriptPath: "/pre", postScriptPath: "/post" },
        ]) {
            expect(withSecretScripts({ linux })).to.deep.equal({ linux });
        }
        expect(withSecretScripts({ instanceId: "i-1" })).to.deep.equal({ instanceId: "i-1" });
    });

    it("include the plugin's output if that of the scripts is secret", () => {
        for (const outputs of [
            { ...said, scriptOutput: "secret" as const, invokeId: "t-1" },
            { ...said, linux: { preScript: "delivered" }, invokeId: "t-1" },
        ]) {
            const marked = withSecretMessages(outputs);
            expect(isSecret(marked["pluginMessage"]) && isSecret(marked["pluginMessages"])).to.equal(true);
            expect(marked["invokeId"]).to.equal("t-1");
            expect(inClear(marked)).to.deep.equal(outputs);
        }
        const shown = { ...said, scriptOutput: "show" as const, linux: { preScript: "delivered" } };
        expect(withSecretMessages(shown)).to.deep.equal(shown);
        expect(withSecretMessages(said)).to.deep.equal(said);
        expect(withSecretMessages({ scriptOutput: "secret" })).to.deep.equal({ scriptOutput: "secret" });
    });

    it("are the same after a refresh", async () => {
        const provider = appConsistentSnapshotProvider(new Session({}, []));
        const state = {
            ...said,
            scriptOutput: "secret",
            regionId: "cn-beijing",
            pending: pendingOf("running"),
        };
        const read: { readonly props?: unknown } = await provider.read("t-1", state);
        const marked = read.props as Readonly<Record<string, unknown>>;
        expect(isSecret(marked["pluginMessage"]) && isSecret(marked["pluginMessages"])).to.equal(true);
    });
});
