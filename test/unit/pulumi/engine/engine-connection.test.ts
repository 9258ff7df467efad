import { expect } from "chai";

import {
    connectToEngine,
    type EngineConnection,
} from "../../../../provider/src/pulumi/engine/engine-connection";
import { type EngineServer, startEngineServer } from "../../support/engine-server";
import { rejection } from "../../support/rejection";

function connectionTo({ address }: EngineServer): EngineConnection {
    const connection = connectToEngine(["node", "provider", address]);
    if (connection === undefined) {
        throw new Error(`${address} is no address.`);
    }
    return connection;
}

describe("the connection to the engine", () => {
    let server: EngineServer;

    afterEach(() => {
        server.stop();
    });

    it("tells whether the engine is alive, during its life and afterwards", async () => {
        server = await startEngineServer();
        const connection = connectionTo(server);
        expect(await connection.isThere()).to.equal(true);
        server.stop();
        expect(await connection.isThere()).to.equal(false);
        expect(await rejection(connection.send(message))).to.be.instanceOf(Error);
    });

    it("considers an engine that answers with an error alive", async () => {
        server = await startEngineServer(false);
        expect(await connectionTo(server).isThere()).to.equal(true);
    });

    it("shows a message in its row, and nothing when it only asks", async () => {
        server = await startEngineServer();
        const connection = connectionTo(server);
        await connection.isThere();
        await connection.send(message);
        expect(server.shown).to.deep.equal([{ severity: 2, message: "text", urn: "urn", ephemeral: true }]);
    });

    it("shows messages one after another, and knows when all are shown", async () => {
        server = await startEngineServer();
        const connection = connectionTo(server);
        const texts = ["a", "b", "c", "d", "e", "f", "g", "h"];
        const sent = texts.map((text) => connection.send({ ...message, message: text }));
        expect(server.shown).to.be.empty;
        await connection.allSent();
        expect(server.shown.map((shown) => shown.message)).to.deep.equal(texts);
        await Promise.all(sent);
    });

    it("continues with the next one when one could not be shown", async () => {
        server = await startEngineServer();
        const connection = connectionTo(server);
        server.stop();
        const lost = [connection.send(message), connection.send(message)];
        await connection.allSent();
        for (const one of lost) {
            expect(await rejection(one)).to.be.instanceOf(Error);
        }
    });

    const message = { severity: "warning", message: "text", urn: "urn", ephemeral: true } as const;
});

describe("a process without an engine", () => {
    it("has no connection, whatever else its arguments are", () => {
        for (const argv of [[], ["node"], ["node", "mocha.js", "test/unit/a.test.ts"], ["--port:x"]]) {
            expect(connectToEngine(argv), argv.join(" ")).to.equal(undefined);
        }
    });
});
