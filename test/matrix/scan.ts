import { canonicalJson } from "../../provider/src/runtime/json";
import { pluginRuns } from "../support/stack/plugin-runs";
import { programTags } from "../support/stack/program-tags";
import type { StateResource } from "../support/stack/test-stack";
import { runState } from "./cloud-view";
import type { HeldSnapshot, Outcome } from "./outcome";
import type { World } from "./world";

const leaseTagKey = "app-snapshot:temporary-role";

/** Reads the state of the stack and of the cloud. */
export async function scan(
    { subject, stack, emulator, deletedThoughHeld }: World,
    olderRuns: ReadonlySet<string>,
): Promise<Omit<Outcome, "failures" | "providersLeft" | "found">> {
    const { snapshotGroups, snapshots, instances } = emulator.state;
    const firstRoles = new Map(
        subject.fixture().instances.map(({ instanceId, ramRoleName }) => [instanceId, ramRoleName]),
    );
    return {
        deletedThoughHeld: deletedThoughHeld(),
        held: (await stack.snapshots()).flatMap(heldBy),
        groups: snapshotGroups.map(({ snapshotGroupId, description, snapshotIds, tags }) => ({
            id: snapshotGroupId,
            description,
            tags: [
                canonicalJson(programTags(tags)),
                ...snapshots
                    .filter(({ snapshotId }) => snapshotIds.includes(snapshotId))
                    .map((member) => canonicalJson(programTags(member.tags))),
            ],
        })),
        runs: pluginRuns(emulator).map((invocation) => ({
            invokeId: invocation.invokeId,
            instanceIds: invocation.results.map(({ instanceId }) => instanceId),
            isNew: !olderRuns.has(invocation.invokeId),
            state: runState(invocation),
        })),
        instances: instances.map(({ instanceId, frozen, ramRoleName, tags }) => ({
            ...{ instanceId, frozen, ramRoleName },
            firstRoleName: firstRoles.get(instanceId) ?? undefined,
            leased: tags[leaseTagKey] !== undefined,
        })),
    };
}

/** Returns the snapshots that a resource of the state holds: one, or those of all instances of a fleet. */
function heldBy({ id = "", outputs = {}, initErrors = [] }: StateResource): HeldSnapshot[] {
    if (outputs["fleetId"] === undefined) {
        const finished = outputs["pending"] === undefined && initErrors.length === 0;
        return [
            {
                instanceId: String(outputs["instanceId"]),
                id,
                invokeId: textIn(outputs, "invokeId"),
                finished,
            },
        ];
    }
    const { snapshots, unfinished, supersededSnapshotGroups = [] } = outputs;
    const superseded = supersededSnapshotGroups as readonly Values[];
    return [
        ...byInstance(snapshots).map(([instanceId, held]) =>
            heldIn(instanceId, held, initErrors.length === 0),
        ),
        ...byInstance(unfinished).map(([instanceId, held]) => heldIn(instanceId, held, false)),
        ...superseded.map((held) => heldIn(String(held["instanceId"]), held, false)),
    ];
}

type Values = Readonly<Record<string, unknown>>;

function byInstance(values: unknown): [string, Values][] {
    return Object.entries((values ?? {}) as Readonly<Record<string, Values>>);
}

function heldIn(instanceId: string, held: Values, finished: boolean): HeldSnapshot {
    const invokeId = textIn(held, "invokeId");
    return { instanceId, id: textIn(held, "snapshotGroupId") ?? invokeId ?? "", invokeId, finished };
}

function textIn(values: Values, name: string): string | undefined {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
}
