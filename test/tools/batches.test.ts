import { existsSync, readdirSync } from "node:fs";

import { expect } from "chai";

function load() {
    return import("../../tools/test/batches.mjs");
}

describe("the batches of a test run", () => {
    it("are one for each long file", async () => {
        const { batchesOf } = await load();
        expect(batchesOf(["test/e2e/b.test.ts", "test/e2e/a.test.ts"])).to.deep.equal([
            { name: "test/e2e/b.test.ts", files: ["test/e2e/b.test.ts"] },
            { name: "test/e2e/a.test.ts", files: ["test/e2e/a.test.ts"] },
        ]);
    });

    it("are one for each folder of quick files", async () => {
        const { batchesOf } = await load();
        expect(
            batchesOf(["test/docs/a.test.ts", "test/unit/x/b.test.ts", "test/unit/y/c.test.ts"]),
        ).to.deep.equal([
            { name: "test/docs/a.test.ts", files: ["test/docs/a.test.ts"] },
            { name: "test/unit (2 files)", files: ["test/unit/x/b.test.ts", "test/unit/y/c.test.ts"] },
        ]);
    });

    it("are one for each of the long forms, whatever their folder", async () => {
        const { batchesOf } = await load();
        expect(batchesOf(["test/unit/a.full.test.ts", "test/unit/b.full.test.ts"])).to.have.length(2);
    });

    it("begin with the long files, in the order of the table", async () => {
        const { batchesOf } = await load();
        const files = ["test/docs/a.test.ts", "test/recipes/b.test.ts", "test/proof/c.test.ts"];
        expect(batchesOf(files).flatMap((batch) => batch.files)).to.deep.equal(files.toReversed());
    });

    it("have every file once", async () => {
        const { batchesOf } = await load();
        const { testFiles } = await import("../../tools/test/files.mjs");
        const files = testFiles({ root: ".", full: false, named: [] });
        const batched = batchesOf(files).flatMap((batch) => batch.files);
        expect(batched.toSorted()).to.deep.equal(files.toSorted());
    });

    it("know no long file that does not exist", async () => {
        const { LONG } = await load();
        const all = readdirSync("test", { recursive: true, encoding: "utf8" }).map((name) => `test/${name}`);
        const gone = LONG.filter(
            (beginning) => !existsSync(beginning) && !all.some((name) => name.startsWith(beginning)),
        );
        expect(gone).to.deep.equal([]);
    });
});
