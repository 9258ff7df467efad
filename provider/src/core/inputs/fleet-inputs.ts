import { isObject } from "../../runtime/json";
import {
    anyList,
    boolean,
    integer,
    list,
    object,
    oneOf,
    type Report,
    type Schema,
    text,
    type ValueOf,
} from "../../runtime/schema";
import {
    type CommonInputs,
    commonInputs,
    excludeDiskIds,
    instanceId,
    instanceInputs,
    type SnapshotInputs,
} from "./inputs";
import { plain } from "./plain";
import { withInheritedTags } from "./tags";
import { isUnknown } from "./unknown";

export const onFailureChoices = ["continue", "stop"] as const;
export type OnFailure = (typeof onFailureChoices)[number];

/** The most instances of one fleet. */
export const mostInstances = 1_000;

const fleetInstance = object(
    { instanceId },
    {
        ...instanceInputs,
        excludeDiskIds,
        /** Computed by the constructor, like the fleet's own, from the scripts of this instance. */
        openScripts: text,
    },
);
/** An instance of a fleet, with the inputs that it does not share with the others. */
export type FleetInstance = ValueOf<typeof fleetInstance>;

/**
 * The inputs of a fleet as they cross the engine, like `snapshotInputs`. Either `instanceIds` or `instances` names the
 * instances.
 */
export const fleetInputs = object(
    {},
    {
        instanceIds: instancesOf(instanceId, (id) => id),
        instances: instancesOf(fleetInstance, (instance) => instance.instanceId),
        ...commonInputs,
        maxConcurrentInstances: integer(1, mostInstances),
        onFailure: oneOf(onFailureChoices),
        /** Computed by the constructor: the methods of a dynamic provider do not receive the resource's options. */
        retainOnDelete: boolean,
    },
);
export type FleetInputs = ValueOf<typeof fleetInputs>;

/** The instances of a fleet: from 1 to the most, none of them twice. */
function instancesOf<Item>(item: Schema<Item>, idOf: (item: Item) => unknown): Schema<readonly Item[]> {
    const each = list(item);
    return (value, report): value is readonly Item[] => {
        if (!anyList(value, report)) {
            return false;
        }
        if (value.length === 0) {
            return report.refuse(
                "is empty: name at least one instance, or remove the resource from the program to delete its snapshots",
            );
        }
        if (value.length > mostInstances) {
            return report.refuse(
                `has ${value.length} instances, but a fleet may have at most ${mostInstances}: divide them among several fleets`,
            );
        }
        return each(value, report) && areDistinct(value, idOf, report);
    };
}

function areDistinct<Item>(items: readonly Item[], idOf: (item: Item) => unknown, report: Report): boolean {
    const positions = new Map<unknown, number>();
    const repeated = items.map((item, index) => {
        const id = isUnknown(item) ? item : idOf(item);
        const first = positions.get(id);
        if (first === undefined || isUnknown(id)) {
            positions.set(id, index);
            return true;
        }
        return report
            .at(`${report.path}[${index}]`)
            .refuse(`is ${String(id)} again, like ${report.path}[${first}]: name each instance only once`);
    });
    return repeated.every(Boolean);
}

/** Returns the inputs of a fleet from the wire, see `plain`. */
export function plainFleet(values: unknown): Record<string, unknown> {
    const inputs = plain(values);
    const { instances } = inputs;
    return Array.isArray(instances)
        ? {
              ...inputs,
              instances: instances.map((entry: unknown) => (isObject(entry) ? plain(entry) : entry)),
          }
        : inputs;
}

/**
 * Returns the complete inputs of each instance of a fleet, in the order of the list. What an instance sets itself
 * replaces the fleet's; for `linux` and `windows` this is the whole object, for tags only those with the same keys.
 *
 * In a preview, an instance may be unknown; it then has an unknown id. If the whole list is unknown, there is none.
 */
export function fleetMembers(inputs: FleetInputs): SnapshotInputs[] {
    const { instanceIds, instances } = inputs;
    const all = commonOf(inputs);
    const { openScripts: openInAll, tags: tagsOfAll, ...common } = all;
    return entriesOf(instances ?? instanceIds).map((entry): SnapshotInputs => {
        if (typeof entry === "string") {
            return { ...all, instanceId: entry };
        }
        const { openScripts: openInEntry, tags: tagsInEntry, ...own } = entry;
        // A digest belongs to the texts of its own object.
        const openScripts = own.linux === undefined ? openInAll : openInEntry;
        const tags = withInheritedTags(tagsOfAll, tagsInEntry);
        return {
            ...common,
            ...(openScripts === undefined ? {} : { openScripts }),
            ...own,
            ...(tags === undefined ? {} : { tags }),
        };
    });
}

/** Tells whether the program does not know yet which instances a fleet has. */
export function hasUnknownList({ instances, instanceIds }: FleetInputs): boolean {
    return isUnknown(instances ?? instanceIds);
}

function commonOf(inputs: FleetInputs): CommonInputs {
    return Object.fromEntries(Object.entries(inputs).filter(([name]) => Object.hasOwn(commonInputs, name)));
}

function entriesOf(
    list: FleetInputs["instances"] | FleetInputs["instanceIds"],
): readonly (FleetInstance | string)[] {
    return Array.isArray(list) ? (list as readonly (FleetInstance | string)[]) : [];
}
