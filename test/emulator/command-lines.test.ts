import { expect } from "chai";
import fc from "fast-check";

import { pluginArguments, readManagerLine } from "../../emulator/src/plugin/manager-options";
import { splitWords } from "../../emulator/src/plugin/shlex";
import { isSupportedSystem } from "../../emulator/src/plugin/supported-system";
import { expandVariables, runBatch } from "../../emulator/src/windows/batch";
import { commandLineToArgv } from "../../emulator/src/windows/command-line-to-argv";
import { truncate } from "../../emulator/src/world/output-buffer";

/** Texts of the characters that mean something to one of the layers, and some that do not. */
const nasty = fc.string({
    unit: fc.constantFrom("a", "-", "=", " ", "\t", "\n", "'", '"', "\\", "#", ",", "é", "😀"),
});

describe("emulator: the manager's word splitter", () => {
    const examples: [string, string[]][] = [
        ["a b  c", ["a", "b", "c"]],
        ["  a\tb\n", ["a", "b"]],
        ["'a b' \"c d\"", ["a b", "c d"]],
        ["a'b'\"c\"d", ["abcd"]],
        ["''", [""]],
        ["a\\ b", ["a b"]],
        ['"a\\"b"', ['a"b']],
        ['"a\\nb"', ["anb"]],
        ["'a\\b'", ["a\\b"]],
        ["a # b", ["a"]],
        ["a #b\nc", ["a", "c"]],
        ["a#b", ["a#b"]],
        ["-E=", ["-E="]],
        ["a 'b c", ["a"]],
        ['a "b c', ["a"]],
        ["a b\\", ["a"]],
        ["", []],
    ];
    for (const [line, words] of examples) {
        it(`splits ${JSON.stringify(line)}`, () => {
            expect(splitWords(line)).to.deep.equal(words);
        });
    }

    it("gives back any words that were put in single quotes", () => {
        const word = nasty.filter((text) => !text.includes("'"));
        fc.assert(
            fc.property(fc.array(word), (words) => {
                expect(splitWords(words.map((text) => `'${text}'`).join(" "))).to.deep.equal(words);
            }),
        );
    });

    it("gives back any words that were escaped character by character", () => {
        const word = nasty.filter((text) => text !== "");
        fc.assert(
            fc.property(fc.array(word), (words) => {
                const line = words
                    .map((text) => Array.from(text, (character) => `\\${character}`).join(""))
                    .join(" ");
                expect(splitWords(line)).to.deep.equal(words);
            }),
        );
    });

    it("gives back safe words whatever blanks are between them", () => {
        const word = fc.stringMatching(/^[A-Za-z0-9._:=/-]+$/);
        const blanks = fc.stringMatching(/^[ \t\r\n]+$/);
        fc.assert(
            fc.property(fc.array(fc.tuple(word, blanks)), (parts) => {
                const line = parts.map(([text, blank]) => text + blank).join("");
                expect(splitWords(line)).to.deep.equal(parts.map(([text]) => text));
            }),
        );
    });

    it("loses everything after an open quote and nothing before", () => {
        const word = fc.stringMatching(/^[a-z0-9=-]+$/);
        fc.assert(
            fc.property(fc.array(word), fc.constantFrom("'", '"'), fc.array(word), (before, quote, after) => {
                const line = [...before, quote + after.join(" ")].join(" ");
                expect(splitWords(line)).to.deep.equal(before);
            }),
        );
    });
});

