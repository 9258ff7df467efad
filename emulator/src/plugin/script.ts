import { mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Children } from "../agent/children";
import { type Clock, pause } from "../clock";

interface ScriptHost {
    children: Children;
    workDir: string;
    clock: Clock;
    timeoutMs: number;
    print(text: string): void;
    signal: AbortSignal;
}

/** Runs a pre or post script for real, in a directory of its own. Says how it ended. */
export async function runScript(content: string, host: ScriptHost): Promise<string> {
    const directory = mkdtempSync(path.join(host.workDir, "script-"));
    const file = path.join(directory, "script.sh");
    writeFileSync(file, content, { mode: 0o700 });
    const child = host.children.start(
        "/bin/sh",
        [file],
        { cwd: directory, env: { PATH: process.env.PATH, HOME: directory } },
        (chunk) => {
            host.print(chunk.toString("utf8"));
        },
    );
    const over = new AbortController();
    const stopWaiting = () => {
        over.abort();
    };
    host.signal.addEventListener("abort", stopWaiting, { once: true });
    const expired = pause(host.clock, host.timeoutMs, over.signal).then(() => undefined);
    const ending = await Promise.race([child.exited, expired]);
    stopWaiting();
    host.signal.removeEventListener("abort", stopWaiting);
    child.killTree();
    if (ending === undefined) {
        return host.signal.aborted ? "killed" : "timeout";
    }
    return ending.exitCode === 0 ? "success" : `exit code ${ending.exitCode}`;
}
