import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { brokenLinks } from "./support/links";
import { codeBlocks, document, root } from "./support/markdown";
import { pages, sourceFiles } from "./support/sources";

describe("the documentation that comes with the package", () => {
    it("links only to itself", async () => {
        const { writePages } = await import("../../tools/package-docs.mjs");
        const folder = await mkdtemp(join(tmpdir(), "app-snapshot-pages-"));
        try {
            await writePages(folder);
            for (const file of ["README.md", "LICENSE"]) {
                await copyFile(join(root, "provider", file), join(folder, file));
            }
            const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".md"));
            expect(files).to.include.members([
                ...["README.md", "docs/README.md", "docs/CHANGELOG.md", "docs/SECURITY.md"],
                ...pages.filter((page) => page.startsWith("docs/") && page !== "docs/tests.md"),
            ]);
            expect(brokenLinks(folder, files)).to.deep.equal([]);
        } finally {
            await rm(folder, { recursive: true, force: true });
        }
    });

    it("keeps links to pages in the package, and only the text of others", async () => {
        const { packagedPage } = await import("../../tools/package-docs.mjs");
        const places = new Map([
            ["README.md", "docs/README.md"],
            ["docs/errors.md", "docs/errors.md"],
        ]);
        expect(
            packagedPage("[a](docs/errors.md#api), [b](#limits), [c](examples/x.ts)", "README.md", places),
        ).to.equal("[a](errors.md#api), [b](#limits), c");
        expect(
            packagedPage("![a row](docs/pictures/a.svg) ![b](docs/errors.md)", "README.md", places),
        ).to.equal("a row ![b](errors.md)");
        expect(packagedPage("[a](../README.md)", "docs/errors.md", places)).to.equal("[a](README.md)");
    });

    it("has every page that a message names", () => {
        const named = new Set(
            sourceFiles("provider/src").flatMap(
                (path) => document(path).match(/\bdocs\/[\w/-]+\.md\b/g) ?? [],
            ),
        );
        expect([...named]).to.include.members(["docs/requirements.md", "docs/configuration.md"]);
        const packaged = pages.filter((page) => page !== "docs/tests.md");
        expect([...named].filter((page) => !packaged.includes(page))).to.deep.equal([]);
    });

    it("has the three policies in its first page, the same as in the requirements", () => {
        const policies = codeBlocks(document("docs/requirements.md"), "json");
        expect(policies).to.have.length(3);
        expect(codeBlocks(document("provider/README.md"), "json")).to.deep.equal(policies);
    });
});
