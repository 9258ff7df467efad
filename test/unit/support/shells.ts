import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    realpathSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Shell {
    readonly name: string;
    readonly file: string;
    readonly argv0: string;
}

/**
 * The shells to try, if they are installed: this machine's `/bin/sh`, and the `/bin/sh` of supported systems: dash on
 * Ubuntu, and on CentOS and Alibaba Cloud Linux bash, which behaves differently when called as `sh`.
 */
export const shells: readonly Shell[] = [
    { name: "/bin/sh", file: "/bin/sh", argv0: "sh" },
    { name: "dash", file: "/bin/dash", argv0: "sh" },
    { name: "bash as sh", file: "/bin/bash", argv0: "sh" },
    { name: "bash", file: "/bin/bash", argv0: "bash" },
]
    .filter(({ file }) => existsSync(file))
    .filter(
        (shell, index, all) =>
            all.findIndex(
                ({ file, argv0 }) => realpathSync(file) === realpathSync(shell.file) && argv0 === shell.argv0,
            ) === index,
    );

/** The behaviour of the stubbed programs; each first records its arguments, and does nothing else. */
export interface Stubs {
    /** The output of `stat`, and of `sha256sum`. Default: nothing. After a removal `stat` finds nothing. */
    readonly stat?: string;
    readonly sha256sum?: string;
    /** The exit code of the plugin manager. Default: 0. */
    readonly exitCode?: number;
}

export interface ProgramCall {
    readonly program: string;
    readonly argv: readonly string[];
}

/** Everything that a command did. */
export interface ShellRun {
    /** The programs that were called, in order. */
    readonly calls: readonly ProgramCall[];
    /** Everything that the shell ran, including its own commands: the words of each, separated by blanks. */
    readonly steps: readonly string[];
    readonly exitCode: number;
    readonly stdout: string;
}

const programs = ["acs-plugin-manager", "stat", "sha256sum", "rm"] as const;

/** Remembers which shells are bash. */
const isBash = new Map<string, boolean>();

/** A shell in an empty folder, with stubs for the programs that a command may call, and no other program. */
export class StubbedShell {
    private readonly folder = mkdtempSync(join(tmpdir(), "app-snapshot-shell-"));
    private readonly programs = join(this.folder, "programs");
    private readonly answers = join(this.folder, "answers");
    private readonly calls = join(this.folder, "calls");
    private readonly isBash: boolean;
    /** A file that does not exist. If a command makes it, or any other, {@link run} notices. */
    readonly canary = join(this.folder, "canary");

    constructor(private readonly shell: Omit<Shell, "name"> = { file: "/bin/sh", argv0: "sh" }) {
        for (const name of ["programs", "answers", "work", "home"]) {
            mkdirSync(join(this.folder, name));
        }
        for (const program of programs) {
            // Into a file, because its output may go elsewhere: into a pipe, or nowhere.
            const record = `printf '%s\\0' ${program} "$#" "$@" >> '${this.calls}'`;
            const answer =
                program === "acs-plugin-manager"
                    ? `read -r code < '${this.answerOf(program)}'; exit "$code"`
                    : `exec /bin/cat '${this.answerOf(program)}'`;
            const body = program === "stat" ? ofFileSystem(record) + afterRemoval(this.calls, record) : "";
            writeFileSync(join(this.programs, program), `#!/bin/sh\n${body}${record}\n${answer}\n`);
            chmodSync(join(this.programs, program), 0o755);
        }
        const { file, argv0 } = this.shell;
        this.isBash = isBash.get(`${file} ${argv0}`) ?? this.start('printf %s "$BASH_VERSION"').stdout !== "";
        isBash.set(`${file} ${argv0}`, this.isBash);
    }

    /** Runs a command in the shell, and returns everything that it did. Fails if it made or changed a file. */
    run(command: string, { stat = "", sha256sum = "", exitCode = 0 }: Stubs = {}): ShellRun {
        const answers = { "acs-plugin-manager": `${exitCode}\n`, stat, sha256sum, rm: "" };
        for (const program of programs) {
            writeFileSync(this.answerOf(program), answers[program]);
        }
        const plain = this.observed(command);
        if (plain.stderr !== "") {
            throw new Error(`The command complained: ${plain.stderr}`);
        }
        // The trace within braces would go where their errors go: into a variable. A trace in the
        // background could interrupt another line.
        const traceable = command
            .replace("\n} 2>&1)", "\n})")
            .replace("done 2>/dev/null\n", "done\n")
            .replaceAll(" 2>&1 &\n", " 2>&1\n");
        const traced = this.observed(`PS4='${traceMark} '; set -x\n${traceable}`);
        for (const observation of ["calls", "status", "stdout"] as const) {
            if (traced[observation] !== plain[observation]) {
                throw new Error(`The command did something else the second time: ${traced.stderr}`);
            }
        }
        return {
            calls: callsIn(plain.calls),
            steps: this.stepsIn(traced.stderr),
            exitCode: plain.status,
            stdout: plain.stdout,
        };
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }

