import { expect } from "chai";
import * as fc from "fast-check";

import {
    cmdArguments,
    cmdEffects,
    CmdError,
    cmdRun,
    expandPercent,
    longestCmdLine,
    windowsArgv,
} from "../unit/support/cmd-exe";

/** The commands of a batch file as the words that Windows programs would see. */
function commands(content: string, variables = {}): string[][] {
    return cmdEffects(content, variables).calls.map(({ program, argv }) => [program, ...argv]);
}

describe("the model of cmd.exe", () => {
    describe("expands variables", () => {
        const variables = { ERRORLEVEL: "0", FOO: "oof", VAR: "qwerty", A: "a & b" };
        // From the tests of Wine's cmd, whose results are those of Windows (programs/cmd/tests/test_builtins.cmd).
        const documented: readonly (readonly [line: string, expanded: string])[] = [
            ["%%", "%"],
            ["P%", "P"],
            ["%P", "P"],
            ["%UNKNOWN%S", "S"],
            ["P%UNKNOWN%", "P"],
            ["P%UNKNOWN%S", "PS"],
            ["%ERRORLEVEL", "ERRORLEVEL"],
            ["%ERRORLEVEL%", "0"],
            ["%errorLevel%", "0"],
            ["%ERRORLEVEL%%ERRORLEVEL%", "00"],
            ["%ERRORLEVEL%ERRORLEVEL%", "0ERRORLEVEL"],
            ["%ERRORLEVEL%%", "0"],
            ["%ERRORLEVEL%%%", "0%"],
            ["ff^%FOO%", "ff^oof"],
            ["%VAR:~0,1%", "q"],
            ["%VAR:~0,3%", "qwe"],
            ["%VAR:~2,2%", "er"],
            ["%VAR:~-2,3%", "ty"],
            ["%VAR:~-2,1%", "t"],
            ["%VAR:~2,-1%", "ert"],
            ["%VAR:~-3,-2%", "r"],
            ["!FOO!", "!FOO!"],
        ];
        // From the percent phase in the answers at https://stackoverflow.com/questions/4094699.
        const described: readonly (readonly [line: string, expanded: string])[] = [
            ['"%FOO%"', '"oof"'],
            ["%1 %9 %* %~dp0", "   "],
            ["%VAR:WER=x%", "qxty"],
            ["%UNKNOWN:a=b%", "a=b"],
            ["%UNKNOWN:%x", "x"],
            ["%A%", "a & b"],
        ];
        for (const [line, expanded] of [...documented, ...described]) {
            it(JSON.stringify(line), () => {
                expect(expandPercent(line, variables)).to.equal(expanded);
            });
        }
    });

    it("removes carets, each with the special meaning of the character after it", () => {
        // From the tests of Wine's cmd.
        expect(commands("echo ^hell^o, world")).to.deep.equal([["echo", "hello,", "world"]]);
        expect(commands("echo hell^^o, world")).to.deep.equal([["echo", "hell^o,", "world"]]);
        expect(commands("echo hell^^^o, world")).to.deep.equal([["echo", "hell^o,", "world"]]);
        expect(commands("echo foo ^| echo bar")).to.deep.equal([["echo", "foo", "|", "echo", "bar"]]);
        expect(commands("echo foo ^& echo bar")).to.deep.equal([["echo", "foo", "&", "echo", "bar"]]);
        expect(commands("echo bak ^&& echo baz 2> nul")).to.deep.equal([
            ["echo", "bak", "&"],
            ["echo", "baz"],
        ]);
        expect(commands("echo foo ^> foo")).to.deep.equal([["echo", "foo", ">", "foo"]]);
        expect(commands("echo %A%", { A: "x ^& y" })).to.deep.equal([["echo", "x", "&", "y"]]);
    });

    it("joins lines at a caret, which escapes the first character of the next", () => {
        expect(commands("a ^\r\nb\r\nc")).to.deep.equal([["a", "b"], ["c"]]);
        expect(commands("a ^\n& b")).to.deep.equal([["a", "&", "b"]]);
        expect(commands('a "^\nb"')).to.deep.equal([["a", "^"], ["b"]]);
        expect(commands("a ^^\nb")).to.deep.equal([["a", "^"], ["b"]]);
        expect(commands("a ^")).to.deep.equal([["a"]]);
    });

    it("cuts lines at operators, but not in quotes", () => {
        expect(commands("a & b && c || d | e")).to.deep.equal([["a"], ["b"], ["c"], ["d"], ["e"]]);
        expect(commands("a&b&&c||d|e")).to.deep.equal([["a"], ["b"], ["c"], ["d"], ["e"]]);
        expect(commands('a "b & c | d" e')).to.deep.equal([["a", "b & c | d", "e"]]);
        expect(commands('a "b" & "c"')).to.deep.equal([["a", "b"], ["c"]]);
        expect(commands('a ^" & b')).to.deep.equal([["a", " "], ["b"]]);
        expect(commands('a \\" & b')).to.deep.equal([["a", '"', "&", "b"]]);
        expect(commands("a %A%", { A: "& b" })).to.deep.equal([["a"], ["b"]]);
        expect(commands("(a & b) & c")).to.deep.equal([["a"], ["b"], ["c"]]);
        expect(commands("a & ")).to.deep.equal([["a"]]);
        expect(commands("a (b)")).to.deep.equal([["a", "(b)"]]);
        expect(commands("a\nb\r\nc\u001ad")).to.deep.equal([["a"], ["b"], ["c"], ["d"]]);
        expect(commands("a; rem b")).to.deep.equal([["a", ";", "rem", "b"]]);
    });

    it("removes redirections", () => {
        const effects = (line: string): unknown => {
            const { calls, files } = cmdEffects(line);
            return [calls.map(({ program, argv }) => [program, ...argv].join(" ")), files];
        };
        // From the tests of Wine's cmd.
        expect(effects("echo foo>foo")).to.deep.equal([["echo foo"], ["foo"]]);
        expect(effects("echo foo 1> foo")).to.deep.equal([["echo foo"], ["foo"]]);
        expect(effects("echo foo1> foo")).to.deep.equal([["echo foo1"], ["foo"]]);
        expect(effects("echo foo12> foo")).to.deep.equal([["echo foo12"], ["foo"]]);
        expect(effects("echo fooc 1>>foo")).to.deep.equal([["echo fooc"], ["foo"]]);
        expect(effects("echo ^<> foo")).to.deep.equal([["echo <"], ["foo"]]);
        expect(effects('a < in > "out file" 2>&1 b')).to.deep.equal([["a b"], ["in", '"out file"', "&1"]]);
        expect(effects('a "<in>"')).to.deep.equal([["a <in>"], []]);
        expect(effects("> made")).to.deep.equal([[], ["made"]]);
    });

    it("knows labels, the at sign, and what ends a program's name", () => {
        expect(commands(":label & a\n::b")).to.deep.equal([]);
        expect(commands("@a\n @ b")).to.deep.equal([["a"], ["b"]]);
        expect(commands('a,b\na;b\na=b\n"a b" c')).to.deep.equal([
            ["a", ",b"],
            ["a", ";b"],
            ["a", "=b"],
            ["a b", "c"],
        ]);
        expect(commands("\r\n \r\n")).to.deep.equal([]);
    });

    it("refuses what cmd.exe refuses, and what it does not know", () => {
        for (const line of [
            "& a",
            "a & & b",
            "a |",
            "a &&",
            "a ||",
            "a >",
            "a > & b",
            "a %~",
            "(a",
            "a é",
            "a \u0000",
            `a ${"b".repeat(longestCmdLine)}`,
        ]) {
            expect(() => cmdEffects(line), line.slice(0, 20)).to.throw(CmdError);
        }
        expect(() => cmdEffects(`a ${"b".repeat(longestCmdLine - 2)}`)).not.to.throw();
    });

    describe("gives a program its arguments", () => {
        const examples: readonly (readonly [line: string, argv: readonly string[]])[] = [
            // "Parsing C command-line arguments"
            ['"a b c" d e', ["a b c", "d", "e"]],
            ['"ab\\"c" "\\\\" d', ['ab"c', "\\", "d"]],
            ['a\\\\\\b d"e f"g h', ["a\\\\\\b", "de fg", "h"]],
            ['a\\\\\\"b c d', ['a\\"b', "c", "d"]],
            ['a\\\\\\\\"b c" d e', ["a\\\\b c", "d", "e"]],
            // "What's up with the strange treatment of quotation marks and backslashes by CommandLineToArgvW"
            ['"C:\\Hello there.txt"', ["C:\\Hello there.txt"]],
            ['"hello\\"there"', ['hello"there']],
            ['"hello\\\\"', ["hello\\"]],
            // Two quotes in a row, from https://stackoverflow.com/questions/4094699.
            ['"a ""b"" c"', ['a "b', "c"]],
            ['"""a b c"""', ['"a', "b", 'c"']],
            // From Go's own parser.
            ['"" a"" "', ["", "a", ""]],
            ['a "b c', ["a", "b c"]],
            ["", []],
            [" \t", []],
        ];
        for (const [line, argv] of examples) {
            it(JSON.stringify(line), () => {
                expect(windowsArgv(line)).to.deep.equal(argv);
            });
        }

        it("that were quoted by the rules, whatever they contain", () => {
            const quote = (text: string): string =>
                `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
            const argument = fc.string({ unit: fc.constantFrom("a", " ", '"', "\\", "\t", "'", ",") });
            fc.assert(
                fc.property(fc.array(argument), (argv) => {
                    expect(windowsArgv(argv.map(quote).join(" "))).to.deep.equal(argv);
                }),
                { numRuns: 500 },
            );
        });
    });

    it("loses and runs nothing if everything is escaped or quoted", () => {
        const texts = fc.string({ unit: fc.constantFrom(...Array.from("ab &|<>()^!%;,=")), minLength: 1 });
        fc.assert(
            fc.property(texts, (text) => {
                const percents = text.replaceAll("%", "%%");
                expect(cmdArguments("p", `p "${percents}"`)).to.deep.equal([text]);
                const escaped = percents.replace(/[^%]/g, "^$&");
                expect(cmdArguments("p", `p ${escaped}`)).to.deep.equal(windowsArgv(text));
            }),
        );
    });

    it("distinguishes one call from more", () => {
        expect(cmdArguments("p", "p a b")).to.deep.equal(["a", "b"]);
        for (const more of ["p & q", "p | p", "q", "p > f", "p\nq", "", "p %A%", "p ^\n & p & q"]) {
            expect(() => cmdArguments("p", more, { A: "& q" }), more).to.throw(CmdError);
        }
    });

    describe("runs a batch file with one call to its end", () => {
        const run = (content: string, exit = 0, variables = {}) => cmdRun("p", content, exit, variables);
        const exits = (lines: string, exit: number): number => run(`p a\n${lines}`, exit).exitCode;

        it("with the program's exit code by default", () => {
            expect(run("p a b")).to.deep.equal({ argv: ["a", "b"], exitCode: 0 });
            expect(run("p", 3)).to.deep.equal({ argv: [], exitCode: 3 });
            expect(exits("exit /b %ERRORLEVEL%", -5)).to.equal(-5);
            expect(exits("exit /b %errorlevel%\r\n", 259)).to.equal(259);
        });

        // From Microsoft's pages on `if` (EQU compares numbers as numbers) and on `exit`.
        it("with another one on a condition", () => {
            for (const lines of [
                "if %ERRORLEVEL% EQU 3 exit /b 9",
                "IF %ERRORLEVEL% equ 03 Exit /B 9",
                "if %ERRORLEVEL% EQU 4 exit /b 8\nif %ERRORLEVEL% EQU 3 exit /b 9\nexit /b 7",
            ]) {
                expect(exits(lines, 3), lines).to.equal(9);
            }
            expect(exits("if %ERRORLEVEL% EQU 3 exit /b 9", 30)).to.equal(30);
            expect(exits("if %ERRORLEVEL% EQU 3 exit /b 9\nexit /b 7", -3)).to.equal(7);
        });

        it("and no further than to the end", () => {
            expect(exits("exit /b 1\nq\nexit /b 2", 0)).to.equal(1);
            expect(exits("if %ERRORLEVEL% EQU 0 exit /b 1\nq", 0)).to.equal(1);
            expect(() => exits("if %ERRORLEVEL% EQU 0 exit /b 1\nq", 1)).to.throw(CmdError);
        });

        it("with each line expanded when its turn comes", () => {
            expect(run("p %ERRORLEVEL%\nexit /b %ERRORLEVEL%", 5)).to.deep.equal({
                argv: ["0"],
                exitCode: 5,
            });
            expect(() => run("p\nexit /b %A%", 0, { A: "1 & q" })).to.throw(CmdError);
        });

        it("and refuses what does anything else", () => {
            for (const content of [
                "",
                "exit /b 0",
                "q",
                "p\np",
                "p\nq",
                "q\np",
                "p & q",
                "p & exit /b 1",
                "p > f",
                "p\nexit /b 1 > f",
                "p\n> f",
                "p\nexit 1",
                "p\nexit /b",
                "p\nexit /b 1 2",
                'p\n"exit" /b 1',
                "p\nif 1 EQU 1 q",
                "p\nif 1 EQU 1 exit /b 1 & q",
                "p\nif 1 EQU 1 (exit /b 1)",
                "p\nif 1 NEQ 1 exit /b 1",
                "p\nif not 1 EQU 1 exit /b 1",
                "p\nif a EQU 1 exit /b 1",
                "p\nif ERRORLEVEL 1 exit /b 1",
            ]) {
                expect(() => run(content), content).to.throw(CmdError);
            }
        });
    });
});
