import type { ChildProcess } from "node:child_process";

/** Only a hang takes so long, even on a slow machine. */
const limitMs = 600_000;

/**
 * Returns the first line that a process prints, which tells that it is ready.
 *
 * @param name the process in words, for the error.
 */
export async function firstLine(child: ChildProcess, name: string): Promise<string> {
    const line = new Promise<string>((resolve, reject) => {
        let text = "";
        child.stdout?.on("data", (chunk: Buffer | string) => {
            text += chunk.toString();
            if (text.includes("\n")) {
                resolve(text.slice(0, text.indexOf("\n")));
            }
        });
        child.once("error", reject);
        child.once("exit", (code) => {
            reject(new Error(`${name} ended with ${code ?? "a signal"} before it was ready`));
        });
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
    try {
        return await line;
    } finally {
        clearTimeout(limit);
    }
}
