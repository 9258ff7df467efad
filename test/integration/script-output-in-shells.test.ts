import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";

import { expect } from "chai";

import { scriptOutputsIn, withoutScriptOutputs } from "../../provider/src/core/plugin/scripts/script-output";
import { withFolder } from "../support/folder";
import { until } from "../support/until";
import { commandOf } from "../unit/support/commands";
import { inputsOf } from "../unit/support/samples";
import { shells } from "../unit/support/shells";

/** The place of the scripts' output, on this machine as on an instance. */
const places = ["/run", "/dev/shm"];

function whyNot(): string | undefined {
    if (process.platform !== "linux" || process.getuid?.() !== 0) {
        return "it takes Linux and root";
    }
    const inMemory = places.some(
        (place) => execFileSync("stat", ["-f", "-c", "%T", place], { encoding: "utf8" }).trim() === "tmpfs",
    );
    if (!inMemory) {
        return "neither /run nor /dev/shm is a tmpfs";
    }
    const { status } = spawnSync("unshare", ["--mount", "true"]);
    return status === 0 ? undefined : "no mount namespace can be had";
}

/** A plugin that only runs its scripts and reports their ends. */
const manager = `#!/bin/sh
option() {
    printf '%s\\n' "$all" | tr ' ,' '\\n\\n' | sed -n "s/^\\(--params=\\)*-$1=//p"
}
all=$*
stat -c '%u %f' "$(option PreScriptPath)" "$(option PostScriptPath)"
"$(option PreScriptPath)" || exit 9
until [ ! -e wait ]; do sleep 0.1; done
"$(option PostScriptPath)" || exit 10
echo '[snapshotgroup="ssg-1"][message="done"]'
`;

describe("the output of scripts, in the shells of supported systems", () => {
    before(function () {
        const reason = whyNot();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });

    it("stays in the plugin's output if nothing in memory may be executed", () =>
        withFolder(async (folder) => {
            const isolated = ["--mount", "--propagation", "private", "sh", "-c"];
            const mounts = places.map((place) => `mount -t tmpfs -o noexec none ${place}`).join(" && ");
            const command = prepare(folder, "#!/bin/sh\necho held\n", "#!/bin/sh\necho released\n");
            const args = [...isolated, `${mounts} && exec sh -c "$1"`, "sh", command];
            const { output, exitCode } = await outputOf("unshare", args, folder);
            expect(exitCode, output).to.equal(0);
            expect(scriptOutputsIn(output)).to.deep.equal({});
            expect(output).to.include("held\nreleased\n[snapshotgroup=");
        }));

    const busybox = ["/bin/busybox", "/usr/bin/busybox"].filter(existsSync).slice(0, 1);
    const all = [...shells, ...busybox.map((file) => ({ name: "BusyBox's", file, argv0: "sh" }))];
    for (const { name, file, argv0 } of all) {
        const run = async (
            pre: string,
            post: string,
        ): Promise<{ readonly output: string; readonly exitCode: number | null }> =>
            withFolder(async (folder) => {
                const command = prepare(folder, pre, post);
                const ended = await outputOf(file, ["-c", command], folder, argv0);
                expect(keptFor(folder), "nothing is left in memory").to.deep.equal([]);
                return ended;
            });

        it(`is returned beside the plugin's own output, in ${name}`, async () => {
            const { output, exitCode } = await run(
                "#!/bin/sh\necho \"$0: held\" | sed 's:.*/::'\n",
                "#!/bin/sh\necho released >&2\n",
            );
            expect(exitCode).to.equal(0);
            expect(scriptOutputsIn(output)).to.deep.equal({
                preScriptOutput: "pre.sh: held",
                postScriptOutput: "released",
            });
            expect(withoutScriptOutputs(output).trim().split("\n")).to.deep.equal([
                ...["0 81c0", "0 81c0"],
                '[snapshotgroup="ssg-1"][message="done"]',
            ]);
        });

        it(`is returned with the exit code of the failed script, in ${name}`, async () => {
            const { output, exitCode } = await run("#!/bin/sh\nexit 0\n", "#!/bin/sh\necho why\nexit 7\n");
            expect(exitCode).to.equal(10);
            expect(scriptOutputsIn(output)).to.deep.equal({ postScriptOutput: "why" });
        });

        it(`does not wait for background processes, which are not disturbed, in ${name}`, () =>
            withFolder(async (folder) => {
                const [go, done] = [join(folder, "go"), join(folder, "done")];
                const { exitCode } = await run(
                    `#!/bin/sh\n(until [ -e ${go} ]; do sleep 0.1; done; echo late && echo again && : >${done}) &\n`,
                    "#!/bin/sh\n",
                );
                expect(exitCode).to.equal(0);
                writeFileSync(go, "");
                await until(() => Promise.resolve(existsSync(done)));
            }));

        it(`is returned up to its end, however much it is, and takes no space, in ${name}`, async () => {
            const { output, exitCode } = await run(
                `#!/bin/sh\nyes line | head -c 9000000\ndu -sk ${places.map((place) => `${place}/app-snapshot.*`).join(" ")} 2>/dev/null || true\n`,
                "#!/bin/sh\necho first\necho middle >/dev/stderr\necho last\n",
            );
            expect(exitCode).to.equal(0);
            const { preScriptOutput = "", postScriptOutput } = scriptOutputsIn(output);
            expect(postScriptOutput).to.equal("first\nmiddle\nlast");
            const [, kilobytes = ""] = /^(?:line\n)+(\d+)\t\S+$/.exec(preScriptOutput) ?? [];
            expect(Number(kilobytes), preScriptOutput).to.be.below(64);
        });

        it(`blocks no script when the command is killed, and is nowhere in clear then, in ${name}`, () =>
            withFolder(async (folder) => {
                const held = join(folder, "held");
                const released = join(folder, "released");
                const wait = join(folder, "wait");
                const command = prepare(
                    folder,
                    `#!/bin/sh\nset -e\necho hunter2\n: >${held}\n`,
                    `#!/bin/sh\nset -e\necho hunter2\n: >${released}\n`,
                );
                writeFileSync(wait, "");
                const child = start(file, ["-c", command], folder, argv0);
                await until(() => Promise.resolve(existsSync(held)));
                child.kill("SIGKILL");
                rmSync(wait);
                await until(() => Promise.resolve(existsSync(released)));
                const folders = keptFor(folder);
                expect(folders).to.have.length(1);
                // The readers of the pipes end with the scripts.
                await until(() => Promise.resolve(!folders.some(isOpen)));
                const { stdout } = spawnSync("grep", ["-rl", "-D", "skip", "hunter2", ...folders], {
                    encoding: "utf8",
                });
                expect(stdout).to.equal("");
                for (const one of folders) {
                    rmSync(one, { recursive: true });
                }
            }));

        it(`blocks no script if the memory is full, in ${name}`, async () => {
            const { output, exitCode } = await runWithFullMemory(file, argv0);
            expect(exitCode, output).to.equal(0);
            expect(output).to.include('[snapshotgroup="ssg-1"]');
        });
    }
});

