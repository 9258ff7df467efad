import { expect } from "chai";
import type { Emulator } from "pulumi-alicloud-app-snapshot-emulator";

import { until } from "../until";
import type { RunningCommand, TestResource, TestStack } from "./test-stack";

/** An update of resources on one instance. */
export interface Update {
    readonly resources: readonly TestResource[];
    readonly instanceId: string;
}

/** Starts an update whose plugin stays at work until it is released. */
export async function startPlugin(
    emulator: Emulator,
    stack: TestStack,
    { resources, instanceId }: Update,
): Promise<RunningCommand> {
    emulator.controls.addOutcomes(instanceId, { holdAt: "start" });
    const update = stack.startUp(resources);
    await until(() => isHeld(emulator, instanceId));
    return update;
}

/** Tells whether the plugin waits on an instance for its release. */
export function isHeld({ state }: Pick<Emulator, "state">, instanceId: string): boolean {
    return state.instances.some((instance) => instance.instanceId === instanceId && instance.pluginWaits);
}

/** Kills the engine while the plugin is at work, so that nobody records its result. The plugin stays at work. */
export async function killAtPlugin(emulator: Emulator, stack: TestStack, update: Update): Promise<void> {
    const { killEngine } = await startPlugin(emulator, stack, update);
    await killEngine();
    await stack.unlock();
}

/** Does the same, and lets the plugin finish. */
export async function killDuringPlugin(emulator: Emulator, stack: TestStack, update: Update): Promise<void> {
    await killAtPlugin(emulator, stack, update);
    emulator.controls.releasePlugin(update.instanceId);
}

/**
 * Releases the plugin after `calls` further polls of its command's result, by anybody.
 */
export async function releaseWhenAwaited(emulator: Emulator, instanceId: string, calls = 1): Promise<void> {
    const looks = (): number => emulator.ledger.filter(isLook).length;
    const before = looks();
    await until(() => looks() >= before + calls);
    emulator.controls.releasePlugin(instanceId);
}

/**
 * Undoes the acknowledgement of the runs on some instances: the engine stops the program after an interruption or a
 * failure, but sometimes the program has acknowledged its snapshots before.
 */
export function neverAcknowledged({ state, controls }: Emulator, instanceIds: readonly string[]): void {
    const key = "app-snapshot:state";
    for (const instanceId of instanceIds) {
        const { invokeId = "", tags } =
            state.invocations.find(({ results }) =>
                results.some((result) => result.instanceId === instanceId),
            ) ?? {};
        expect(tags?.[key]).to.be.oneOf(["handed", "committed"]);
        controls.setTags(invokeId, { [key]: "handed" });
    }
}

/** Tells whether a call looks at running commands: at the results of one, or at a list of a stack's. */
function isLook({ action, params }: Emulator["ledger"][number]): boolean {
    return (
        action === "DescribeInvocationResults" ||
        (action === "DescribeInvocations" && params["Tag.1.Key"] === "app-snapshot:stack")
    );
}
