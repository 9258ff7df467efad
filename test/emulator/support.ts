import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import Client, {
    DescribeInvocationResultsRequest,
    type DescribeInvocationResultsResponseBodyInvocationInvocationResultsInvocationResult as ResultRow,
    RunCommandRequest,
} from "@alicloud/ecs20140526";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import {
    type Clock,
    type Emulator,
    type EmulatorOptions,
    startEmulator,
    type Timing,
} from "pulumi-alicloud-app-snapshot-emulator";

export const region = "cn-hangzhou";
export const linux1 = "i-bp1linuxdb0000000001";
export const linux2 = "i-bp1linuxdb0000000002";
export const linux3 = "i-bp1linuxdb0000000003";
export const windows1 = "i-bp1windows0000000001";
export const foreignRole = "i-bp1foreignrole000001";
export const noEssd = "i-bp1noessd0000000001";
export const stopped = "i-bp1stopped0000000001";
export const role = "AppSnapshotRoleName";

const running: Emulator[] = [];
const folders: string[] = [];

/** Starts an emulator that {@link closeAll} ends. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
    const emulator = await startEmulator(options);
    running.push(emulator);
    return emulator;
}

/** Ends all emulators that {@link start} started, and removes all gates; for afterEach. */
export async function closeAll(): Promise<void> {
    await Promise.all(running.splice(0).map((emulator) => emulator.close()));
    for (const folder of folders.splice(0)) {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A gate at which a command or a script waits until a test opens it. */
export interface Gate {
    /** Shell words that wait for it. */
    readonly wait: string;
    open(): void;
}

export function newGate(): Gate {
    const folder = mkdtempSync(path.join(tmpdir(), "gate-"));
    folders.push(folder);
    const file = path.join(folder, "open");
    return {
        wait: `while [ ! -e ${file} ]; do sleep 0.05; done`,
        open: () => {
            writeFileSync(file, "");
        },
    };
}

/** The official SDK, pointed at an emulator. */
export function sdk(emulator: Emulator, settings: Record<string, string> = {}): Client {
    const config = new $OpenApiUtil.Config({});
    Object.assign(config, {
        accessKeyId: "emulator",
        accessKeySecret: "emulator",
        regionId: region,
        endpoint: `127.0.0.1:${emulator.port}`,
        protocol: "http",
        ...settings,
    });
    return new Client(config);
}

/** A part of an answer without the SDK's classes, to be compared. */
export function plain(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value ?? null));
}

/** The error that a promise rejects with, as the SDK shapes it. */
export async function refusal(promise: Promise<unknown>): Promise<{
    readonly code: string;
    readonly statusCode: number;
    readonly message: string;
    readonly name: string;
}> {
    const outcome = await promise.then(
        () => undefined,
        (thrown: unknown) =>
            thrown as {
                readonly code: string;
                readonly statusCode: number;
                readonly message: string;
                readonly name: string;
            },
    );
    if (outcome === undefined) {
        throw new Error("the call succeeded");
    }
    return outcome;
}

/** Only a hang takes so long, on whatever machine. */
const limitMs = 900_000;

/** Asks again until the answer is there. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + limitMs;
    for (;;) {
        const answer = await ask();
        if (answer !== undefined) {
            return answer;
        }
        if (Date.now() > deadline) {
            throw new Error(`it did not happen within ${limitMs / 1000} s`);
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

/** Asks again until it is so. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(async () => ((await holds()) ? true : undefined));
}

/** Tells whether a process still does something; one that only waits to be reaped does not. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
    } catch {
        return false;
    }
    try {
        return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    } catch (thrown) {
        // Gone in between, or a system without /proc.
        return !existsSync("/proc/self") && (thrown as NodeJS.ErrnoException).code === "ENOENT";
    }
}

/** Sends a command. */
export async function send(
    client: Client,
    instanceId: string | string[],
    commandContent: string,
    settings: Partial<RunCommandRequest> = {},
): Promise<string> {
    const answer = await client.runCommand(
        new RunCommandRequest({
            regionId: region,
            type: "RunShellScript",
            instanceId: [instanceId].flat(),
            commandContent,
            ...settings,
        }),
    );
    return answer.body?.invokeId ?? "";
}

