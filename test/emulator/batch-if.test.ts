import { expect } from "chai";
import { runBatchScript } from "../../emulator/src/windows/batch-script";

/** Runs a batch file in which the manager ends with these codes, one after the other. */
async function batch(
    content: string,
    ...codes: number[]
): Promise<{ readonly exitCode: number; readonly text: string }> {
    let text = "";
    const exitCode = await runBatchScript(content, new Map([["NAME", "a b"]]), {
        print: (line) => {
            text += line;
        },
        stopped: () => false,
        runManager: () => Promise.resolve(codes.shift() ?? 0),
    });
    return { exitCode, text };
}

describe("emulator: the if of cmd.exe", () => {
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

    const conditions: [string, boolean][] = [
        ["1 EQU 1", true],
        ["1 equ 01", true],
        ["not 1 EQU 1", false],
        ["NOT 1 NEQ 1", true],
        ["9 LSS 10", true],
        ["10 LEQ 9", false],
        ["10 GTR 9", true],
        ["-1 GEQ 0", false],
        ["0x10 EQU 16", true],
        ["010 EQU 8", true],
        ["2147483648 EQU 2147483647", true],
        // Not numbers both of them, so they are compared as texts.
        ["08 LSS 9", true],
        ["10 GTR 9x", false],
        ["abc EQU ABC", false],
        ['"%NAME%" EQU "a b"', true],
        ["errorlevel 2", true],
        ["errorlevel 3", true],
        ["errorlevel 4", false],
        ["not ERRORLEVEL 4", true],
        ['"%NAME%"=="a b"', true],
        ['"%NAME%" == "A B"', false],
        ['not "%NONE%"==""', false],
    ];
    for (const [condition, holds] of conditions) {
        it(`${holds ? "holds" : "does not hold"}: ${condition}`, async () => {
            const { text } = await batch(`acs-plugin-manager\r\nif ${condition} echo yes\r\necho end`, 3);
            expect(text).to.equal(holds ? "yes\r\nend\r\n" : "end\r\n");
        });
    }

    it("decides on all the rest of its line", async () => {
        const rest = "echo a & echo b || echo c\r\necho d";
        expect((await batch(`if 1 EQU 2 ${rest}`)).text).to.equal("d\r\n");
        expect((await batch(`if 1 EQU 1 ${rest}`)).text).to.equal("a\r\nb\r\nd\r\n");
        expect((await batch("echo x & @if 1 EQU 1 if 2 EQU 2 echo y >nul & echo z")).text).to.equal(
            "x\r\nz\r\n",
        );
    });

    it("leaves the exit code as it is", async () => {
        expect((await batch("acs-plugin-manager\r\nif 1 EQU 2 exit /b 9", 3)).exitCode).to.equal(3);
    });

    it("sees a variable that hides the exit code", async () => {
        expect((await batch("set ERRORLEVEL=7\r\nif %ERRORLEVEL% EQU 7 exit /b 8")).exitCode).to.equal(8);
    });

    it("is a mistake of the line where nothing is to be done, before anything of it runs", async () => {
        for (const line of ["if 1 EQU 1", "echo a & if 1 EQU 2", "if 1 EQU 2 echo a && & echo b"]) {
            const { exitCode, text } = await batch(`${line}\r\necho end`);
            expect(exitCode, line).to.equal(255);
            expect(text, line).not.to.contain("a\r\n").and.not.to.contain("end");
        }
    });

    const others = [
        "if exist C:\\Windows echo yes",
        "if defined NAME echo yes",
        'if /i "a"=="A" echo yes',
        "if a==a echo yes",
        "if 1 EQU 1 (echo yes)",
        "if cmdextversion 1 echo yes",
        "if 1 XYZ 1 echo yes",
    ];
    for (const line of others) {
        it(`is an unknown program: ${line}`, async () => {
            const { exitCode, text } = await batch(line);
            expect(exitCode).to.equal(9009);
            expect(text).to.contain("'if' is not recognized as an internal or external command");
        });
    }
});