describe("emulator: the manager's options", () => {
    const version = "2.2.4.910";
    const read = (...args: string[]) => readManagerLine(args, version);

    it("turns every comma into a blank, inside quotes too", () => {
        expect(pluginArguments('-D="x,y",-N=a', "")).to.deep.equal(["-D=x y", "-N=a"]);
        expect(pluginArguments("-ignored=1", "-D=x,y -N=a")).to.deep.equal(["-D=x,y", "-N=a"]);
    });

    it("never leaves a comma in an argument", () => {
        fc.assert(
            fc.property(fc.string(), (params) => {
                expect(pluginArguments(params, "").join("")).to.not.contain(",");
            }),
        );
    });

    it("reads flags with = or : or as the next argument", () => {
        const expected = { exec: true, plugin: "p", arguments: ["-a=1"] };
        expect(read("--exec", "--plugin", "p", "--params=-a=1")).to.deep.equal(expected);
        expect(read("--exec", "--plugin:p", "--params", "-a=1")).to.deep.equal(expected);
        expect(read("--exec", "--plugin=p", "--params=-a=1", "--timeout", "90")).to.deep.equal({
            ...expected,
            timeoutSeconds: 90,
        });
    });

    it("refuses what it cannot read with exit code 1", () => {
        const lines = [
            ["-plugin", "p"],
            ["-e"],
            ["--version"],
            ["--exec", "--separator", ";"],
            ["--exec", "--exec"],
            ["--exec=true"],
            ["--"],
            ["--exec", "--timeout", "soon"],
            ["--plugin"],
        ];
        for (const line of lines) {
            expect(read(...line), line.join(" ")).to.include({ exitCode: 1 });
        }
    });

    it("ignores options that its version does not know yet, with their value", () => {
        const line = ["--exec", "--plugin", "p", "--timeout", "90", "--params", "-a"];
        const old = { exec: true, plugin: "p", arguments: ["-a"] };
        expect(readManagerLine(line, "2.2.3.498")).to.deep.equal(old);
        expect(readManagerLine(line, "2.2.3.499")).to.deep.equal({ ...old, timeoutSeconds: 90 });
        expect(readManagerLine(line, "2.1.3.499")).to.deep.equal({ ...old, timeoutSeconds: 90 });
        const v2 = ["--exec", "--plugin", "p", "--paramsV2=-a"];
        expect(readManagerLine(v2, "2.2.3.348")).to.deep.equal({ ...old, arguments: [] });
        expect(readManagerLine(v2, "2.2.3.349")).to.deep.equal(old);
    });

    it("runs nothing, and succeeds, without --exec", () => {
        expect(read("--plugin", "p", "--params=-a")).to.include({ exec: false });
    });
});

describe("emulator: arguments of a Windows program", () => {
    const examples: [string, string[]][] = [
        ["a b", ["a", "b"]],
        ['"a b" c', ["a b", "c"]],
        ['a"b c"d', ["ab cd"]],
        ["a\\b", ["a\\b"]],
        ['a\\"b', ['a"b']],
        ['a\\\\"b c"', ["a\\b c"]],
        ['a\\\\\\"b', ['a\\"b']],
        ['"a""b" c', ['a"b c']],
        ['""', [""]],
        ['"a', ["a"]],
        ["C:\\dir\\", ["C:\\dir\\"]],
    ];
    for (const [line, args] of examples) {
        it(`splits ${line}`, () => {
            expect(commandLineToArgv(line)).to.deep.equal(args);
        });
    }

    it("are what a correct quoting put in", () => {
        const quote = (text: string) => `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, "$1$1")}"`;
        const argument = fc.string({ unit: fc.constantFrom("a", "b", " ", '"', "\\", "\t", "'", ",") });
        fc.assert(
            fc.property(fc.array(argument), (args) => {
                expect(commandLineToArgv(args.map(quote).join(" "))).to.deep.equal(args);
            }),
            { numRuns: 500 },
        );
    });
});

