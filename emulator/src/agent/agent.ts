import { setMaxListeners } from "node:events";

import { pause } from "../clock/clock";
import { during, Work } from "../clock/work";
import type { Ending } from "../processes/children";
import type { Instance } from "../world/instance";
import { type Invocation, type InvocationRecord, isFinished, type RecordStatus } from "../world/invocation";
import type { SentFile } from "../world/sent-file";
import type { World } from "../world/world";
import { reach } from "./delivery";
import { documentedError } from "./error-info";
import { receiveFile } from "./file-receipt";
import type { Runner } from "./runner";
import type { RunningCommand } from "./running-command";
import { Turns } from "./turns";

/** The Cloud Assistant service and its agents: takes invocations to their instances and follows them to their end. */
export class Agent {
    private readonly underWay = new Set<Promise<void>>();
    private readonly closing = new AbortController();
    private readonly turns = new Turns();

    constructor(private readonly runner: Runner) {
        // Every running command listens; many are no leak.
        setMaxListeners(0, this.closing.signal);
    }

    /** The number of processes that were started so far. */
    get processes(): number {
        return this.runner.processes;
    }

    /** Delivers an invocation to all its instances, in the background. */
    deliver(world: World, invocation: Invocation): void {
        for (const record of invocation.records) {
            this.start(
                this.follow(world, invocation, record).catch((thrown: unknown) => {
                    finishRecord(world, record, "Error", {
                        errorCode: "ExecutionException",
                        errorInfo: String(thrown),
                    });
                }),
            );
        }
    }

    /** Delivers a file to all its instances, in the background. */
    deliverFile(world: World, sent: SentFile): void {
        for (const record of sent.records) {
            this.start(receiveFile(world, sent, record, this.closing.signal));
        }
    }

    /** Ends everything that is still running: the runner kills the processes, and their ends are awaited. */
    async close(): Promise<void> {
        this.closing.abort();
        await Promise.all([this.runner.close(), ...this.underWay]);
    }

    private start(work: Promise<void>): void {
        this.underWay.add(work);
        void work.finally(() => this.underWay.delete(work));
    }

    private async follow(world: World, invocation: Invocation, record: InvocationRecord): Promise<void> {
        const { clock, timing } = world.services;
        await pause(clock, timing.deliveryMs, this.closing.signal);
        const turn = this.turns.take();
        if (turn !== undefined) {
            await during(clock, turn);
        }
        const instance = world.instances.get(record.instanceId);
        if (this.closing.signal.aborted || record.status !== "Pending") {
            return;
        }
        const undelivered = await reach(world, instance, this.closing.signal);
        if (undelivered !== undefined || instance === undefined) {
            finishRecord(world, record, "Aborted", undelivered ?? {});
            return;
        }
        await this.execute(world, instance, invocation, record);
    }

    private async execute(
        world: World,
        instance: Instance,
        invocation: Invocation,
        record: InvocationRecord,
    ): Promise<void> {
        const { clock, timing } = world.services;
        const { command } = invocation;
        const startTime = world.now;
        record.status = "Running";
        record.startTime = record.updateTime = startTime;
        const work = new Work(clock);
        const running = this.runner.start(world, instance, invocation, work, (chunk) => {
            if (!isFinished(record.status)) {
                record.output.append(chunk);
            }
        });
        const end = await this.untilEnd(world, command.timeoutSeconds, running, record);
        if (end === "timeout" || end === "stopped") {
            kill(running, command.terminationMode);
            // Its children may go on; the invocation is over all the same.
            await running.ended;
        }
        work.finish();
        record.stop = undefined;
        conclude(world, instance, record, end);
        if (end === "timeout") {
            record.finishTime = startTime + command.timeoutSeconds * timing.secondMs;
        }
    }

    /** Waits for the command's own end, for its timeout or for somebody who stops it. */
    private async untilEnd(
        world: World,
        timeoutSeconds: number,
        running: RunningCommand,
        record: InvocationRecord,
    ): Promise<End> {
        const { clock, timing } = world.services;
        const over = new AbortController();
        const expired = pause(clock, timeoutSeconds * timing.secondMs, over.signal).then(
            (): End => "timeout",
        );
        const stopped = new Promise<End>((resolve) => {
            record.stop = () => {
                record.status = "Stopping";
                resolve("stopped");
            };
        });
        const end = await Promise.race([running.finished, expired, stopped]);
        over.abort();
        return end;
    }
}

/** The end of a command. */
type End = Ending | "timeout" | "stopped";

function conclude(world: World, instance: Instance, record: InvocationRecord, end: End): void {
    if (end === "stopped") {
        record.stopTime = world.now;
        finishRecord(world, record, "Terminated", {
            ...documentedError("ExecutionInterrupted"),
            exitCode: 1,
        });
    } else if (end === "timeout") {
        finishRecord(world, record, "Timeout", {
            ...documentedError("ExecutionTimeout"),
            exitCode: 1,
        });
    } else {
        finishNormally(world, instance, record, end.exitCode);
    }
}

function kill(running: RunningCommand, mode: "Process" | "ProcessTree"): void {
    if (mode === "ProcessTree") {
        running.killTree();
    } else {
        running.kill();
    }
}

function finishNormally(world: World, instance: Instance, record: InvocationRecord, exitCode: number): void {
    if (exitCode === 0) {
        finishRecord(world, record, "Success", { exitCode });
    } else {
        finishRecord(world, record, "Failed", {
            ...documentedError("ExitCodeNonzero"),
            exitCode,
        });
    }
    const [powerOff, reboot] = instance.osType === "linux" ? [193, 194] : [3009, 3010];
    if (exitCode === powerOff) {
        // The agent takes these exit codes as a request.
        instance.status = "Stopped";
    } else if (exitCode === reboot) {
        instance.reboots++;
    }
}

function finishRecord(
    world: World,
    record: InvocationRecord,
    status: RecordStatus,
    details: { readonly errorCode?: string; readonly errorInfo?: string; readonly exitCode?: number },
): void {
    record.status = status;
    record.errorCode = details.errorCode ?? "";
    record.errorInfo = details.errorInfo ?? "";
    record.exitCode = details.exitCode;
    record.finishTime = record.updateTime = world.now;
}
