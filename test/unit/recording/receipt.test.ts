import { expect } from "chai";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { acknowledge, receiptPath } from "../../../provider/src/recording/receipt";
import { TemporaryFolder } from "../support/temporary-folder";

describe("the receipt of a snapshot", () => {
    let folder: TemporaryFolder;

    beforeEach(() => {
        folder = new TemporaryFolder();
        folder.use();
    });
    afterEach(() => {
        folder.remove();
    });

    it("is a file of its own for each invocation, in the system's folder for temporary ones", () => {
        expect(dirname(receiptPath("t-1"))).to.equal(folder.path);
        expect(receiptPath("t-1")).not.to.equal(receiptPath("t-2"));
    });

    it("stays in that folder whatever the id is", () => {
        for (const id of ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "t-1\0"]) {
            expect(dirname(receiptPath(id)), id).to.equal(folder.path);
        }
    });

    it("is taken away by the program that knows the outputs, and no other one with it", () => {
        writeFileSync(receiptPath("t-1"), "");
        writeFileSync(receiptPath("t-2"), "");
        acknowledge("t-1");
        expect(existsSync(receiptPath("t-1"))).to.equal(false);
        expect(existsSync(receiptPath("t-2"))).to.equal(true);
    });

    it("need not be there: an unchanged snapshot is known to the program as well", () => {
        acknowledge("t-1");
        acknowledge(undefined);
    });

    it("never fails the program, even if it can't be taken away", () => {
        mkdirSync(receiptPath("t-1"));
        acknowledge("t-1");
        expect(existsSync(receiptPath("t-1"))).to.equal(true);
    });
});
