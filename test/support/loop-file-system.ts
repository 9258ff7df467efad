import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
    mkdtempSync,
    readdirSync,
    readFileSync,
    readlinkSync,
    statSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import {
    defaultFixture,
    type Fault,
    type Fixture,
    type LedgerEntry,
    type State,
} from "pulumi-alicloud-app-snapshot-emulator";

import { fileSystemMakers, type FileSystemType } from "./file-system-type";
import { firstLine } from "./first-line";

// Real file systems to freeze. Each is a sparse file on a loop device, mounted in a mount namespace of its own, so that
// nothing else on the machine can see it, let alone wait for it. A write to a frozen file system cannot be interrupted,
// not even by SIGKILL; so nothing here waits for one without a limit, and everything is thawed before a wait.

/** The instance of the default fixture that gets the file system. It has a role and scripts already. */
export const mountedInstance = "i-bp1linuxdb0000000002";

export interface EmulatorSettings {
    /** Changes the fixture, in which {@link mountedInstance} has mounted the file system. */
    readonly fixture?: (fixture: Fixture) => void;
}

/** An emulator in a process of its own, inside the namespace of the file system. */
export interface EmulatorProcess {
    readonly url: string;
    readonly port: number;
    readonly pid: number;
    state(): Promise<State>;
    ledger(): Promise<LedgerEntry[]>;
    addFaults(...faults: Omit<Fault, "when">[]): Promise<void>;
    /** Releases a run of the plugin that waits at its outcome's `holdAt`. */
    releasePlugin(instanceId: string): Promise<void>;
    /** Stops the emulator. Default SIGTERM, at which it thaws what it froze. */
    stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export interface LoopFileSystem {
    /** The mount point; only inside the namespace is something mounted there. */
    readonly mountPoint: string;
    /** The file behind the loop device. */
    readonly image: string;
    startEmulator(settings?: EmulatorSettings): Promise<EmulatorProcess>;
    /**
     * Writes a new file. Returns "blocked" if that has not succeeded in time; then it will after a thaw.
     * Default: so long that only a freeze blocks it.
     */
    write(withinMs?: number): Promise<"written" | "blocked">;
    /** Returns the words that start a program inside the namespace. Never wait for one without a limit. */
    inside(...command: string[]): [string, ...string[]];
    /** The number of the plugin's live freezers. */
    freezers(): number;
    /** Freezes or thaws by hand. Rejects if the file system is in that state already. */
    freeze(): Promise<void>;
    thaw(): Promise<void>;
    /** A second file system in the same namespace. */
    another(type: FileSystemType): Promise<LoopFileSystem>;
}

/** Runs a test with a new file system, and leaves nothing behind. */
export async function withLoopFileSystem(
    type: FileSystemType,
    test: (fileSystem: LoopFileSystem) => Promise<void>,
): Promise<void> {
    const namespace = await Namespace.open();
    try {
        await test(await namespace.mount(type));
    } finally {
        await namespace.close();
    }
}

const reasons = new Map<FileSystemType, Promise<string | undefined>>();

/** Returns the reason why {@link withLoopFileSystem} can't work here, if so. Found by trying. */
export function whyNoLoopFileSystem(type: FileSystemType = "ext4"): Promise<string | undefined> {
    const known = reasons.get(type) ?? tryOut(type);
    reasons.set(type, known);
    return known;
}

async function tryOut(type: FileSystemType): Promise<string | undefined> {
    if (process.platform !== "linux") {
        return "freezing a file system needs Linux";
    }
    if (process.getuid?.() !== 0) {
        return "mounting and freezing a file system needs root";
    }
    try {
        await run("setpriv", "--version");
        await withLoopFileSystem(type, async (fileSystem) => {
            await fileSystem.freeze();
            await fileSystem.thaw();
        });
        return undefined;
    } catch (thrown) {
        return `an ${type} file system on a loop device cannot be made and frozen here: ${(thrown as Error).message}`;
    }
}

// mkfs.xfs refuses less than 300 MiB.
const sizes: Readonly<Record<FileSystemType, number>> = { ext4: 64 << 20, xfs: 320 << 20 };

/** Only a hang takes so long, even on a slow machine. */
const patienceMs = 600_000;
const emulatorProgram = path.join(
    path.dirname(require.resolve("pulumi-alicloud-app-snapshot-emulator")),
    "cli.js",
);

async function run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, {
        timeout: patienceMs,
        killSignal: "SIGKILL",
    });
    return stdout;
}

