import type { Context } from "../../../provider/src/cloud/context";
import type { EcsApi } from "../../../provider/src/cloud/ecs/api";
import { UnfinishedFleet } from "../../../provider/src/core/fleet/fleet-error";
import { FleetMemory } from "../../../provider/src/core/fleet/fleet-memory";
import type { FleetOutputs } from "../../../provider/src/core/fleet/fleet-outputs";
import type { FleetInputs } from "../../../provider/src/core/inputs/fleet-inputs";
import { rejectionOf } from "../../unit/support/rejection";

const scripts = {
    preScriptPath: "/root/app-snapshot/prescript.sh",
    postScriptPath: "/root/app-snapshot/postscript.sh",
};
/** Instances of the emulator's default fixture: two with Linux and one with Windows. */
export const [one, two, three] = [
    "i-bp1linuxdb0000000001",
    "i-bp1linuxdb0000000002",
    "i-bp1windows0000000001",
];
export const resourceUrn = "urn:pulumi:prod::shop::pulumi-nodejs:dynamic:Resource::fleet";

export function inputsOf(
    instanceIds: readonly string[],
    { retainOnDelete }: { readonly retainOnDelete: boolean | undefined } = { retainOnDelete: false },
): FleetInputs {
    return {
        instanceIds,
        linux: scripts,
        resourceUrn,
        ...(retainOnDelete === undefined ? {} : { retainOnDelete }),
    };
}

/** Returns the context with some of its calls replaced. */
export function withCalls(context: Context, calls: (api: EcsApi) => Partial<EcsApi>): Context {
    return {
        ...context,
        api: { ...context.api, ...calls(context.api) },
        until: (deadline) => withCalls(context.until(deadline), calls),
    };
}

export async function unfinished(attempt: Promise<unknown>): Promise<FleetOutputs> {
    const thrown = await rejectionOf(UnfinishedFleet, attempt);
    return thrown.outputs;
}

/** Returns the memory of a process to whose engine the fleet is new. */
export function memoryOfNewFleet(): FleetMemory {
    const memory = new FleetMemory();
    memory.states.noteNewResource(resourceUrn);
    return memory;
}
