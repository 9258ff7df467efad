import { expect } from "chai";

import { elementsOf } from "../docs/support/xml";

const escape = "\u001b";
const plain = { colour: "plain", bold: false };

describe("the colours of an output", () => {
    it("apply until they are changed, also on the next line", async () => {
        const { styledLines } = await import("../../tools/pictures/colours.mjs");
        expect(styledLines(`a${escape}[1m${escape}[38;5;13mb\nc${escape}[0md${escape}[2me`)).to.deep.equal([
            [
                { ...plain, text: "a" },
                { colour: "magenta", bold: true, text: "b" },
            ],
            [
                { colour: "magenta", bold: true, text: "c" },
                { ...plain, text: "d" },
                { colour: "dim", bold: false, text: "e" },
            ],
        ]);
        expect(styledLines(`${escape}[31mred`)).to.deep.equal([[{ ...plain, colour: "red", text: "red" }]]);
    });

    for (const sequence of ["[4m", "[38;5;99m", "[2J"]) {
        it(`are not lost unnoticed: ${sequence} is refused`, async () => {
            const { styledLines } = await import("../../tools/pictures/colours.mjs");
            expect(() => styledLines(`a${escape}${sequence}b`)).to.throw(/^Unknown /);
        });
    }

    it("stay when a line is broken between words", async () => {
        const { styledLines, textOf, wrapped } = await import("../../tools/pictures/colours.mjs");
        const [line = []] = styledLines(` one ${escape}[32mtwo three${escape}[0m four`);
        const lines = wrapped(line, 9);
        expect(lines.map(textOf)).to.deep.equal([" one two", "   three", "   four"]);
        expect(lines[1]?.at(-1)).to.deep.equal({ colour: "green", bold: false, text: "three" });
        expect(wrapped([{ ...plain, text: "longerthanaline" }], 9)).to.have.length(1);
    });
});

describe("the constant output of a run", () => {
    it("has the same values whatever the run had", async () => {
        const { constant } = await import("../../tools/pictures/constant.mjs");
        const output = (digit: number): string =>
            [
                `demo-${digit} http://127.0.0.1:${digit}000, since 2026-10-0${digit}T10:0${digit}Z`,
                `${escape}[1mcreating (${digit}s)${escape}[0m, ${escape}[1mcreated (1m${digit}s)`,
                `${escape}[1mDuration:${escape}[0m ${digit}s`,
                `acquired in 0.${digit} s; was on until 0/2000170, for ${digit} s`,
                ...["ssg-", "s-"].map((prefix) => `${prefix}bp1aaaaaaaaaaaaaaaa${digit}`),
            ].join("\n");
        const names = (digit: number): Map<string, string> => new Map([[`demo-${digit}`, "production"]]);
        expect(constant(output(2), names(2)))
            .to.equal(constant(output(7), names(7)))
            .and.match(/^production http:\/\/127\.0\.0\.1:4566, since 2026-01-02T03:04Z\n/)
            .and.match(/creating \(1s\).*created \(8s\)[^]*Duration:.* 15s[^]*for 1\.4 s\nssg-bp1/);
    });

    it("has one id for each, and refuses more than it knows", async () => {
        const { constant } = await import("../../tools/pictures/constant.mjs");
        const id = (letter: string): string => `s-bp1${letter.repeat(17)}`;
        const ids = constant([id("a"), id("b"), id("a")].join(), new Map()).split(",");
        expect(ids[0]).to.equal(ids[2]).and.not.equal(ids[1]);
        expect(() => constant([id("a"), id("b"), id("c")].join(), new Map())).to.throw(/too many/);
    });

    it("leaves out what depends on the moment, and what the engine repeats", async () => {
        const { lasting } = await import("../../tools/pictures/constant.mjs");
        const { styledLines, textOf } = await import("../../tools/pictures/colours.mjs");
        const row = " + a creating (1s)";
        const output = [
            ...["@ updating....", `${row} checking`, `${row} running 2s: the plugin`, `${row} checking`],
            ...[`${row} uploading 5%, 1m02s: ssg-1`, `${row} error: running`, "", "", "+ a created (8s)"],
        ].join("\n");
        expect(lasting(styledLines(output)).map(textOf)).to.deep.equal([
            ...[`${row} checking`, `${row} error: running`, "", "", "+ a created (8s)"],
        ]);
    });

    it("has the resources of the diagnostics in one order", async () => {
        const { lasting } = await import("../../tools/pictures/constant.mjs");
        const { styledLines, textOf } = await import("../../tools/pictures/colours.mjs");
        const first = ["  a:", "    error: b", "", "    more", ""];
        const second = ["  c:", "    d", ""];
        const output = (resources: readonly string[]): string =>
            ["e", "Diagnostics:", ...resources, "Resources:", "    f"].join("\n");
        const lines = (resources: readonly string[]): string =>
            lasting(styledLines(output(resources)))
                .map(textOf)
                .join("\n");
        expect(lines([...second, ...first])).to.equal(output([...first, ...second]));
        expect(lines([...first, ...second])).to.equal(output([...first, ...second]));
    });
});

describe("the machine that draws the pictures", () => {
    it("has Linux, and the version of the engine that is installed if there is none", async () => {
        const { unfitness } = await import("../../tools/pictures/machine.mjs");
        expect(unfitness("linux", "3.230.0\n", "3.230.0")).to.equal(undefined);
        expect(unfitness("linux", "v3.230.0\n", "3.230.0")).to.equal(undefined);
        expect(unfitness("darwin", "v3.230.0", "3.230.0")).to.match(/Linux only/);
        expect(unfitness("linux", "v3.231.0", "3.230.0")).to.match(/3\.230\.0 .* 3\.231\.0\. .*PATH/);
        expect(unfitness("linux", "", "3.230.0")).to.match(/version unknown/);
    });
});

describe("the picture of a terminal", () => {
    it("is well-formed, with every character as text", async () => {
        const { terminalPicture } = await import("../../tools/pictures/svg.mjs");
        const text = `"a" & <b> 'c' &amp; ]]>`;
        const picture = terminalPicture({
            title: text,
            description: text,
            columns: 80,
            lines: [[{ ...plain, text }], [], [{ colour: "red", bold: true, text: "  x" }]],
        });
        const elements = elementsOf(picture);
        for (const name of ["title", "desc"]) {
            expect(elements.find((element) => element.name === name)?.text).to.equal(text);
        }
        expect(elements.filter(({ name }) => name === "text").map((element) => element.text)).to.deep.equal([
            text,
            "  x",
        ]);
        expect(elements.filter(({ name }) => name === "tspan").at(-1)?.attributes).to.include({
            "font-weight": "bold",
            fill: "#ff7b72",
        });
    });

    for (const malformed of ["<a>", "<a></b>", "<a>&b</a>", "<a b=c></a>", "<a/><b/>", "<a><!-- --></a>"]) {
        it(`would not be well-formed as ${malformed}`, () => {
            expect(() => elementsOf(malformed)).to.throw();
        });
    }
});
