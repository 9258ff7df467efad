import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { expect } from "chai";

import { scriptDirectory } from "../../provider/src/core/plugin/scripts/directory";
import { type LoopFileSystem, whyNoLoopFileSystem, withLoopFileSystem } from "../support/loop-file-system";
import { until } from "../support/until";
import { commandOf, sampleRunId } from "../unit/support/commands";
import { deliveredScripts, inputsOf } from "../unit/support/samples";
import { shells } from "../unit/support/shells";

/** Far longer than the command waits for its files, and far shorter than the time until the automatic thaw. */
const promptMs = 60_000;

describe("delivered scripts on a file system that stays frozen", () => {
    before(async function () {
        const reason = await whyNoLoopFileSystem();
        if (reason !== undefined) {
            console.log(`    skipped: ${reason}`);
            this.skip();
        }
    });

    const busybox = ["/bin/busybox", "/usr/bin/busybox"].filter(existsSync).slice(0, 1);
    const others = busybox.map((file) => ({ name: "BusyBox's", file, argv0: "sh" }));
    for (const { name, file, argv0 } of [...shells, ...others]) {
        it(`do not keep the command from ending, and are removed after the thaw, in ${name}`, () =>
            withManager((programs, manager) =>
                withLoopFileSystem("ext4", async (fileSystem) => {
                    const { mountPoint } = fileSystem;
                    const directory = join(mountPoint, "scripts");
                    await inside(fileSystem, ["mkdir", "-m", "0700", directory]);
                    const files = await deliver(fileSystem, directory);
                    manager(`fsfreeze -f ${mountPoint}\nexit 12`);

                    const command = commandOf({
                        osType: "linux",
                        inputs: inputsOf({ linux: deliveredScripts }),
                    });
                    const text = command.commandContent.replaceAll(scriptDirectory, directory);
                    const path = [programs, process.env["PATH"]].join(delimiter);
                    // Its output ends only when nobody holds it any more.
                    const ended = await inside(fileSystem, [
                        ...["env", `PATH=${path}`, "bash", "-c", 'exec -a "$0" "$@"'],
                        ...[argv0, file, "-c", text],
                    ]);
                    expect(ended).to.deep.equal({ exitCode: 12, output: "" });
                    expect(await there(fileSystem, files)).to.deep.equal(files);

                    await fileSystem.thaw();
                    await until(async () => (await there(fileSystem, files)).length === 0);
                }),
            ));
    }
});

/** Makes a folder with a program that is called like the plugin manager, and is controlled later. */
async function withManager(
    task: (folder: string, manager: (script: string) => void) => Promise<void>,
): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "app-snapshot-manager-"));
    const manager = join(folder, "acs-plugin-manager");
    try {
        await task(folder, (script) => {
            writeFileSync(manager, `#!/bin/sh\n${script}\n`);
            chmodSync(manager, 0o755);
        });
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Writes the scripts of the sample run as the agent does; returns their paths. */
async function deliver(fileSystem: LoopFileSystem, directory: string): Promise<string[]> {
    const texts = [
        ["pre", deliveredScripts.preScript],
        ["post", deliveredScripts.postScript],
    ] as const;
    return Promise.all(
        texts.map(async ([what, content]) => {
            const digest = createHash("sha256").update(content).digest("hex").slice(0, 16);
            const path = join(directory, `${sampleRunId}-${what}-${digest}.once`);
            const script = 'printf %s "$1" > "$2" && chmod 0700 "$2"';
            const { exitCode } = await inside(fileSystem, ["sh", "-c", script, "sh", content, path]);
            expect(exitCode).to.equal(0);
            return path;
        }),
    );
}

async function there(fileSystem: LoopFileSystem, files: readonly string[]): Promise<string[]> {
    const { output } = await inside(fileSystem, [
        "sh",
        "-c",
        'stat -c %n -- "$@" 2>/dev/null',
        "sh",
        ...files,
    ]);
    return output.split("\n").filter((line) => line !== "");
}

/** Runs a program inside the namespace of the file system, until nobody holds its output any more. */
async function inside(
    fileSystem: LoopFileSystem,
    command: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
    const [program, ...args] = fileSystem.inside(...command);
    const child = spawn(program, args, { cwd: "/", stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    return new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
            reject(new Error(`still at work after ${promptMs} ms: ${command.join(" ")}`));
        }, promptMs);
        child.on("error", reject);
        child.on("close", (exitCode) => {
            clearTimeout(limit);
            resolve({ exitCode, output });
        });
    });
}
