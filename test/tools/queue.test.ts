import { expect } from "chai";

function load() {
    return import("../../tools/test/queue.mjs");
}

/** Work that ends when it is told to. */
function workByHand() {
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const work = (piece: string) => {
        begun.push(piece);
        return new Promise<string>((resolve) =>
            ends.set(piece, () => {
                resolve(`${piece} done`);
            }),
        );
    };
    const end = async (piece: string) => {
        ends.get(piece)?.();
        // Everything that follows from it happens before the timers.
        await new Promise((resolve) => setTimeout(resolve));
    };
    return { begun, work, end };
}

describe("the queue of a test run", () => {
    it("has as many pieces at work as there are jobs, and begins the next when one ends", async () => {
        const { inQueue } = await load();
        const { begun, work, end } = workByHand();
        const all = inQueue(["a", "b", "c", "d"], 2, work);
        expect(begun).to.deep.equal(["a", "b"]);
        await end("b");
        expect(begun).to.deep.equal(["a", "b", "c"]);
        await end("c");
        expect(begun).to.deep.equal(["a", "b", "c", "d"]);
        await end("a");
        await end("d");
        expect(await all).to.deep.equal(["a done", "b done", "c done", "d done"]);
    });

    it("ends if there are more jobs than pieces", async () => {
        const { inQueue } = await load();
        expect(await inQueue(["a"], 3, (piece) => Promise.resolve(piece))).to.deep.equal(["a"]);
    });

    it("ends if there is nothing to do", async () => {
        const { inQueue } = await load();
        expect(await inQueue([], 3, (piece) => Promise.resolve(piece))).to.deep.equal([]);
    });
});
