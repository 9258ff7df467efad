import { expect } from "chai";

function load() {
    return import("../../tools/engine/version.mjs");
}

describe("the engine's version", () => {
    it("is read from the output of the programs", async () => {
        const { parseVersion } = await load();
        expect(parseVersion("v3.230.0")).to.deep.equal([3, 230, 0]);
        expect(parseVersion("3.231.0-alpha.1+dirty\n")).to.deep.equal([3, 231, 0]);
        expect(parseVersion("go version go1.26 linux/amd64")).to.deep.equal([1, 26, 0]);
        expect(parseVersion("command not found")).to.equal(undefined);
    });

    it("is compared number by number", async () => {
        const { isAtLeast } = await load();
        expect(isAtLeast("v3.216.0", "3.216.0")).to.equal(true);
        expect(isAtLeast("v3.1000.0", "3.216.0")).to.equal(true);
        expect(isAtLeast("v4.0.0", "3.216.9")).to.equal(true);
        expect(isAtLeast("v3.215.9", "3.216.0")).to.equal(false);
        expect(isAtLeast("v3.99.0", "3.216.0")).to.equal(false);
        expect(isAtLeast("v2.300.0", "3.216.0")).to.equal(false);
    });

    it("is too old if there is none", async () => {
        const { isAtLeast } = await load();
        expect(isAtLeast("", "3.216.0")).to.equal(false);
    });

    it("is accepted itself if it is the one that is installed", async () => {
        const { ENGINE_VERSION, OLDEST_ENGINE, isAtLeast } = await load();
        expect(isAtLeast(ENGINE_VERSION, OLDEST_ENGINE)).to.equal(true);
    });
});
