import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";

import { type Clock, pause } from "../clock/clock";
import { during } from "../clock/work";
import type { Starter } from "../processes/children";
import type { Behaviour } from "../settings/behaviour";

interface ScriptHost {
    readonly children: Starter;
    readonly workDir: string;
    /** The environment of a script, without its own directory. */
    readonly environment: NodeJS.ProcessEnv;
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly behaviour: Pick<Behaviour, "scriptStart" | "scriptEnd" | "scriptKill">;
    print(text: string): void;
    readonly signal: AbortSignal;
}

/** The first bytes of a script: the kernel executes no file without them. */
const firstBytes = Buffer.from("#!");

const refusals: Readonly<Record<string, string>> = {
    ENOENT: "no such file or directory",
    EACCES: "permission denied",
    ENOEXEC: "exec format error",
};

/**
 * Runs a pre or post script for real, in a directory of its own. Resolves to how it ended, or why it could not be
 * started. What it has started in the background goes on: a pre script may leave something there that the post script
 * ends.
 */
export async function runScript(itsPath: string, content: Buffer, host: ScriptHost): Promise<string> {
    if (host.behaviour.scriptStart === "kernel" && !content.subarray(0, 2).equals(firstBytes)) {
        return `fork/exec ${itsPath}: exec format error`;
    }
    const directory = mkdtempSync(path.join(host.workDir, "script-"));
    const file = path.join(directory, "script.sh");
    writeFileSync(file, content, { mode: 0o700 });
    const decoder = new StringDecoder("utf8");
    const [program, words] = host.behaviour.scriptStart === "kernel" ? [file, []] : ["/bin/sh", [file]];
    const child = host.children.start(
        program,
        words,
        { cwd: directory, env: { ...host.environment, HOME: directory } },
        (chunk) => {
            host.print(decoder.write(chunk));
        },
    );
    const over = new AbortController();
    const stopWaiting = () => {
        over.abort();
    };
    host.signal.addEventListener("abort", stopWaiting, { once: true });
    const expired = pause(host.clock, host.timeoutMs, over.signal).then(() => undefined);
    const end = host.behaviour.scriptEnd === "exit" ? child.exited : child.closed;
    const ending = await during(host.clock, Promise.race([end, expired]));
    stopWaiting();
    host.signal.removeEventListener("abort", stopWaiting);
    if (ending?.refusal !== undefined) {
        // Usually the interpreter is missing.
        return `fork/exec ${itsPath}: ${refusals[ending.refusal] ?? ending.refusal}`;
    }
    if (ending !== undefined) {
        return ending.exitCode === 0 ? "success" : `exit code ${ending.exitCode}`;
    }
    if (host.signal.aborted) {
        // The plugin is gone, and nothing ends the script.
        return "killed";
    }
    if (host.behaviour.scriptKill === "group") {
        child.killTree();
    } else {
        child.kill();
    }
    return "timeout";
}
