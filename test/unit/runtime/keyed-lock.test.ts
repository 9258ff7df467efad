import { expect } from "chai";

import { KeyedLock } from "../../../provider/src/runtime/keyed-lock";
import { rejection } from "../support/rejection";

/** A task that records its start and its end, and ends on demand. */
function task(
    name: string,
    log: string[],
): { readonly run: () => Promise<string>; readonly finish: () => void; readonly fail: () => void } {
    let finish = (): void => undefined;
    let fail = (): void => undefined;
    const end = new Promise<string>((resolve, reject) => {
        finish = () => {
            resolve(name);
        };
        fail = () => {
            reject(new Error(name));
        };
    });
    return {
        run: async () => {
            log.push(`${name} starts`);
            try {
                return await end;
            } finally {
                log.push(`${name} ends`);
            }
        },
        finish,
        fail,
    };
}

function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

describe("a lock by key", () => {
    it("runs tasks of one key one after another, in their order", async () => {
        const log: string[] = [];
        const lock = new KeyedLock();
        const tasks = ["a", "b", "c"].map((name) => task(name, log));
        const results = tasks.map(({ run }) => lock.run("key", run));
        for (const { finish } of tasks.toReversed()) {
            await turn();
            finish();
        }
        expect(await Promise.all(results)).to.deep.equal(["a", "b", "c"]);
        expect(log).to.deep.equal(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
    });

    it("runs tasks of different keys side by side", async () => {
        const log: string[] = [];
        const lock = new KeyedLock();
        const [a, b] = [task("a", log), task("b", log)];
        const results = [lock.run("key a", a.run), lock.run("key b", b.run)];
        await turn();
        expect(log).to.deep.equal(["a starts", "b starts"]);
        a.finish();
        b.finish();
        await Promise.all(results);
    });

    it("reports a task that has to wait, and no other", async () => {
        const lock = new KeyedLock();
        const waited: string[] = [];
        const [a, b] = [task("a", []), task("b", [])];
        const results = [a, b].map(({ run }, index) => lock.run("key", run, () => waited.push(`${index}`)));
        a.finish();
        b.finish();
        await Promise.all(results);
        await lock.run(
            "key",
            () => Promise.resolve(),
            () => waited.push("after them"),
        );
        expect(waited).to.deep.equal(["1"]);
    });

    it("continues after a failed task, which fails only for its own caller", async () => {
        const log: string[] = [];
        const lock = new KeyedLock();
        const [a, b] = [task("a", log), task("b", log)];
        const first = rejection(lock.run("key", a.run));
        const second = lock.run("key", b.run);
        a.fail();
        b.finish();
        expect((await first).message).to.equal("a");
        expect(await second).to.equal("b");
        expect(log).to.deep.equal(["a starts", "a ends", "b starts", "b ends"]);
    });

    it("is free again once all have ended", async () => {
        const lock = new KeyedLock();
        expect(await lock.run("key", () => Promise.resolve(1))).to.equal(1);
        expect(await lock.run("key", () => Promise.resolve(2))).to.equal(2);
    });
});