/** A mount namespace, kept by a process that ends with this one. */
class Namespace {
    private readonly mounts: { readonly image: string; readonly mountPoint: string }[] = [];
    private readonly emulators: EmulatorProcess[] = [];
    private readonly writes = new Set<ChildProcess>();

    private constructor(
        readonly folder: string,
        private readonly holder: ChildProcess,
    ) {}

    static async open(): Promise<Namespace> {
        const args = ["--mount", "--propagation", "private", "sh", "-c", "echo open; exec cat"];
        const holder = spawn("unshare", args, { cwd: "/", stdio: ["pipe", "pipe", "inherit"] });
        await firstLine(holder, "unshare");
        return new Namespace(mkdtempSync(path.join(tmpdir(), "loop-file-system-")), holder);
    }

    /** Returns the words that start a program inside. */
    enter(...command: string[]): [string, ...string[]] {
        return ["nsenter", "--target", String(this.holder.pid), "--mount", ...command];
    }

    async mount(type: FileSystemType): Promise<LoopFileSystem> {
        const mountPoint = mkdtempSync(path.join(this.folder, `${type}-`));
        const image = `${mountPoint}.img`;
        writeFileSync(image, "");
        truncateSync(image, sizes[type]);
        const [maker, ...options] = fileSystemMakers[type];
        await run(maker, ...options, image);
        this.mounts.push({ image, mountPoint });
        await run(...this.enter("mount", "-t", type, "-o", "loop", image, mountPoint));
        return {
            mountPoint,
            image,
            startEmulator: (settings = {}) => this.startEmulator(mountPoint, settings),
            write: (withinMs = patienceMs) => this.write(mountPoint, withinMs),
            inside: (...command) => this.enter(...command),
            freezers: () =>
                this.inside().filter((pid) => commandLineOf(pid).includes("freezer-program")).length,
            freeze: async () => {
                await run(...this.enter("fsfreeze", "-f", mountPoint));
            },
            thaw: async () => {
                await run(...this.enter("fsfreeze", "-u", mountPoint));
            },
            another: (other) => this.mount(other),
        };
    }

    private async startEmulator(mountPoint: string, settings: EmulatorSettings): Promise<EmulatorProcess> {
        const fixture = defaultFixture();
        const instance = fixture.instances.find((each) => each.instanceId === mountedInstance);
        if (instance !== undefined) {
            instance.mounts = [mountPoint];
        }
        settings.fixture?.(fixture);
        const fixtureFile = path.join(mkdtempSync(path.join(this.folder, "settings-")), "fixture.json");
        writeFileSync(fixtureFile, JSON.stringify(fixture));
        const args = ["--port", "0", "--control", "--timing", "fast", "--fixture", fixtureFile];
        // If this process is killed, the emulator must end, and thaw, as at the end of a test.
        const words = ["--pdeathsig", "TERM", ...this.enter(process.execPath, emulatorProgram, ...args)];
        const child = spawn("setpriv", words, {
            cwd: "/",
            // The remains of a killed emulator are removed with the rest.
            env: { ...process.env, TMPDIR: this.folder },
            stdio: ["ignore", "pipe", "inherit"],
        });
        const url = (await firstLine(child, "the emulator")).replace("listening on ", "");
        const emulator = emulatorProcess(child, url);
        this.emulators.push(emulator);
        return emulator;
    }

    private async write(mountPoint: string, withinMs: number): Promise<"written" | "blocked"> {
        const script = 'file=$(mktemp -u "$1/write-XXXXXX") && echo written > "$file"';
        const [program, ...args] = this.enter("sh", "-c", script, "sh", mountPoint);
        const child = spawn(program, args, { cwd: "/", stdio: ["ignore", "ignore", "inherit"] });
        this.writes.add(child);
        const limit = new AbortController();
        const ended = exitCode(child).then((code) => {
            this.writes.delete(child);
            limit.abort();
            if (code !== 0) {
                throw new Error(`a write to ${mountPoint} ended with ${code}`);
            }
            return "written" as const;
        });
        // A failure after the limit is of no interest.
        ended.catch(() => undefined);
        const blocked = sleep(withinMs, "blocked" as const, { signal: limit.signal });
        blocked.catch(() => undefined);
        return Promise.race([ended, blocked]);
    }