const finished = new Set([
    "Success",
    "Failed",
    "Invalid",
    "Aborted",
    "Error",
    "Timeout",
    "Cancelled",
    "Terminated",
]);

/** Waits for the end of an invocation on its only instance. */
export async function result(
    client: Client,
    invokeId: string,
): Promise<ResultRow & { readonly text: string }> {
    return eventually(async () => {
        const answer = await client.describeInvocationResults(
            new DescribeInvocationResultsRequest({ regionId: region, invokeId }),
        );
        const row = answer.body?.invocation?.invocationResults?.invocationResult?.[0];
        return row !== undefined && finished.has(row.invocationStatus ?? "")
            ? Object.assign(row, { text: Buffer.from(row.output ?? "", "base64").toString("utf8") })
            : undefined;
    });
}

/** Sends a command and waits for its end. */
export async function run(
    client: Client,
    instanceId: string,
    commandContent: string,
    settings: Partial<RunCommandRequest> = {},
): Promise<ResultRow & { readonly text: string }> {
    return result(client, await send(client, instanceId, commandContent, settings));
}

/** The command line of the plugin, the parameters written as they are. */
export function pluginLine(params: string, plugin = "app-snapshot-plugin"): string {
    return `acs-plugin-manager --exec --plugin ${plugin} --params=${params}`;
}

/** Parameters that give an application-consistent snapshot on the Linux instances of the default fixture. */
export const goodParams = [
    `-RamRoleName=${role}`,
    "-PreScriptPath=/root/app-snapshot/prescript.sh",
    "-PostScriptPath=/root/app-snapshot/postscript.sh",
    "-Name=nightly",
].join(",");

/** A clock that stands still until it is told otherwise. */
export class ManualClock implements Clock {
    private time = Date.now();
    private timers: { readonly at: number; readonly action: () => void }[] = [];

    now(): number {
        return this.time;
    }

    after(ms: number, action: () => void): () => void {
        const timer = { at: this.time + ms, action };
        this.timers.push(timer);
        return () => {
            this.timers = this.timers.filter((other) => other !== timer);
        };
    }

    advance(ms: number): void {
        this.time += ms;
        const due = this.timers.filter((timer) => timer.at <= this.time);
        this.timers = this.timers.filter((timer) => timer.at > this.time);
        for (const timer of due) {
            timer.action();
        }
    }

    /** Goes on in steps of a millisecond until the answer is there. */
    async until<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
        return eventually(async () => {
            const answer = await ask();
            if (answer === undefined) {
                this.advance(1);
            }
            return answer;
        });
    }
}

/** Durations of zero by the emulator's clock, so that it may stand still. */
const noTime: Timing = {
    deliveryMs: 0,
    fileStepMs: 0,
    visibilityMs: 0,
    tagVisibilityMs: 0,
    consistencyTagMs: 0,
    pluginMs: 0,
    availableMs: 0,
    uploadMs: 0,
    deletionMs: 0,
    rolePropagationMs: 0,
    secondMs: 1000,
    clockOffsetMs: 0,
};

/**
 * Starts an emulator whose time passes only when a test says so. What takes the machine's time takes as much of it as it
 * needs meanwhile, and no limit of the emulator is ever over too soon.
 */
export async function startStill(
    options: EmulatorOptions = {},
): Promise<{ readonly emulator: Emulator; readonly clock: ManualClock }> {
    const clock = new ManualClock();
    const emulator = await start({ ...options, clock, timing: { ...noTime, ...options.timing } });
    return { emulator, clock };
}

/** Returns the tags that mark each snapshot, without the system's own. */
export function consistencyTags(emulator: Emulator): string[][] {
    return emulator.state.snapshots.map((snapshot) =>
        Object.keys(snapshot.tags).filter((key) => !key.startsWith("acs:")),
    );
}
