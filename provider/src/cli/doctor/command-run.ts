import type { Context } from "../../cloud/context";
import type { InvocationResult } from "../../cloud/ecs/api";
import { asAppSnapshotError } from "../../cloud/ecs/as-app-snapshot-error";
import { isRunning, verdictOf } from "../../core/run/invocation";
import { proportionalDelay } from "../../runtime/backoff";
import { chunks } from "../../runtime/chunks";
import { poll, polling } from "../../runtime/poll";
import { type Check, messageOf, notChecked } from "./check";
import { commandChecks, type Expectation } from "./command-report";
import type { InstanceDiagnosis } from "./diagnosis";
import { commandSeconds, type InstanceCommand } from "./instance-command";
import { instancesPerCommand } from "./permission-look-ups";

/** The facts from the command line with which the output is compared. */
export type CommandInputs = Pick<Expectation, "scriptPaths" | "excludeDiskIds">;

/** The lines that the command adds to the check list of an instance. */
export interface CommandFinding {
    readonly checks: readonly Check[];
    /** True if the command could not be run, or its result is not known. */
    readonly failed: boolean;
}

/** The time to wait for a command. Longer than its own limit, and the minute in which it must reach its instance. */
const waitMs = (commandSeconds + 75) * 1000;

const resultDelay = proportionalDelay({ share: 0.1, shortestMs: 500, longestMs: 5_000 });

/** Runs the command on instances, and returns its findings by instance. */
export async function runOnInstances(
    context: Context,
    instances: readonly InstanceDiagnosis[],
    command: InstanceCommand,
    inputs: CommandInputs,
): Promise<ReadonlyMap<string, CommandFinding>> {
    const bounded = context.until(context.clock.now() + waitMs);
    const found = await Promise.all(
        chunks(instances, instancesPerCommand).map((chunk) => runOnChunk(bounded, chunk, command, inputs)),
    );
    return new Map(found.flat());
}

async function runOnChunk(
    context: Context,
    instances: readonly InstanceDiagnosis[],
    command: InstanceCommand,
    inputs: CommandInputs,
): Promise<[instanceId: string, finding: CommandFinding][]> {
    const instanceIds = instances.map(({ instanceId }) => instanceId);
    let invokeId: string | undefined;
    let seen: readonly InvocationResult[] = [];
    try {
        const started = await context.api.runCommand({
            ...command,
            instanceIds,
            clientToken: context.newId(),
        });
        ({ invokeId } = started);
        await poll<undefined>({
            look: async () => {
                seen = await context.api.describeInvocationResults(started.invokeId);
                const ended = seen.filter((result) => !isRunning(result));
                return ended.length >= instanceIds.length
                    ? { done: true, value: undefined }
                    : { done: false, lastSeen: `${ended.length} of ${instanceIds.length} instances` };
            },
            delay: resultDelay,
            firstMs: 500,
            deadline: context.clock.now() + waitMs,
            ...polling(context),
        });
    } catch (thrown) {
        const why = context.signal.aborted ? "interrupted" : messageOf(asAppSnapshotError(thrown));
        return instanceIds.map((instanceId) => [instanceId, unfinished(why, invokeId)]);
    }
    const results = new Map(seen.map((result) => [result.instanceId, result]));
    return instances.map((instance) => [
        instance.instanceId,
        findingOf(instance, results.get(instance.instanceId), {
            regionId: context.regionId,
            ...inputs,
            invokeId,
        }),
    ]);
}

function findingOf(
    { attachedRole }: InstanceDiagnosis,
    result: InvocationResult | undefined,
    { invokeId, ...expected }: Omit<Expectation, "attachedRole"> & { readonly invokeId: string },
): CommandFinding {
    if (result === undefined || isRunning(result)) {
        return unfinished("it has not ended in time", invokeId);
    }
    const { invocationStatus, exitCode } = result;
    if (invocationStatus === "Failed" && exitCode !== undefined && exitCode !== 0) {
        // The tables of exit codes are the plugin's.
        return { checks: [notChecked("command", `it ended with exit code ${exitCode}`)], failed: true };
    }
    const verdict = verdictOf(result);
    if (verdict.state === "failed") {
        const remedy = verdict.error.remedy;
        return {
            checks: [notChecked("command", `${verdict.error.code}: ${messageOf(verdict.error)}`, remedy)],
            failed: true,
        };
    }
    const checks = commandChecks(result.output, { ...expected, attachedRole });
    return { checks, failed: false };
}

/** Says that the result of the command is not known. It may still be running, which does no harm. */
function unfinished(why: string, invokeId: string | undefined): CommandFinding {
    const left =
        invokeId === undefined
            ? ""
            : `; invocation ${invokeId} may still be running: it only reads, and ends by itself within ${commandSeconds} seconds`;
    return { checks: [notChecked("command", `${why}${left}`)], failed: true };
}