    /** Tries every step, even after failures: first the thaw, for which all others may wait. */
    async close(): Promise<void> {
        const failures: unknown[] = [];
        const collect = async (work: () => Promise<unknown>) => {
            await work().catch((thrown: unknown) => failures.push(thrown));
        };
        for (const emulator of this.emulators) {
            await collect(() => emulator.stop());
        }
        for (const { mountPoint } of this.mounts) {
            // Fails if it is not frozen, which is the normal case.
            await run(...this.enter("fsfreeze", "-u", mountPoint)).catch(() => undefined);
        }
        await Promise.race([
            Promise.all([...this.writes].map(exitCode)),
            sleep(patienceMs, undefined, { ref: false }),
        ]);
        // A freezer whose emulator was killed would end only at its own time limit.
        for (const pid of this.inside()) {
            kill(pid);
        }
        for (const { mountPoint } of this.mounts) {
            await collect(() => this.unmount(mountPoint));
        }
        this.holder.stdin?.end();
        await exitCode(this.holder);
        for (const { image } of this.mounts) {
            await collect(() => detach(image));
        }
        await collect(() => rm(this.folder, { recursive: true, force: true }));
        if (failures.length > 0) {
            throw new AggregateError(failures, `cleaning up ${this.folder}: ${failures.join("; ")}`);
        }
    }

    /** Lists the processes in the namespace, except the one that keeps it. */
    private inside(): number[] {
        const own = namespaceOf(this.holder.pid ?? 0);
        return readdirSync("/proc")
            .filter((name) => /^\d+$/.test(name))
            .map(Number)
            .filter((pid) => pid !== this.holder.pid && own !== undefined && namespaceOf(pid) === own);
    }

    private async unmount(mountPoint: string): Promise<void> {
        const inside = `/proc/${this.holder.pid ?? 0}/root`;
        for (const deadline = Date.now() + patienceMs; ;) {
            if (statSync(inside + mountPoint).dev === statSync(inside + path.dirname(mountPoint)).dev) {
                return;
            }
            try {
                await run(...this.enter("umount", mountPoint));
            } catch (thrown) {
                // A process may be about to leave it.
                if (Date.now() > deadline) {
                    throw thrown;
                }
                await sleep(50);
            }
        }
    }
}

/** Returns the identity of a process's mount namespace; undefined if the process is gone. */
function namespaceOf(pid: number): string | undefined {
    try {
        return readlinkSync(`/proc/${pid}/ns/mnt`);
    } catch {
        return undefined;
    }
}

function commandLineOf(pid: number): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
    } catch {
        return "";
    }
}

function kill(pid: number): void {
    try {
        process.kill(pid, "SIGKILL");
    } catch {
        // It has ended meanwhile.
    }
}

/** Waits for the loop device, which detaches itself shortly after the end of the mount. */
async function detach(image: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (let looks = 1; ; looks++) {
        const devices = (await run("losetup", "--noheadings", "--output", "NAME", "--associated", image))
            .split("\n")
            .filter((device) => device !== "");
        if (devices.length === 0) {
            return;
        }
        if (Date.now() > deadline) {
            throw new Error(`${image} still has a loop device`);
        }
        if (looks === 20) {
            await run("losetup", "--detach", ...devices);
        }
        await sleep(50);
    }
}

function emulatorProcess(child: ChildProcess, url: string): EmulatorProcess {
    const control = async (what: string, request: RequestInit = {}): Promise<unknown> => {
        const answer = await fetch(`${url}/_emulator/${what}`, request);
        const body: unknown = await answer.json();
        if (!answer.ok) {
            throw new Error(`${what}: ${JSON.stringify(body)}`);
        }
        return body;
    };
    const post = (what: string, body: unknown): Promise<unknown> =>
        control(what, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(body),
        });
    return {
        url,
        port: Number(new URL(url).port),
        pid: child.pid ?? 0,
        state: async () => (await control("state")) as State,
        ledger: async () => (await control("ledger")) as LedgerEntry[],
        addFaults: async (...faults) => {
            await post("faults", faults);
        },
        releasePlugin: async (instanceId) => {
            await post("release", { instanceId });
        },
        stop: async (signal = "SIGTERM") => {
            child.kill(signal);
            const limit = setTimeout(() => child.kill("SIGKILL"), patienceMs);
            await exitCode(child);
            clearTimeout(limit);
        },
    };
}

function exitCode(child: ChildProcess): Promise<number> {
    return new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
            resolve(child.exitCode ?? -1);
        }
        child.once("exit", (code) => {
            resolve(code ?? -1);
        });
    });
}