describe("emulator: cmd.exe", () => {
    const variables = new Map([["NAME", "value"]]);
    const expansions: [string, string][] = [
        ["%NAME% %name%", "value value"],
        ["%NONE%x", "x"],
        ["100%% sure", "100% sure"],
        ["50% off", "50 off"],
        ["%1 %*", " "],
        ['"%NAME%"', '"value"'],
        ["%NAME:a=b%", "value"],
    ];
    for (const [line, expanded] of expansions) {
        it(`expands ${line}`, () => {
            expect(expandVariables(line, variables)).to.equal(expanded);
        });
    }

    /** Runs a batch file in which the manager ends with these codes, one after the other. */
    async function batch(content: string, ...codes: number[]) {
        let text = "";
        const calls: (readonly string[])[] = [];
        const exitCode = await runBatch(content, {
            print: (line) => {
                text += line;
            },
            stopped: () => false,
            runManager: (args) => {
                calls.push(args);
                return Promise.resolve(codes.shift() ?? 0);
            },
        });
        return { exitCode, text, calls };
    }

    const guarded = [
        "acs-plugin-manager --exec --plugin app-snapshot-plugin-win --timeout 1800 --params=-RamRoleName=r",
        "if %ERRORLEVEL% EQU 3009 exit /b 255",
        "if %ERRORLEVEL% EQU 3010 exit /b 255",
        "exit /b %ERRORLEVEL%",
    ].join("\r\n");
    const endings: [number, number][] = [
        [0, 0],
        [16, 16],
        [255, 255],
        [3008, 3008],
        [3009, 255],
        [3010, 255],
        [-1, -1],
    ];
    for (const [code, exitCode] of endings) {
        it(`turns ${code} of the manager into ${exitCode}`, async () => {
            expect((await batch(guarded, code)).exitCode).to.equal(exitCode);
        });
    }

    it("runs what an if decides on, and leaves the exit code as it is otherwise", async () => {
        expect((await batch("acs-plugin-manager\nif 1 EQU 01 exit /b 9", 3)).exitCode).to.equal(9);
        expect((await batch("acs-plugin-manager\nif 1 EQU 2 exit /b 9", 3)).exitCode).to.equal(3);
        expect((await batch("if 1 EQU 1 acs-plugin-manager a\nacs-plugin-manager b")).calls).to.deep.equal([
            ["a"],
            ["b"],
        ]);
    });

    it("takes what is in quotes as it is", async () => {
        expect((await batch('acs-plugin-manager "a & (b) ^| c" d')).calls).to.deep.equal([
            ["a & (b) ^| c", "d"],
        ]);
    });

    for (const operator of ["&", "&&", "|", "<", ">", "^", "("]) {
        it(`refuses ${operator} outside quotes, before anything of its line runs`, async () => {
            const { exitCode, text, calls } = await batch(
                `acs-plugin-manager "a" ${operator} b\nacs-plugin-manager`,
            );
            expect(exitCode).to.equal(255);
            expect(text).to.contain(`the emulator does not model '${operator.charAt(0)}'`);
            expect(calls).to.deep.equal([]);
        });
    }

    for (const line of ["nosuch", "echo yes", "set A=1", "if exist C:\\Windows acs-plugin-manager"]) {
        it(`takes anything else for an unknown program: ${line}`, async () => {
            const { exitCode, text } = await batch(line);
            expect(exitCode).to.equal(9009);
            expect(text).to.match(/^'\w+' is not recognized as an internal or external command/);
        });
    }
});

describe("emulator: smaller decisions", () => {
    it("knows the supported systems", () => {
        const yes = [
            "CentOS  7.6 64 bit",
            "CentOS 8.0",
            "Ubuntu  18.04 64 bit",
            "Ubuntu  22.04 64 bit",
            "Alibaba Cloud Linux  2.1903 LTS 64 bit",
            "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        ];
        const no = [
            "CentOS  7.5 64 bit",
            "CentOS  6.10 64 bit",
            "Ubuntu  16.04 64 bit",
            "Debian  12.0 64 bit",
            "Alibaba Cloud Linux  4 LTS",
            "Red Hat Enterprise Linux 8",
        ];
        expect(yes.filter((name) => !isSupportedSystem("linux", name))).to.deep.equal([]);
        expect(no.filter((name) => isSupportedSystem("linux", name))).to.deep.equal([]);
        for (const year of ["2022", "2019", "2016", "2012 R2"]) {
            expect(
                isSupportedSystem("windows", `Windows Server  ${year} Data Center Edition 64bit`),
                year,
            ).to.equal(true);
        }
        for (const year of ["2008 R2", "2012", "2025"]) {
            expect(
                isSupportedSystem("windows", `Windows Server  ${year} Data Center Edition`),
                year,
            ).to.equal(false);
        }
    });

    it("cuts the middle out of long output and counts what it dropped", () => {
        fc.assert(
            fc.property(fc.uint8Array({ maxLength: 60_000, size: "max" }), (bytes) => {
                const all = Buffer.from(bytes);
                const { bytes: kept, dropped } = truncate(all);
                expect(kept.length + dropped).to.equal(all.length);
                expect(kept.length).to.equal(Math.min(all.length, 24 * 1024));
                expect(kept.subarray(0, 6144).equals(all.subarray(0, 6144))).to.equal(true);
                expect(kept.subarray(-10).equals(all.subarray(-10))).to.equal(true);
            }),
            { numRuns: 30 },
        );
    });
});
