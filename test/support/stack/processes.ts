import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** Tells whether processes can be found by their environment here. */
export const processesCanBeFound = existsSync("/proc/self/environ");

/**
 * Ends the processes that a killed engine left behind: those with a given variable in their environment, which only
 * one stack's processes have. Without /proc they can't be told apart, and stay until the machine stops.
 */
export async function endOrphans(variable: string, value: string): Promise<void> {
    for (const pid of await processesWithVariable(variable, value)) {
        end(pid);
    }
}

/** Returns the ids of those that run a dynamic provider. */
export async function providerProcesses(variable: string, value: string): Promise<number[]> {
    const found: number[] = [];
    for (const pid of await processesWithVariable(variable, value)) {
        const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
        // The engine starts it through a script, which may stay as the parent of the real one.
        if (/dynamic-provider|pulumi-resource-pulumi-nodejs/.test(commandLine)) {
            found.push(pid);
        }
    }
    return found;
}

/** Returns the ids of all processes with a variable in their environment. */
export async function processesWithVariable(variable: string, value: string): Promise<number[]> {
    const found: number[] = [];
    const names = await readdir("/proc").catch(() => []);
    for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
        const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
        if (pid !== process.pid && environment.split("\0").includes(`${variable}=${value}`)) {
            found.push(pid);
        }
    }
    return found;
}

function end(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It has ended meanwhile.
    }
}
