import { expect } from "chai";

import { managerCall, shlex } from "../unit/support/plugin-manager";

describe("the model of the plugin manager", () => {
    // The first is that of google/shlex's own tests; the others follow from its source.
    const examples: readonly (readonly [line: string, words: readonly string[]])[] = [
        [
            'one two "three four" "five \\"six\\"" seven#eight # nine # ten\n eleven \'twelve\\\'',
            ["one", "two", "three four", 'five "six"', "seven#eight", "eleven", "twelve\\"],
        ],
        ["a\\ b", ["a b"]],
        ["'a'\"b\"c", ["abc"]],
        ["'' \"\"", ["", ""]],
        ["-E=", ["-E="]],
        ["-a=1 # -b=2", ["-a=1"]],
        ["", []],
    ];
    for (const [line, words] of examples) {
        it(`splits ${JSON.stringify(line)}`, () => {
            expect(shlex(line)).to.deep.equal(words);
        });
    }

    it("loses everything from an unfinished quote or escape on", () => {
        for (const open of ["'b c", '"b c', "b\\", "b'c d"]) {
            expect(shlex(`a ${open}`), open).to.deep.equal(["a"]);
        }
    });

    const call = (...params: string[]): readonly string[] =>
        managerCall(["--exec", "--plugin", "p", ...params]).options;

    it("turns the commas of --params into blanks, also in quotes, and leaves those of --paramsV2", () => {
        expect(call('--params=-Description="x,y",-Name=a')).to.deep.equal(["-Description=x y", "-Name=a"]);
        expect(call("--params=-ExcludeDiskId=d-1,d-2")).to.deep.equal(["-ExcludeDiskId=d-1", "d-2"]);
        expect(call("--paramsV2=-ExcludeDiskId=d-1,d-2 -Name=a")).to.deep.equal([
            "-ExcludeDiskId=d-1,d-2",
            "-Name=a",
        ]);
    });

    it("refuses unknown arguments", () => {
        expect(() => call("--params=-Name=a", "b")).to.throw("a stray argument");
        expect(() => call()).to.throw("no options");
        expect(() => managerCall(["--plugin", "p", "--params=-a"])).to.throw("not --exec");
    });
});
