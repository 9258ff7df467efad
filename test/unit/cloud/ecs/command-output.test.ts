import { expect } from "chai";
import * as fc from "fast-check";

import { decodeOutput } from "../../../../provider/src/cloud/ecs/command-output";
import { parsePluginOutput } from "../../../../provider/src/core/plugin/output";

function utf8(text: string): Buffer {
    return Buffer.from(text, "utf8");
}

/** 数据库快照完成 in GBK, as a Chinese Windows prints it; from the code page's table. */
const gbk = Buffer.from("cafdbeddbfe2bfecd5d5cdeab3c9", "hex");
const chinese = "数据库快照完成";
const last = '[snapshotgroup="ssg-2ze7j78cztap073v1xba"][message="Finish whole Processes"]';

describe("the text of a command's output", () => {
    it("is read as UTF-8 if it is valid", () => {
        for (const text of ["", "plain\r\n", "état ✓", chinese, "😀", "\u0000\u001b[2J", "\ufffd"]) {
            expect(decodeOutput(utf8(text))).to.equal(text);
        }
        fc.assert(
            fc.property(fc.string({ unit: "grapheme" }), (text) => {
                fc.pre(!text.startsWith("\ufeff"));
                expect(decodeOutput(utf8(text))).to.equal(text);
            }),
        );
    });

    it("is read as GBK otherwise, including the plugin's own lines", () => {
        expect(decodeOutput(gbk)).to.equal(chinese);
        const output = decodeOutput(Buffer.concat([gbk, utf8(`\r\n${last}\r\n`), gbk, utf8("\r\n")]));
        expect(output).to.equal(`${chinese}\r\n${last}\r\n${chinese}\r\n`);
        expect(parsePluginOutput(output).snapshotGroupId).to.equal("ssg-2ze7j78cztap073v1xba");
    });

    it("is read as GBK however long it is", () => {
        const lines = Buffer.concat(Array.from({ length: 500 }, () => Buffer.concat([gbk, utf8("\r\n")])));
        expect(decodeOutput(lines)).to.equal(`${chinese}\r\n`.repeat(500));
    });

    it("is still read as UTF-8 if it was cut in a character, at an end or in the middle", () => {
        const text = `${chinese}\n${last}\n${chinese}😀`;
        const bytes = utf8(text);
        for (const cut of [1, 2]) {
            expect(decodeOutput(bytes.subarray(cut)), "at the begin").to.match(
                new RegExp(`^\\ufffd+${chinese.slice(1)}\n`),
            );
            expect(decodeOutput(bytes.subarray(0, bytes.length - cut)), "at the end").to.match(
                new RegExp(`${chinese}\\ufffd+$`),
            );
        }
        for (let from = 0; from < 6; from += 1) {
            for (let to = from; to < 9; to += 1) {
                const cut = Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
                const output = decodeOutput(cut);
                expect(output, `without ${from} to ${to}`).to.include(`\n${last}\n${chinese}😀`);
                expect(parsePluginOutput(output).snapshotGroupId).to.equal("ssg-2ze7j78cztap073v1xba");
            }
        }
    });

    it("is still read as GBK if it was cut in a character at its end", () => {
        const output = decodeOutput(Buffer.concat([gbk, utf8(`\r\n${last}\r\n`), gbk.subarray(0, 3)]));
        expect(output).to.include(`${chinese}\r\n${last}\r\n数`);
    });

    it("always leaves the plugin's ASCII lines readable if they have a line of their own", () => {
        fc.assert(
            fc.property(
                fc.uint8Array({ maxLength: 400 }),
                fc.uint8Array({ maxLength: 400 }),
                (before, after) => {
                    const output = decodeOutput(Buffer.concat([before, utf8(`\r\n${last}\r\n`), after]));
                    // GBK may read an ASCII character as the second half of another, but not a line end.
                    expect(output).to.include(`\r\n${last}\r\n`);
                },
            ),
            { numRuns: 1_000 },
        );
    });

    it("never throws, whatever the bytes", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
                expect(decodeOutput(bytes)).to.be.a("string");
            }),
            { numRuns: 1_000 },
        );
    });
});
