import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { codeSpans, document, root, section, tableRows } from "./support/markdown";

const rows = tableRows(section(document("docs/tests.md"), "## Promises and their tests"));

describe("the list of promises and their tests", () => {
    it("has rows", () => {
        expect(rows.length).to.be.above(30);
    });

    for (const [promise = "", tests = ""] of rows) {
        it(`names existing tests for: ${promise}`, () => {
            const files = codeSpans(tests);
            expect(files).not.to.be.empty;
            for (const file of files) {
                expect(file)
                    .to.match(/\.test\.ts$/)
                    .and.not.match(/\.full\./);
                expect(existsSync(join(root, file)), file).to.equal(true);
            }
        });
    }
});