    private answerOf(program: string): string {
        return join(this.answers, program);
    }

    private observed(command: string): {
        readonly calls: string;
        readonly status: number;
        readonly stdout: string;
        readonly stderr: string;
    } {
        const before = this.files();
        const { status, stdout, stderr } = this.start(command);
        const calls = existsSync(this.calls) ? readFileSync(this.calls, "utf8") : "";
        rmSync(this.calls, { force: true });
        if (this.files() !== before) {
            throw new Error(`The command made or changed a file: ${stderr}`);
        }
        return { calls, status, stdout, stderr };
    }

    private start(command: string): {
        readonly status: number;
        readonly stdout: string;
        readonly stderr: string;
    } {
        const { status, stdout, stderr, error } = spawnSync(this.shell.file, ["-c", command], {
            argv0: this.shell.argv0,
            cwd: join(this.folder, "work"),
            env: {
                PATH: this.programs,
                HOME: join(this.folder, "home"),
                TMPDIR: this.folder,
                EXPANDED: "expanded",
            },
            // Bash would take a socket, such as Node.js gives, for a remote login, and read its start-up files.
            stdio: ["ignore", "pipe", "pipe"],
            encoding: "utf8",
        });
        if (error !== undefined || status === null) {
            throw new Error(`The shell could not be started, or was killed: ${error?.message ?? ""}`);
        }
        return { status, stdout, stderr };
    }

    private stepsIn(trace: string): string[] {
        const [before = "", ...steps] = trace.split(new RegExp(`^${traceMark}+ `, "m"));
        if (before !== "") {
            throw new Error(`Something came before the trace: ${before}`);
        }
        return steps
            .map((step) => step.replace(/\n$/, ""))
            .map((step) => (this.isBash ? withoutQuotes(step) : step))
            .filter(
                (step) => !this.isBash || !/^(?:case \$code in$|LC_ALL=C$|for (?:look|place) in )/.test(step),
            );
    }

    private files(): string {
        return [
            ...readdirSync(this.folder, { recursive: true }),
            ...programs.map((program) => readFileSync(join(this.programs, program), "utf8")),
            ...programs.map((program) => readFileSync(this.answerOf(program), "utf8")),
        ].join("\n");
    }
}

/** Makes the stub for `stat` find no directory in memory; the other case is tried with real programs. */
function ofFileSystem(record: string): string {
    return `if [ "$1" = -f ]; then
    ${record}
    echo ext2/ext3
    exit 0
fi
`;
}

/**
 * Makes the stub for `stat` find nothing if it is asked for names alone, after a removal: that may run in the
 * background, so its call is awaited, and both calls stay in order.
 */
function afterRemoval(calls: string, record: string): string {
    return `if [ "$2" = %n ]; then
    tries=0
    until /bin/grep -zqx rm '${calls}' || [ "$tries" = 1000 ]; do tries=$((tries + 1)); /bin/sleep 0.01; done
    ${record}
    exit 1
fi
`;
}

/** The prefix of each step of a trace; bash repeats it for commands within commands. */
const traceMark = "@";

/** The calls as the stubs record them: the number of arguments, then each word with its end. */
function callsIn(text: string): ProgramCall[] {
    const words = text.split("\0");
    if (words.pop() !== "") {
        throw new Error("The list of calls is broken.");
    }
    const calls: ProgramCall[] = [];
    while (words.length > 0) {
        const [program = "", count = "0"] = words.splice(0, 2);
        calls.push({ program, argv: words.splice(0, Number(count)) });
    }
    return calls;
}

/** Unquotes a word of a trace: bash quotes words if needed; dash never does. */
function withoutQuotes(step: string): string {
    return step.replace(/\$'((?:\\.|[^'\\])*)'|'([^']*)'|\\(.)/gs, (_whole, ...groups: unknown[]) => {
        const [escaped, quoted, character] = groups as (string | undefined)[];
        return (
            escaped?.replace(/\\(.)/gs, (_pair, next: string) => (next === "n" ? "\n" : next)) ??
            quoted ??
            character ??
            ""
        );
    });
}
