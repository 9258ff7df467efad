import { expect } from "chai";

import type { ExpectedScript, ExpectedScripts } from "./expected-options";
import type { ShellRun, StubbedShell, Stubs } from "./shells";

/*
 * Everything that a command for a Linux instance may do, written without the package's code: every
 * program that it calls with every argument, and every step of the shell itself.
 */

/** Returns the output about scripts that are all right. */
export function rightAnswers(
    scripts: ExpectedScripts | undefined,
): Required<Pick<Stubs, "stat" | "sha256sum">> {
    const files = filesOf(scripts);
    return {
        stat: files.map(({ path }) => `${path} 0 81c0\n`).join(""),
        sha256sum: deliveredOf(files)
            .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
            .join(""),
    };
}

/**
 * Returns the arguments of the plugin manager, which a command calls once, among its other steps.
 *
 * @param scripts the expected scripts; they are found as expected.
 * @param managerExit the manager's exit code. The command's own is the same, except for orders to the agent.
 */
export function argumentsOf(
    shell: StubbedShell,
    command: string,
    scripts?: ExpectedScripts,
    managerExit = 0,
): readonly string[] {
    const answers = rightAnswers(scripts);
    const run = shell.run(command, { ...answers, exitCode: managerExit });
    const [manager, ...others] = run.calls.filter(({ program }) => program === "acs-plugin-manager");
    expect(others, "more calls of the manager").to.deep.equal([]);
    const argv = manager?.argv ?? ["was not called"];
    const harmful = managerExit === 193 || managerExit === 194;
    expectRun(run, {
        calls: [
            ...looksAt(scripts),
            ...looksForMemory(scripts),
            ["acs-plugin-manager", ...argv],
            ...removals(scripts),
        ],
        steps: [
            ...lookSteps(scripts, answers),
            ...memorySteps(scripts),
            ["acs-plugin-manager", ...argv].join(" "),
            `code=${managerExit}`,
            ...(scripts === undefined ? [] : ["[ -n  ]"]),
            ...removalSteps(scripts),
            ...(harmful ? ["code=255"] : []),
        ],
        stdout: "",
        exitCode: harmful ? 255 : managerExit,
    });
    return argv;
}

/** Expects that a command with missing or wrong scripts does not call the manager, and prints its findings. */
export function expectRefused(
    shell: StubbedShell,
    command: string,
    scripts: ExpectedScripts,
    found: Pick<Stubs, "stat" | "sha256sum">,
): void {
    const answers = { ...rightAnswers(scripts), ...found };
    const said = ["the scripts failed verification:", foundIn(scripts, answers)];
    expectRun(shell.run(command, { ...answers, exitCode: 0 }), {
        calls: [...looksAt(scripts), ...removals(scripts)],
        steps: [
            ...lookSteps(scripts, answers),
            ["printf", "%s\\n", ...said].join(" "),
            "code=64",
            ...removalSteps(scripts),
        ],
        stdout: said.map((line) => `${line}\n`).join(""),
        exitCode: 64,
    });
}

interface Expectation {
    readonly calls: readonly (readonly string[])[];
    /** All steps but the last one, which is the end with the exit code. */
    readonly steps: readonly string[];
    readonly stdout: string;
    readonly exitCode: number;
}

function expectRun(run: ShellRun, { calls, steps, stdout, exitCode }: Expectation): void {
    expect(
        run.calls.map(({ program, argv }) => [program, ...argv]),
        "programs called",
    ).to.deep.equal(calls);
    expect(run.steps, "steps of the shell").to.deep.equal([...steps, `exit ${exitCode}`]);
    expect(run.stdout, "output").to.equal(stdout);
    expect(run.exitCode, "exit code").to.equal(exitCode);
}

type Delivered = ExpectedScript & { readonly sha256: string };

function filesOf(scripts: ExpectedScripts | undefined): readonly ExpectedScript[] {
    return scripts === undefined ? [] : [scripts.pre, scripts.post];
}

function deliveredOf(files: readonly ExpectedScript[]): readonly Delivered[] {
    return files.filter((file): file is Delivered => file.sha256 !== undefined);
}

/** Returns the calls that check the scripts. */
function looksAt(scripts: ExpectedScripts | undefined): string[][] {
    const files = filesOf(scripts);
    const delivered = deliveredOf(files);
    return [
        ...(files.length === 0 ? [] : [["stat", "-c", "%n %u %f", "--", ...files.map(({ path }) => path)]]),
        ...(delivered.length === 0 ? [] : [["sha256sum", "--", ...delivered.map(({ path }) => path)]]),
    ];
}

/** Returns the calls that look for a place for the scripts' output. Here there is none, so the scripts run directly. */
function looksForMemory(scripts: ExpectedScripts | undefined): string[][] {
    return scripts === undefined
        ? []
        : ["/run", "/dev/shm"].map((place) => ["stat", "-f", "-c", "%T", place]);
}

function memorySteps(scripts: ExpectedScripts | undefined): string[] {
    return scripts === undefined
        ? []
        : [
              "kept=",
              "command -v env",
              "env=",
              ...looksForMemory(scripts).flatMap((words) => [
                  words.join(" "),
                  "[ ext2/ext3 = tmpfs ]",
                  "continue",
              ]),
              "[ -n  ]",
              "[ -z  ]",
          ];
}

/** Returns the calls that remove the delivered scripts, and check that they are gone. */
function removals(scripts: ExpectedScripts | undefined): string[][] {
    const paths = scripts?.kept === true ? [] : deliveredOf(filesOf(scripts)).map(({ path }) => path);
    return paths.length === 0
        ? []
        : [
              ["rm", "-f", "--", ...paths],
              ["stat", "-c", "%n", "--", ...paths],
          ];
}

function removalSteps(scripts: ExpectedScripts | undefined): string[] {
    const steps = removals(scripts).map((words) => words.join(" "));
    return steps.length === 0 ? [] : [...steps, "[ -n  ]", "break"];
}

function foundIn(
    scripts: ExpectedScripts,
    { stat, sha256sum }: Required<Pick<Stubs, "stat" | "sha256sum">>,
): string {
    // What nobody asks for is not printed.
    const sums = deliveredOf(filesOf(scripts)).length === 0 ? "" : sha256sum;
    return `${stat}${sums}`.replace(/\n+$/, "");
}

function lookSteps(
    scripts: ExpectedScripts | undefined,
    answers: Required<Pick<Stubs, "stat" | "sha256sum">>,
): string[] {
    if (scripts === undefined) {
        return [];
    }
    const expected = foundIn(scripts, rightAnswers(scripts));
    const found = foundIn(scripts, answers);
    const [stat = [], ...sums] = looksAt(scripts);
    return [
        `expected=${expected}`,
        "export LC_ALL=C",
        stat.join(" "),
        ...sums.map((words) => words.join(" ")),
        `found=${found}`,
        `[ ${found} = ${expected} ]`,
    ];
}
