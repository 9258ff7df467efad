import { expect } from "chai";
import * as fc from "fast-check";

import { parsePluginOutput } from "../../../../provider/src/core/plugin/output";

const started = '[level="info"][time="2025-01-02T03:04:05.123Z"][message="Version 1.0.0.8"]';
const finished =
    '[snapshotgroup="ssg-2ze7j78cztap073v1xba"][message="Finish whole Processes of Snapshot successfully"]';

describe("the plugin's output", () => {
    it("ends with the group and a message", () => {
        expect(parsePluginOutput(finished)).to.deep.equal({
            snapshotGroupId: "ssg-2ze7j78cztap073v1xba",
            message: "Finish whole Processes of Snapshot successfully",
            messages: ["Finish whole Processes of Snapshot successfully"],
            saysFilesystemOnly: false,
            scripts: {},
        });
    });

    it("may have other lines before and after, bracketed or not", () => {
        const output = [started, "fsfreezer: 3 file systems", finished, "done."].join("\n");
        expect(parsePluginOutput(output)).to.include({
            snapshotGroupId: "ssg-2ze7j78cztap073v1xba",
            message: "Finish whole Processes of Snapshot successfully",
        });
    });

    it("may have Windows line ends", () => {
        const output = [started, finished, ""].join("\r\n");
        expect(parsePluginOutput(output)).to.include({
            snapshotGroupId: "ssg-2ze7j78cztap073v1xba",
            message: "Finish whole Processes of Snapshot successfully",
        });
    });

    it("reports a degraded run", () => {
        const output = [
            started,
            '[level="warning"][message="PreScript permission is not 0700"]',
            '[level="info"][message="Take FsConsistent snapshots successfully"]',
            finished,
        ].join("\n");
        expect(parsePluginOutput(output).saysFilesystemOnly).to.equal(true);
        expect(parsePluginOutput(finished).saysFilesystemOnly).to.equal(false);
    });

    it("mentions the group before its end", () => {
        const output = `${started}\n[level="info"][message="CreateSnapshotGroup done, GroupId=ssg-bp1first"]\n[message="thaw failed"]`;
        expect(parsePluginOutput(output)).to.include({
            snapshotGroupId: "ssg-bp1first",
            message: "thaw failed",
        });
    });

    it("prefers the reported group to mentioned ones, and later ones to earlier ones", () => {
        expect(parsePluginOutput(`${finished}\nGroupId=ssg-other\n`).snapshotGroupId).to.equal(
            "ssg-2ze7j78cztap073v1xba",
        );
        expect(
            parsePluginOutput("GroupId=ssg-one\nthe group ssg-two.\nGroupId=ssg-").snapshotGroupId,
        ).to.equal("ssg-two");
    });

    it("may have lost its beginning or its end on the way", () => {
        expect(parsePluginOutput(finished.slice(9))).to.include({
            snapshotGroupId: "ssg-2ze7j78cztap073v1xba",
        });
        expect(parsePluginOutput(`${started}\n[snapshotgroup="ssg-2ze7j78cz`)).to.include({
            snapshotGroupId: undefined,
            message: "Version 1.0.0.8",
        });
    });

    it("falls back to its last lines if it has no message", () => {
        const output = "a\n\nb\n c \r\nsh: acs-plugin-manager: not found\n";
        expect(parsePluginOutput(output).message).to.equal("b | c | sh: acs-plugin-manager: not found");
        expect(parsePluginOutput("").message).to.equal("");
    });

    it("has its messages in order, including similar ones of a script", () => {
        const output = [started, '[message="from a script"]', "no message", finished].join("\n");
        expect(parsePluginOutput(output).messages).to.deep.equal([
            "Version 1.0.0.8",
            "from a script",
            "Finish whole Processes of Snapshot successfully",
        ]);
        expect(parsePluginOutput("no message").messages).to.deep.equal([]);
    });

    it("keeps the last fifty of many messages, and the first 200 characters of long ones", () => {
        const many = Array.from({ length: 60 }, (_, index) => `[message="${index}"]`).join("\n");
        const { messages } = parsePluginOutput(many);
        expect(messages).to.have.length(50);
        expect([messages[0], messages.at(-1)]).to.deep.equal(["10", "59"]);

        const [whole, cut] = parsePluginOutput(
            `[message="${"a".repeat(200)}"]\n[message="${"b".repeat(201)}"]`,
        ).messages;
        expect(whole).to.equal("a".repeat(200));
        expect(cut).to.equal(`${"b".repeat(199)}…`);
        expect(parsePluginOutput(`[message="${"c".repeat(1_001)}"]`).message).to.equal(`${"c".repeat(999)}…`);
    });

    it("never throws, and its message is bounded and a single line, whatever the text", () => {
        const pieces = fc.oneof(
            fc.string({ unit: "binary" }),
            fc.constantFrom('[message="', '"]', "\n", "\r", "\r\n", '[snapshotgroup="ssg-', "GroupId=ssg-1 "),
            fc.constant("x".repeat(700)),
        );
        fc.assert(
            fc.property(fc.array(pieces, { maxLength: 12 }), (texts) => {
                const { message, messages, snapshotGroupId } = parsePluginOutput(texts.join(""));
                expect(messages.length).to.be.at.most(50);
                for (const one of messages) {
                    expect(one).not.to.match(/[\r\n]/);
                    expect(one.length).to.be.within(1, 200);
                }
                expect(message).not.to.match(/[\r\n]/);
                expect(message.length).to.be.at.most(1_000);
                expect(snapshotGroupId ?? "ssg-none").to.match(/^ssg-[0-9A-Za-z]+$/i);
            }),
            { numRuns: 500 },
        );
    });

    it("is read even if a script floods it with unfinished messages", () => {
        // A search of every beginning for every possible end would exceed mocha's time limit.
        const flood = '[message="'.repeat(2_400);
        expect(parsePluginOutput(flood).messages).to.deep.equal([]);
        expect(parsePluginOutput(`${flood}x"]`).messages).to.have.length(1);
    });
});
