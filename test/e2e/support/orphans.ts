import { readdir, readFile } from "node:fs/promises";

/**
 * Ends the processes that a killed engine left behind: those with a given variable in their environment, which
 * only one stack's processes have. Where there is no /proc they can't be told apart, and are left to end with
 * the machine.
 */
export async function endOrphans(variable: string, value: string): Promise<void> {
    const names = await readdir("/proc").catch(() => []);
    for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
        const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
        if (pid !== process.pid && environment.split("\0").includes(`${variable}=${value}`)) {
            end(pid);
        }
    }
}

function end(pid: number): void {
    try {
        process.kill(pid);
    } catch {
        // It ended by itself meanwhile.
    }
}
