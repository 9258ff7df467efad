import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { processesWith } from "../e2e/support/orphans";

/** The processes of a command that a kill can hit. */
export type Part = "cli" | "provider";

export interface EngineProcess {
    readonly pid: number;
    readonly part: Part;
}

/** Whether processes can be found by their environment here. */
export const processesCanBeFound = existsSync("/proc/self/environ");

const lookMilliseconds = 50;

/** The processes of the command that runs on the stack with this PULUMI_HOME. */
export async function engineProcesses(home: string): Promise<EngineProcess[]> {
    const found: EngineProcess[] = [];
    for (const pid of await processesWith("PULUMI_HOME", home)) {
        const part = partOf((await textOf(pid, "cmdline")).split("\0"));
        if (part !== undefined) {
            found.push({ pid, part });
        }
    }
    return found;
}

/** The engine starts the provider through a script, which may stay as the parent of the real one. */
function partOf(commandLine: readonly string[]): Part | undefined {
    if (/(?:^|\/)pulumi$/.test(commandLine[0] ?? "")) {
        return "cli";
    }
    return commandLine.some((argument) => /dynamic-provider|pulumi-resource-pulumi-nodejs/.test(argument))
        ? "provider"
        : undefined;
}

export function signal(processes: readonly EngineProcess[], name: "SIGKILL" | "SIGINT"): void {
    for (const { pid } of processes) {
        try {
            process.kill(pid, name);
        } catch {
            // It has ended meanwhile.
        }
    }
}

/** Waits until processes have ended; those that have not in this time. */
export async function stillThere(
    processes: readonly EngineProcess[],
    milliseconds: number,
): Promise<EngineProcess[]> {
    const deadline = Date.now() + milliseconds;
    let left = [...processes];
    for (;;) {
        const alive = await Promise.all(left.map(({ pid }) => isAlive(pid)));
        left = left.filter((_process, at) => alive[at]);
        if (left.length === 0 || Date.now() > deadline) {
            return left;
        }
        await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
    }
}

async function isAlive(pid: number): Promise<boolean> {
    // "PID (NAME) STATE …"; a zombie has ended, only its parent has not asked for it yet.
    const state = /\) (\w)/.exec(await textOf(pid, "stat"))?.[1];
    return state !== undefined && state !== "Z" && state !== "X";
}

function textOf(pid: number, file: string): Promise<string> {
    return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
