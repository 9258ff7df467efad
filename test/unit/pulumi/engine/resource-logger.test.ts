import { expect } from "chai";

import type {
    EngineConnection,
    EngineMessage,
} from "../../../../provider/src/pulumi/engine/engine-connection";
import { resourceLogger } from "../../../../provider/src/pulumi/engine/resource-logger";

function connection(): EngineConnection & { readonly sent: EngineMessage[] } {
    const sent: EngineMessage[] = [];
    return {
        sent,
        isThere: () => Promise.resolve(true),
        allSent: () => Promise.resolve(),
        send: (message) => {
            sent.push(message);
            return Promise.resolve();
        },
    };
}

describe("a resource's logger", () => {
    it("shows its status in the resource's row, until the next one comes", () => {
        const engine = connection();
        resourceLogger(engine, "urn").status("at work");
        expect(engine.sent).to.deep.equal([
            { severity: "info", message: "at work", urn: "urn", ephemeral: true },
        ]);
    });

    it("does not repeat a status", () => {
        const engine = connection();
        const log = resourceLogger(engine, "urn");
        for (const message of ["a", "a", "b", "a"]) {
            log.status(message);
        }
        expect(engine.sent.map(({ message }) => message)).to.deep.equal(["a", "b", "a"]);
    });

    it("keeps everything else, and never sends an error, which would fail the update", () => {
        const engine = connection();
        const log = resourceLogger(engine, undefined);
        log.info("i");
        log.warn("w");
        log.debug("d");
        expect(engine.sent.map(({ severity, ephemeral }) => [severity, ephemeral])).to.deep.equal([
            ["info", false],
            ["warning", false],
            ["debug", false],
        ]);
    });

    it("works without an engine, and after the engine is gone", async () => {
        resourceLogger(undefined, "urn").warn("w");
        let unhandled = 0;
        const count = (): void => {
            unhandled += 1;
        };
        process.on("unhandledRejection", count);
        const gone = { ...connection(), send: () => Promise.reject(new Error("gone")) };
        resourceLogger(gone, "urn").warn("w");
        await new Promise((resolve) => setImmediate(resolve));
        process.off("unhandledRejection", count);
        expect(unhandled).to.equal(0);
    });
});
