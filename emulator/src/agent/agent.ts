import { setMaxListeners } from "node:events";
import { pause } from "../clock";
import { agentAnswers, type Instance } from "../world/instance";
import { type Invocation, type InvocationRecord, isFinished, type RecordStatus } from "../world/invocation";
import type { World } from "../world/world";
import { isKnownAccount, isKnownDirectory } from "./instance-system";
import { fillPlaceholders } from "./placeholders";
import type { Ending } from "./children";
import type { RunningCommand, Runner } from "./runner";

/** The Cloud Assistant service and its agents: takes invocations to their instances and follows them to their end. */
export class Agent {
    private readonly underWay = new Set<Promise<void>>();
    private readonly closing = new AbortController();

    constructor(private readonly runner: Runner) {
        // Every command under way listens; a fleet is no leak.
        setMaxListeners(0, this.closing.signal);
    }

    /** Delivers an invocation to all its instances, in the background. */
    deliver(world: World, invocation: Invocation): void {
        for (const record of invocation.records) {
            const work = this.follow(world, invocation, record)
                .catch((error: unknown) => {
                    finish(world, record, "Error", {
                        errorCode: "ExecutionException",
                        errorInfo: String(error),
                    });
                })
                .finally(() => this.underWay.delete(work));
            this.underWay.add(work);
        }
    }

    /** Ends all that is still running. The runner kills the processes; this waits until they are accounted for. */
    async close(): Promise<void> {
        this.closing.abort();
        await Promise.all([this.runner.close(), ...this.underWay]);
    }

    private async follow(world: World, invocation: Invocation, record: InvocationRecord): Promise<void> {
        const { clock, timing } = world.surroundings;
        await pause(clock, timing.deliveryMs, this.closing.signal);
        const instance = world.instances.get(record.instanceId);
        if (this.closing.signal.aborted || record.status !== "Pending") {
            return;
        }
        await this.untilThawed(world, instance);
        const failure = deliveryFailure(instance, invocation);
        if (failure !== undefined || instance === undefined) {
            const [status, errorCode, errorInfo] = failure ?? ["Aborted", "InstanceNotExists", ""];
            finish(world, record, status, { errorCode, errorInfo });
            return;
        }
        await this.execute(world, instance, invocation, record);
    }

    /** A frozen file system makes the agent hang too. It gets a minute, then the delivery counts as failed. */
    private async untilThawed(world: World, instance: Instance | undefined): Promise<void> {
        const { clock, timing } = world.surroundings;
        const deadline = world.now + 60 * timing.secondMs;
        while (instance?.frozen === true && world.now < deadline && !this.closing.signal.aborted) {
            await pause(clock, 10, this.closing.signal);
        }
    }

    private async execute(
        world: World,
        instance: Instance,
        invocation: Invocation,
        record: InvocationRecord,
    ): Promise<void> {
        const { timing } = world.surroundings;
        const { command } = invocation;
        const content = command.enableParameter
            ? fillPlaceholders(command.content, command.parameters, { world, instance, invocation })
            : command.content;
        const startTime = world.now;
        record.status = "Running";
        record.startTime = record.updateTime = startTime;
        instance.invocationCount++;
        instance.lastInvokedTime = world.now;
        const running = this.runner.start(world, instance, invocation, content, (chunk) => {
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
        const { clock, timing } = world.surroundings;
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

/** How a command came to its end; a text tells why it could not run. */
type End = Ending | { problem: string } | "timeout" | "stopped";

function conclude(world: World, instance: Instance, record: InvocationRecord, end: End): void {
    if (end === "stopped") {
        record.stopTime = world.now;
        finish(world, record, "Terminated", { errorCode: "ExecutionInterrupted", exitCode: 1 });
    } else if (end === "timeout") {
        finish(world, record, "Timeout", {
            errorCode: "ExecutionTimeout",
            errorInfo: "The command execution has been timeout.",
            exitCode: 1,
        });
    } else if ("problem" in end) {
        finish(world, record, "Error", {
            errorCode: "ExecutionException",
            errorInfo: end.problem,
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

type Failure = [status: RecordStatus, errorCode: string, errorInfo: string];

/** Why a command cannot even start, decided at the moment it reaches the instance. */
function deliveryFailure(instance: Instance | undefined, invocation: Invocation): Failure | undefined {
    const { command } = invocation;
    if (instance === undefined) {
        return ["Aborted", "InstanceReleased", "The instance has been released."];
    }
    if (instance.status !== "Running") {
        return ["Aborted", "InstanceNotRunning", "The instance is not in the running state."];
    }
    if (!agentAnswers(instance)) {
        return ["Aborted", "ClientNotRunning", "The Cloud Assistant client is not running."];
    }
    if (instance.frozen) {
        return ["Aborted", "ClientNotResponse", "The Cloud Assistant client did not respond."];
    }
    if (!isKnownAccount(instance, command.username)) {
        return ["Invalid", "AccountNotExists", "The specified account does not exist."];
    }
    if (!isKnownDirectory(instance, command.workingDir)) {
        return ["Invalid", "DirectoryNotExists", "The specified directory does not exist."];
    }
    return undefined;
}

function finishNormally(world: World, instance: Instance, record: InvocationRecord, exitCode: number): void {
    if (exitCode === 0) {
        finish(world, record, "Success", { exitCode });
    } else {
        finish(world, record, "Failed", {
            errorCode: "ExitCodeNonzero",
            errorInfo: "The exit code of the command is not 0.",
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

function finish(
    world: World,
    record: InvocationRecord,
    status: RecordStatus,
    details: { errorCode?: string; errorInfo?: string; exitCode?: number },
): void {
    record.status = status;
    record.errorCode = details.errorCode ?? "";
    record.errorInfo = details.errorInfo ?? "";
    record.exitCode = details.exitCode;
    record.finishTime = record.updateTime = world.now;
}
