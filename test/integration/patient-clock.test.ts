import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { defaultRequestTimeouts } from "../../provider/src/cloud/ecs/sdk-client";
import { rejection } from "../unit/support/rejection";
import { PatientClock } from "./support/patient-clock";
import { RequestsInFlight } from "./support/requests-in-flight";

/** Waits for many turns of the event loop, after which everything has happened that needs no work. */
async function manyTurns(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}

describe("the clock of a provider and its emulator", () => {
    it("advances to the earliest deadline when nobody works, whoever fell asleep first", async () => {
        const clock = new PatientClock();
        const start = clock.now();
        const woken: string[] = [];
        const note = (name: string): void => void woken.push(`${name} at ${clock.now() - start}`);
        await Promise.all([
            clock.sleep(3_600_000).then(() => {
                note("an hour");
            }),
            clock.sleep(1_000).then(async () => {
                note("a second");
                await clock.sleep(500);
                note("half a second more");
            }),
            new Promise<void>((resolve) =>
                clock.after(2_000, () => {
                    note("two seconds");
                    resolve();
                }),
            ),
        ]);
        expect(woken).to.deep.equal([
            "a second at 1000",
            "half a second more at 1500",
            "two seconds at 2000",
            "an hour at 3600000",
        ]);
    });

    it("stands still while anybody works", async () => {
        const clock = new PatientClock();
        const start = clock.now();
        let woken = false;
        const works = [clock.work("one"), clock.work("another")];
        const slept = clock.sleep(10).then(() => {
            woken = true;
        });
        await manyTurns();
        works[0]?.();
        works[0]?.();
        await manyTurns();
        expect({ woken, time: clock.now() - start }).to.deep.equal({ woken: false, time: 0 });
        expect(clock.toString()).to.equal("at work: another #2; asleep, for milliseconds: 10");
        works[1]?.();
        await slept;
        expect(clock.now() - start).to.equal(10);
    });

    it("lets woken sleepers work before it wakes the next", async () => {
        const clock = new PatientClock();
        const start = clock.now();
        const worked = clock.sleep(10).then(async () => {
            const end = clock.work();
            await manyTurns();
            end();
            return clock.now() - start;
        });
        await clock.sleep(20);
        expect(await worked).to.equal(10);
    });

    it("wakes nobody who is told to stop waiting", async () => {
        const clock = new PatientClock();
        const abort = new AbortController();
        const end = clock.work();
        const slept = rejection(clock.sleep(10, abort.signal));
        const cancel = clock.after(10, () => {
            throw new Error("woken");
        });
        abort.abort(new Error("enough"));
        cancel();
        expect((await slept).message).to.equal("enough");
        expect((await rejection(clock.sleep(10, abort.signal))).message).to.equal("enough");
        end();
        await manyTurns();
        expect(clock.toString()).to.equal("at work: nobody; asleep, for milliseconds: nobody");
    });

    it("stands still for good once it is stopped", async () => {
        const clock = new PatientClock();
        const start = clock.now();
        void clock.sleep(10);
        clock.stop();
        await manyTurns();
        expect(clock.now()).to.equal(start);
    });
});

describe("requests in flight", () => {
    let server: http.Server;
    let url: string;
    let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
    let clock: PatientClock;
    let requests: RequestsInFlight;

    beforeEach(async () => {
        server = http.createServer((request, response) => {
            answer(request, response);
        });
        server.listen(0, "127.0.0.1");
        await once(server, "listening");
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        clock = new PatientClock();
        requests = new RequestsInFlight(clock, new URL(url).host);
    });

    afterEach(() => {
        requests.close();
        server.closeAllConnections();
        server.close();
    });

    /** Makes a request; resolves with the time of the clock at its end, successful or not. */
    async function timed(agent?: http.Agent): Promise<{ readonly time: number; readonly failed: boolean }> {
        const start = clock.now();
        const request = http.get(url, agent === undefined ? {} : { agent });
        const read = once(request, "response").then(async ([response]: http.IncomingMessage[]) => {
            await once(response?.resume() ?? request, "end");
        });
        const failed = await read.then(
            () => false,
            () => true,
        );
        return { time: clock.now() - start, failed };
    }

    it("keep a clock still until the end of their answer", async () => {
        answer = (_, response) => {
            void manyTurns().then(() => {
                response.write("some");
                void manyTurns().then(() => response.end("more"));
            });
        };
        // On one connection, so the second request finds it open.
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const slept = clock.sleep(10).then(() => clock.now());
        const before = clock.now();
        expect(await timed(agent)).to.deep.equal({ time: 0, failed: false });
        expect((await slept) - before).to.equal(10);
        const second = timed(agent);
        void clock.sleep(10);
        expect(await second).to.deep.equal({ time: 0, failed: false });
        agent.destroy();
    });

    it("keep the clock still until their connection breaks", async () => {
        answer = (_, response) => {
            void manyTurns().then(() => response.destroy());
        };
        const ended = timed();
        void clock.sleep(10);
        expect(await ended).to.deep.equal({ time: 0, failed: true });
    });

    it("do not if they go elsewhere", async () => {
        requests.close();
        requests = new RequestsInFlight(clock, "127.0.0.1:1");
        let slept: Promise<void> | undefined;
        answer = (_, response) => {
            slept = clock.sleep(10).then(() => {
                response.end();
            });
        };
        expect(await timed()).to.deep.equal({ time: 10, failed: false });
        await slept;
    });

    it("are given up after the SDK's time limit, by the clock, if they get no answer", async () => {
        answer = ({ socket }) => {
            requests.giveUp(socket.remotePort ?? 0);
        };
        const start = clock.now();
        const request = http.get(url);
        await once(request, "timeout");
        expect(clock.now() - start).to.equal(defaultRequestTimeouts.connectMs);
        await new Promise((resolve) => {
            request.on("error", () => undefined).on("close", resolve);
            request.destroy();
        });
        expect(clock.toString()).to.equal("at work: nobody; asleep, for milliseconds: nobody");
    });
});
