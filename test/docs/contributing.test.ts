import { existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { expect } from "chai";

import { codeSpans, document, root, section, tableRows } from "./support/markdown";
import { sourceFiles } from "./support/sources";

const page = document("CONTRIBUTING.md");

/** The folders that paths in a text start from, besides the folder of the path before them. */
const beginnings = [".", "provider/src"];

/** Returns the paths in a text that do not exist. A bare file name belongs to the folder named before it. */
function missingPaths(text: string): string[] {
    let folder: string | undefined;
    return codeSpans(text)
        .map((span) => span.replace("NAME", "mysql"))
        .filter((span) => /^[\w./-]*\/[\w./-]*$|^[\w.-]+\.(?:ts|mjs|md)$/.test(span))
        .filter((span) => {
            const found = [...beginnings, ...(folder === undefined ? [] : [folder])]
                .map((beginning) => join(root, beginning, span))
                .find((path) => existsSync(path));
            if (found !== undefined) {
                folder = relative(root, statSync(found).isDirectory() ? found : dirname(found));
            }
            return found === undefined;
        });
}

describe("the page for contributors", () => {
    it("has a sentence for each folder of the sources, the highest layer first", async () => {
        const { LAYERS } = await import("../../.dependency-cruiser.mjs");
        const rows = tableRows(section(page, "## Architecture"));
        expect(rows.map(([folder = ""]) => codeSpans(folder).join())).to.deep.equal(LAYERS.flat());
        expect(rows.filter(([, sentence = ""]) => sentence === "")).to.deep.equal([]);
    });

    it("has no layer without sources, and no sources without a layer", async () => {
        const { LAYERS } = await import("../../.dependency-cruiser.mjs");
        const folders = sourceFiles("provider/src")
            .map((path) => dirname(relative("provider/src", path)).replaceAll("\\", "/"))
            .filter((folder) => folder !== ".");
        expect([...new Set(folders)]).to.have.members(LAYERS.flat());
    });

    it("says where to add what", () => {
        const what = ["An exit code", "An error", "An API call", "A recipe", "An input", "An output"];
        for (const heading of [...what, "A CLI option or command", "A test"]) {
            expect(section(page, `### ${heading}`).trim(), heading).not.to.equal("");
        }
    });

    it("names paths that exist", () => {
        const steps = page.split(/\n\n|\n(?=\d\. |- |\|)/);
        expect(steps.flatMap(missingPaths)).to.deep.equal([]);
    });

    it("has a page on how it works that names sources that exist", () => {
        const sources = sourceFiles("provider/src");
        const named = codeSpans(document("docs/how-it-works.md")).filter((span) => span.endsWith(".ts"));
        expect(named).to.include("core/run/run-progress.ts");
        expect(named.filter((span) => !sources.some((path) => path.endsWith(`/${span}`)))).to.deep.equal([]);
    });

    it("would not pass with a path that does not exist", () => {
        const text =
            "Add it to `provider/src/errors/exit-codes.ts`, `own-errors.ts`, `other.ts` and `test/nowhere`.";
        expect(missingPaths(text)).to.deep.equal(["other.ts", "test/nowhere"]);
    });
});
