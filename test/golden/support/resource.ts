import { expect } from "chai";

import type { Context } from "../../../provider/src/cloud/context";
import type { Tag } from "../../../provider/src/cloud/ecs/api";
import type { FleetInputs } from "../../../provider/src/core/inputs/fleet-inputs";
import type { SnapshotInputs } from "../../../provider/src/core/inputs/inputs";
import { appConsistentSnapshotFleetProvider } from "../../../provider/src/pulumi/engine/fleet-provider";
import type { DynamicResourceProvider } from "../../../provider/src/pulumi/engine/provider";
import { type Scope, Session } from "../../../provider/src/pulumi/engine/session";
import { appConsistentSnapshotProvider } from "../../../provider/src/pulumi/engine/snapshot-provider";
import { omit } from "../../../provider/src/runtime/json";
import type { FakeCloud } from "../../unit/support/fake-cloud";

export type Values = Readonly<Record<string, unknown>>;

/** A resource in a stack's state, `inputs` and `outputs` with each secret as `{ "secret": … }`. */
export interface StateOfResource {
    readonly id: string;
    readonly inputs: Values;
    readonly outputs: Values;
}

/** The tags that the package left in the cloud. */
export interface TagsOfResource {
    readonly invocation: Readonly<Record<string, string>>;
    /** Of the files with scripts, and of the command that made their directory. */
    readonly delivery: Readonly<Record<string, string>>;
    /** Of each member of the group. */
    readonly members: Readonly<Record<string, string>>;
    readonly instance: Readonly<Record<string, string>>;
}

/** All that outlives the process that took a snapshot. */
export interface HeldResource {
    readonly state: StateOfResource;
    readonly tags: TagsOfResource;
}

/** A session that works in a cloud of the test's own. */
class SessionIn extends Session {
    constructor(private readonly context: Context) {
        super({ ALIBABA_CLOUD_REGION: context.regionId }, []);
    }

    override work<T>(_scope: Scope, task: (context: Context) => Promise<T>): Promise<T> {
        return task(this.context);
    }
}

/** The provider as the engine calls it. */
export function providerIn(context: Context): DynamicResourceProvider {
    return appConsistentSnapshotProvider(new SessionIn(context));
}

/** The same for fleets. */
export function fleetProviderIn(context: Context): DynamicResourceProvider {
    return appConsistentSnapshotFleetProvider(new SessionIn(context));
}

/** Takes a snapshot as the engine does, and returns what the state then holds, finished or not. */
export async function create(
    provider: DynamicResourceProvider,
    program: SnapshotInputs | FleetInputs,
): Promise<StateOfResource> {
    const checked = await provider.check({}, { ...program });
    expect(checked.failures).to.deep.equal([]);
    const inputs = checked.inputs as Values;
    const created = await provider.create(inClear(inputs)).catch(unfinished);
    return complete({ id: created.id, inputs, outputs: created.outs as Values });
}

/** Updates a fleet as the engine does, and returns what the state then holds, finished or not. */
export async function update(
    provider: DynamicResourceProvider,
    { id, outputs }: StateOfResource,
    program: FleetInputs,
): Promise<StateOfResource> {
    const checked = await provider.check({}, { ...program });
    expect(checked.failures).to.deep.equal([]);
    const inputs = checked.inputs as Values;
    const updated = await provider.update(id, inClear(outputs), inClear(inputs)).catch(unfinished);
    return complete({ id, inputs, outputs: updated.outs as Values });
}

/** Returns what the engine keeps of a failed creation or update: without these fields of the error, nothing. */
function unfinished(thrown: unknown): { readonly id: string; readonly outs: Values } {
    if (thrown instanceof Error && "id" in thrown && "properties" in thrown) {
        const { id, properties } = thrown as Error & { readonly id: string; readonly properties: Values };
        return { id, outs: properties };
    }
    throw thrown;
}

/** All that is left of a resource. */
export function heldResource(cloud: FakeCloud, state: StateOfResource): HeldResource {
    const { invokeId } = state.outputs;
    const made = cloud.invocations.find((invocation) => invocation.invokeId === invokeId);
    return {
        state,
        tags: {
            invocation: ownTags(made?.tags),
            delivery: ownTags(cloud.deliveries[0]?.request.tags),
            members: ownTags(cloud.groups.get(state.id)?.snapshots[0]?.tags),
            instance: ownTags(cloud.instance?.tags),
        },
    };
}

function ownTags(tags: readonly Tag[] = []): Record<string, string> {
    return Object.fromEntries(
        tags.filter(({ key }) => key.startsWith("app-snapshot:")).map(({ key, value }) => [key, value]),
    );
}

/** A secret as it crosses the wire. */
const signature = "4dabf18193072939515e22adb298388d";

/** Returns a resource as it is stored. Fails if its outputs contain undefined: the engine's SDK does not accept that. */
export function complete(state: StateOfResource): StateOfResource {
    // The provider's text is an input, which these programs don't have.
    expect(undefinedIn(omit(state.outputs, "__provider"), "outputs")).to.deep.equal([]);
    return stored(state);
}

function undefinedIn(value: unknown, path: string): string[] {
    if (value === undefined) {
        return [path];
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]) => undefinedIn(item, `${path}.${key}`))
        : [];
}

/** JSON, as the state is, with its secrets marked. */
export function stored<T>(values: T): T {
    return JSON.parse(JSON.stringify(values), (_key, value: unknown) =>
        isObject(value) && signature in value ? { secret: value["value"] } : value,
    ) as T;
}

/** Returns values as the engine passes them to a dynamic provider: nothing is marked as a secret. */
export function inClear(values: Values): Record<string, unknown> {
    return JSON.parse(JSON.stringify(values), (_key, value: unknown) =>
        isObject(value) && signature in value
            ? value["value"]
            : isObject(value) && Object.keys(value).join() === "secret"
              ? value["secret"]
              : value,
    ) as Record<string, unknown>;
}

export function isObject(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
