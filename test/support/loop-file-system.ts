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

// Real file systems to freeze. Each is a sparse file on a loop device, mounted in a mount namespace of its own, so that
// nothing else of the machine can see it, let alone wait for it. A write to a frozen file system cannot be interrupted,
// not even by SIGKILL; so nothing here waits for one without a limit, and all is thawed before it is waited for.

export type FileSystemType = "ext4" | "xfs";

/** The instance of the default fixture whose file system it is. It has its role and its scripts already. */
export const mountedInstance = "i-bp1linuxdb0000000002";

export interface EmulatorSettings {
    /** Changes the fixture, in which {@link mountedInstance} has the file system mounted. */
    fixture?: (fixture: Fixture) => void;
}

/** An emulator in a process of its own, inside the namespace of the file system. */
export interface EmulatorProcess {
    readonly url: string;
    readonly port: number;
    readonly pid: number;
    state(): Promise<State>;
    ledger(): Promise<LedgerEntry[]>;
    addFaults(...faults: Omit<Fault, "when">[]): Promise<void>;
    /** Lets a run of the plugin go on that waits where its outcome's `holdAt` says. */
    releasePlugin(instanceId: string): Promise<void>;
    /** Default SIGTERM, at which it thaws what it froze. */
    stop(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
}

export interface LoopFileSystem {
    /** Inside the namespace; nothing is there for anybody else. */
    readonly mountPoint: string;
    /** The file behind the loop device. */
    readonly image: string;
    startEmulator(settings?: EmulatorSettings): Promise<EmulatorProcess>;
    /**
     * Writes a new file. "blocked" when that has not succeeded in time; then it will as soon as there is a thaw.
     * Default: so long that nothing but a freeze keeps it.
     */
    write(withinMs?: number): Promise<"written" | "blocked">;
    /** The words that start a program where the file system is. Not to be waited for without a limit. */
    inside(...command: string[]): [string, ...string[]];
    /** How many of the plugin's freezers are alive. */
    freezers(): number;
    /** Freezes or thaws by hand. Rejects when it is so already. */
    freeze(): Promise<void>;
    thaw(): Promise<void>;
    /** A second file system in the same namespace. */
    another(type: FileSystemType): Promise<LoopFileSystem>;
}

/** Runs a test with a new file system, and leaves nothing of it behind. */
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

/** Why {@link withLoopFileSystem} can not work here, if so. Found by trying. */
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
    } catch (error) {
        return `an ${type} file system on a loop device cannot be made and frozen here: ${(error as Error).message}`;
    }
}

// mkfs.xfs refuses less than 300 MiB.
const sizes: Readonly<Record<FileSystemType, number>> = { ext4: 64 << 20, xfs: 320 << 20 };
const makers: Readonly<Record<FileSystemType, string[]>> = {
    ext4: ["mkfs.ext4", "-q", "-F"],
    xfs: ["mkfs.xfs", "-q", "-f"],
};
/** Only a hang takes so long, on whatever machine. */
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
    private readonly mounts: { image: string; mountPoint: string }[] = [];
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

    /** The words that start a program inside. */
    enter(...command: string[]): [string, ...string[]] {
        return ["nsenter", "--target", String(this.holder.pid), "--mount", ...command];
    }

    async mount(type: FileSystemType): Promise<LoopFileSystem> {
        const mountPoint = mkdtempSync(path.join(this.folder, `${type}-`));
        const image = `${mountPoint}.img`;
        writeFileSync(image, "");
        truncateSync(image, sizes[type]);
        const [maker = "", ...options] = makers[type];
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
        // If this process is killed, the emulator shall end, and thaw, like at the end of a test.
        const words = ["--pdeathsig", "TERM", ...this.enter(process.execPath, emulatorProgram, ...args)];
        const child = spawn("setpriv", words, {
            cwd: "/",
            // What a killed emulator leaves there goes with the rest.
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

    /** Whatever fails, everything is tried: thaw first of all, since all the rest may wait for it. */
    async close(): Promise<void> {
        const failures: unknown[] = [];
        const attempt = async (work: () => Promise<unknown>) => {
            await work().catch((error: unknown) => failures.push(error));
        };
        for (const emulator of this.emulators) {
            await attempt(() => emulator.stop());
        }
        for (const { mountPoint } of this.mounts) {
            // Fails if it is not frozen, as it should be.
            await run(...this.enter("fsfreeze", "-u", mountPoint)).catch(() => undefined);
        }
        await Promise.race([
            Promise.all([...this.writes].map(exitCode)),
            sleep(patienceMs, undefined, { ref: false }),
        ]);
        // A freezer whose emulator was killed would end with its own time limit only.
        for (const pid of this.inside()) {
            kill(pid);
        }
        for (const { mountPoint } of this.mounts) {
            await attempt(() => this.unmount(mountPoint));
        }
        this.holder.stdin?.end();
        await exitCode(this.holder);
        for (const { image } of this.mounts) {
            await attempt(() => detach(image));
        }
        await attempt(() => rm(this.folder, { recursive: true, force: true }));
        if (failures.length > 0) {
            throw new AggregateError(failures, `cleaning up ${this.folder}: ${failures.join("; ")}`);
        }
    }

    /** The processes in the namespace, but for the one that keeps it. */
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
            } catch (error) {
                // Some process may be about to leave it.
                if (Date.now() > deadline) {
                    throw error;
                }
                await sleep(50);
            }
        }
    }
}

/** What tells mount namespaces apart; undefined for a process that is gone. */
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

/** The loop device detaches itself at the end of the mount, a moment later. */
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

async function firstLine(child: ChildProcess, what: string): Promise<string> {
    const line = new Promise<string>((resolve, reject) => {
        let text = "";
        child.stdout?.on("data", (chunk: Buffer) => {
            text += chunk.toString("utf8");
            if (text.includes("\n")) {
                resolve(text.slice(0, text.indexOf("\n")));
            }
        });
        child.once("error", reject);
        child.once("exit", (code) => {
            reject(new Error(`${what} ended with ${code ?? "a signal"} before it was ready`));
        });
    });
    const limit = setTimeout(() => child.kill("SIGKILL"), patienceMs);
    try {
        return await line;
    } finally {
        clearTimeout(limit);
    }
}
