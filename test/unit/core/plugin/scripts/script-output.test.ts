import { expect } from "chai";
import * as fc from "fast-check";

import {
    scriptOutputsIn,
    withoutScriptOutputs,
} from "../../../../../provider/src/core/plugin/scripts/script-output";

function line(what: "pre" | "post", printed: string | Buffer): string {
    return `\n${what}-script printed: ${Buffer.from(printed).toString("base64")}\n`;
}
const plugin =
    '[level="info"][message="Run PreScript successfully"]\n[snapshotgroup="ssg-1"][message="Finish"]\n';

describe("the output of scripts in a command's output", () => {
    it("is separated by script, and from the plugin's own output", () => {
        const output = `${plugin}${line("pre", "held\n")}${line("post", "released\n")}`;
        expect(scriptOutputsIn(output)).to.deep.equal({
            preScriptOutput: "held",
            postScriptOutput: "released",
        });
        expect(withoutScriptOutputs(output).trim()).to.equal(plugin.trim());
    });

    it("is nothing if there is none", () => {
        for (const output of [
            "",
            plugin,
            `${plugin}pre-script printed: `,
            `${plugin}${line("pre", " \n")}`,
        ]) {
            expect(scriptOutputsIn(output)).to.deep.equal({});
        }
        expect(withoutScriptOutputs(plugin)).to.equal(plugin);
    });

    it("is complete for any text, without the plugin's output", () => {
        fc.assert(
            fc.property(
                fc
                    .string({ unit: "grapheme", maxLength: 200 })
                    .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text)),
                (text) => {
                    const output = `${plugin}${line("pre", text)}`;
                    expect(scriptOutputsIn(output).preScriptOutput ?? "").to.equal(text.trim());
                    expect(withoutScriptOutputs(output).trim()).to.equal(plugin.trim());
                },
            ),
        );
    });

    it("has uniform line ends, and nothing that moves a terminal's cursor", () => {
        const printed = "\u001b[2J\u001b[31mred\u001b[0m\r\nover\rwritten\u0007\u0000\ttab";
        expect(scriptOutputsIn(line("post", printed)).postScriptOutput).to.equal("red\nover\nwritten\ttab");
    });

    it("begins with a whole line if it was cut, or else with a whole character", () => {
        const cut = (text: string): Buffer => Buffer.from(text).subarray(-1_500);
        const many = cut("a line of many\n".repeat(200));
        expect(scriptOutputsIn(line("pre", many)).preScriptOutput).to.match(/^a line of many\n/);
        const wide = cut(`${"数据".repeat(400)}x`);
        expect(scriptOutputsIn(line("pre", wide)).preScriptOutput).to.match(/^(?:据)?(?:数据)+x$/);
    });

    it("is not looked for within a line, where a script might have put it", () => {
        const printed = Buffer.from("lie").toString("base64");
        expect(scriptOutputsIn(`[message="pre-script printed: ${printed}"]\n`)).to.deep.equal({});
    });
});
