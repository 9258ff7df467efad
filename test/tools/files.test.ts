import { resolve } from "node:path";

import { expect } from "chai";

import { removeScratchFolders, scratchFolder } from "./scratch";

describe("the files of a test run", () => {
    let root = "";
    before(() => {
        root = scratchFolder({
            "test/unit/a.test.ts": "",
            "test/unit/deep/b.test.ts": "",
            "test/unit/support.ts": "",
            "test/proof/c.test.ts": "",
            "test/proof/c.full.test.ts": "",
        });
    });
    after(removeScratchFolders);

    const files = async (full: boolean, ...named: string[]) => {
        const { testFiles } = await import("../../tools/test/files.mjs");
        return testFiles({ root, full, named });
    };

    it("are all tests but the long forms", async () => {
        expect(await files(false)).to.have.members([
            "test/proof/c.test.ts",
            "test/unit/a.test.ts",
            "test/unit/deep/b.test.ts",
        ]);
    });

    it("are only the long forms on demand", async () => {
        expect(await files(true)).to.deep.equal(["test/proof/c.full.test.ts"]);
    });

    it("are those of a folder that is named, at any depth", async () => {
        expect(await files(false, "test/unit/")).to.have.members([
            "test/unit/a.test.ts",
            "test/unit/deep/b.test.ts",
        ]);
    });

    it("are the files that are named, with any name", async () => {
        expect(await files(false, "./test/unit/a.test.ts", "test/proof/c.full.test.ts")).to.deep.equal([
            "test/unit/a.test.ts",
            "test/proof/c.full.test.ts",
        ]);
    });

    it("have a file once, however often it is named", async () => {
        expect(await files(false, "test/proof", resolve(root, "test/proof/c.test.ts"))).to.deep.equal([
            "test/proof/c.test.ts",
        ]);
    });

    it("leave missing files to mocha, which reports them", async () => {
        expect(await files(false, "test/**/*.test.ts")).to.deep.equal(["test/**/*.test.ts"]);
    });
});
