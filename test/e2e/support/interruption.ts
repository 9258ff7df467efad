import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";
import { isPluginAtWork } from "./plugin-runs";
import { expectSuccess } from "./scenario";
import type { Stack, TestResource } from "./stack";
import { until } from "./until";

/** An update whose plugin takes its time, of resources on one instance. */
export interface LongUpdate {
    readonly resources: readonly TestResource[];
    readonly instanceId: string;
    /** How long the plugin is at work. Default: three seconds. */
    readonly durationMs?: number;
}

/** Starts an update; the engine's process, with the plugin at work. */
export async function startPlugin(
    emulator: Emulator,
    stack: Stack,
    { resources, instanceId, durationMs = 3_000 }: LongUpdate,
): Promise<ChildProcess> {
    emulator.edit.addOutcomes(instanceId, { durationMs });
    const engine = stack.startUp(resources);
    await until(() => isPluginAtWork(emulator));
    return engine;
}

/** Kills the engine while the plugin is at work, so that nobody records what comes of it. */
export async function killDuringPlugin(emulator: Emulator, stack: Stack, update: LongUpdate): Promise<void> {
    const engine = await startPlugin(emulator, stack, update);
    engine.kill("SIGKILL");
    await once(engine, "exit");
    // The killed engine could not remove its lock.
    expectSuccess(await stack.run(["cancel", "--yes"]));
}
