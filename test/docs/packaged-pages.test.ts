import { expect } from "chai";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brokenLinks } from "./support/links";
import { codeBlocks, document, root } from "./support/markdown";

describe("the documentation that comes with the package", () => {
    it("leads nowhere but to itself", async () => {
        const { writePages } = await import("../../tools/package-docs.mjs");
        const folder = await mkdtemp(join(tmpdir(), "app-snapshot-pages-"));
        try {
            await writePages(folder);
            for (const file of ["README.md", "LICENSE"]) {
                await copyFile(join(root, "provider", file), join(folder, file));
            }
            const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".md"));
            expect(files).to.include.members([
                ...["README.md", "docs/README.md", "docs/questions.md", "docs/errors.md"],
                ...["docs/how-it-works.md", "docs/recipes/README.md", "docs/recipes/mysql.md"],
            ]);
            expect(brokenLinks(folder, files)).to.deep.equal([]);
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    });

    it("keeps a link to what is there, and the words of one to what is not", async () => {
        const { packagedPage } = await import("../../tools/package-docs.mjs");
        const places = new Map([
            ["README.md", "docs/README.md"],
            ["docs/errors.md", "docs/errors.md"],
        ]);
        expect(
            packagedPage("[a](docs/errors.md#api), [b](#limits), [c](examples/x.ts)", "README.md", places),
        ).to.equal("[a](errors.md#api), [b](#limits), c");
        expect(packagedPage("[a](../README.md)", "docs/errors.md", places)).to.equal("[a](README.md)");
    });

    it("has the three policies in its first page, the same as in the README", () => {
        const policies = codeBlocks(document("README.md"), "json");
        expect(policies).to.have.length(3);
        expect(codeBlocks(document("provider/README.md"), "json")).to.deep.equal(policies);
    });
});
