import { expect } from "chai";

function beginning() {
    return import("../../../tools/live-test/beginning.mjs");
}

describe("the name of a live test", () => {
    it("is its own, also if another one begins in the same moment: it deletes the orphans of its name", async () => {
        const { stackNameAt } = await beginning();
        const now = new Date("2026-01-02T03:04:05.678Z");
        expect(stackNameAt(now)).to.match(/^live-test-20260102030405-[0-9a-f]{8}$/);
        expect(stackNameAt(now)).not.to.equal(stackNameAt(now));
    });
});

describe("the end of a killed live test", () => {
    /** Lets an engine work for some looks; tells whether its end was seen, and what was said. */
    async function wait(looks: number, interruptedAfter = Infinity) {
        const { engineHasEnded } = await beginning();
        const said: string[] = [];
        let pauses = 0;
        const hasEnded = await engineHasEnded(
            { isInUse: () => Promise.resolve(pauses < looks) },
            {
                locks: "/report/locks",
                say: (line) => said.push(line),
                pause: () => {
                    pauses++;
                    return Promise.resolve();
                },
                isInterrupted: () => pauses >= interruptedAfter,
            },
        );
        return { hasEnded, pauses, said: said.join("\n") };
    }

    it("waits for an engine that is still at work", async () => {
        expect(await wait(0)).to.deep.equal({ hasEnded: true, pauses: 0, said: "" });
        expect(await wait(3)).to.include({ hasEnded: true, pauses: 3 });
    });

    it("does not begin if the user stops waiting, because the process may be another one by now", async () => {
        const { hasEnded, pauses, said } = await wait(Infinity, 2);
        expect({ hasEnded, pauses }).to.deep.equal({ hasEnded: false, pauses: 2 });
        expect(said).to.match(
            /^The engine .* still at work.*\nNothing was deleted\. .* delete '\/report\/locks'/s,
        );
    });
});