/** Writes the manager and the scripts to a folder; returns the command that runs them. */
function prepare(folder: string, pre: string, post: string): string {
    const write = (name: string, content: string, mode: number): string => {
        const path = join(folder, name);
        writeFileSync(path, content);
        chmodSync(path, mode);
        return path;
    };
    write("acs-plugin-manager", manager, 0o755);
    const linux = {
        preScriptPath: write("pre.sh", pre, 0o700),
        postScriptPath: write("post.sh", post, 0o700),
    };
    return commandOf({ osType: "linux", inputs: inputsOf({ linux }) }).commandContent;
}

/** Scripts that print with `set -e`, between which the place of the outputs is filled. */
async function runWithFullMemory(
    file: string,
    argv0: string,
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
    return withFolder(async (folder) => {
        const fill = "cat /dev/zero >/run/other 2>/dev/null || true";
        const command = prepare(
            folder,
            `#!/bin/sh\nset -e\necho holding\n${fill}\n`,
            "#!/bin/sh\nset -e\necho releasing\nhead -c 300000 /dev/zero\necho released\n",
        );
        const mounts = "mount -t tmpfs -o size=1m none /run && mount -t tmpfs -o noexec none /dev/shm";
        const script = `${mounts} && exec -a "$2" "$3" -c "$1"`;
        const args = [
            "--mount",
            "--propagation",
            "private",
            "bash",
            "-c",
            script,
            "bash",
            command,
            argv0,
            file,
        ];
        return outputOf("unshare", args, folder);
    });
}

/** Returns the directories of outputs that a command for the scripts of a folder has left. */
function keptFor(folder: string): string[] {
    return places
        .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
        .filter((path) => {
            try {
                return readFileSync(join(path, "pre.sh"), "utf8").includes(folder);
            } catch {
                // It is something else, or has gone meanwhile.
                return false;
            }
        });
}

/** Tells whether any process has a file open in a folder. */
function isOpen(folder: string): boolean {
    const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return processes.some((id) => {
        try {
            const open = readdirSync(`/proc/${id}/fd`);
            return open.some((fd) => readlinkSync(`/proc/${id}/fd/${fd}`).startsWith(folder));
        } catch {
            // It has gone meanwhile.
            return false;
        }
    });
}

function start(
    file: string,
    args: readonly string[],
    folder: string,
    argv0: string,
): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(file, args, {
        argv0,
        cwd: folder,
        env: { PATH: [folder, process.env["PATH"]].join(delimiter) },
        stdio: ["ignore", "pipe", "pipe"],
    });
}

/** Waits, as the agent does, until nobody holds the command's output any more. */
function outputOf(
    file: string,
    args: readonly string[],
    folder: string,
    argv0 = file,
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
    const child = start(file, args, folder, argv0);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (exitCode) => {
            resolve({ output, exitCode });
        });
    });
}
