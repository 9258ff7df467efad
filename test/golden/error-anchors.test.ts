import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { anchorOf } from "../../provider/src/errors/address";
import { apiErrorEntry } from "../../provider/src/errors/api-errors";
import { AppSnapshotError, combine } from "../../provider/src/errors/app-snapshot-error";
import { errorGroups } from "../../provider/src/errors/catalogue";
import { deliveryErrorEntry } from "../../provider/src/errors/delivery-errors";
import { exitCodeEntry } from "../../provider/src/errors/exit-codes";
import { ownErrors } from "../../provider/src/errors/own-errors";
import { ownAnchorsOf } from "../docs/support/links";
import { document } from "../docs/support/markdown";

const golden = readFileSync(join(__dirname, "error-anchors.txt"), "utf8").trimEnd().split("\n");
const onPage = ownAnchorsOf(document("docs/errors.md"));

/** The anchors that the last line of an error names. */
function namedBy(error: AppSnapshotError): string[] {
    const last = error.shownMessage.split("\n").at(-1) ?? "";
    return [...last.matchAll(/#([\w-]+)/g)].map(([, anchor = ""]) => anchor);
}

describe("the addresses of errors in docs/errors.md", () => {
    it("are those that people may have kept: none was renamed or removed, and a new one is listed here", () => {
        expect([...onPage].sort()).to.deep.equal(golden);
    });

    it("are each there once, and each belongs to an error", () => {
        const listed = errorGroups.flatMap(({ errors }) => errors.map(({ entry }) => anchorOf(entry.code)));
        expect(onPage).to.deep.equal([...new Set(onPage)]);
        expect(onPage).to.have.members([...new Set(listed)]);
    });

    it("are on the page for every entry that an error can have", () => {
        const entries = [
            ...errorGroups.flatMap(({ errors }) => errors.map(({ entry }) => entry)),
            ...Array.from({ length: 300 }, (_, exitCode) => exitCodeEntry(exitCode + 1)),
            ...["Forbidden.RAM", "Throttling.User", "Something.New", "Operation.Conflict"].map(apiErrorEntry),
            ...["ClientNotRunning", "Something"].map((code) => deliveryErrorEntry(code, "Something")),
        ];
        for (const entry of entries) {
            const named = namedBy(new AppSnapshotError(entry));
            expect(named, entry.code).to.have.length(1);
            expect(onPage, entry.code).to.include.members(named);
        }
    });

    it("are all on the page for an error about several problems", () => {
        const several = combine([
            new AppSnapshotError(ownErrors.RoleConflict),
            new AppSnapshotError(apiErrorEntry("Something.New")),
        ]);
        expect(namedBy(several)).to.deep.equal(["role-conflict", "other-api-error"]);
        expect(onPage).to.include.members(namedBy(several));
    });
});
