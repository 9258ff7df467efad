import type { Disk, Invocation } from "./api";
import type { Calls } from "./calls";
import type { LookUp, Reading } from "./common-list";
import { operations } from "./operation-table";
import type { AttachedDisk } from "./responses";
import { stableList } from "./stable-list";

/** Looks up the disks that are attached to instances. */
export function diskLookUp(calls: Calls): LookUp<string, Disk> {
    return {
        requestsEach: 1,
        requestsAtLeast: 1,
        alone: (instanceId, caller) => calls.list(operations.describeDisks, { instanceId }, caller),
        all: async (most, caller) => {
            const { requests, items } = await stableList(
                (pages) => calls.beginning(operations.describeRegionDisks, {}, caller, pages),
                most,
                // A snapshot without a disk that the list missed must not count as complete.
                ({ disk, instanceIds }) => [disk.diskId, instanceIds],
            );
            return { requests, reading: items === undefined ? undefined : disksByInstance(items) };
        },
    };
}

/**
 * Reads a list of all disks. It leaves a doubt about an instance without any disk, which may be hidden from the caller,
 * and about all instances if it does not say where a disk is attached, or if it changed from one page to the next.
 */
export function disksByInstance(items: readonly AttachedDisk[]): Reading<string, Disk> {
    const isRepeated = new Set(items.map(({ disk }) => disk.diskId)).size < items.length;
    if (isRepeated || items.some(({ isUnclear }) => isUnclear)) {
        return () => undefined;
    }
    const byInstance = new Map<string, Disk[]>();
    for (const { disk, instanceIds } of items) {
        for (const instanceId of instanceIds) {
            byInstance.set(instanceId, [...(byInstance.get(instanceId) ?? []), disk]);
        }
    }
    return (instanceId) => byInstance.get(instanceId);
}

/**
 * Looks up the invocations that are at work on instances. An invocation counts for an instance until it has finished on
 * that instance, even if it goes on on others.
 */
export function unfinishedLookUp(calls: Calls): LookUp<string, Invocation> {
    const { describeUnfinishedInvocations } = operations;
    return {
        requestsEach: 2,
        requestsAtLeast: 2,
        // One after the other: what is delivered between the two is in the second list at the latest.
        alone: async (instanceId, caller) => {
            const found: Invocation[] = [];
            for (const invokeStatus of ["Pending", "Running"] as const) {
                found.push(
                    ...(await calls.list(
                        describeUnfinishedInvocations,
                        { instanceId, invokeStatus },
                        caller,
                    )),
                );
            }
            return unfinishedOn(instanceId, found);
        },
        all: async (most, caller) => {
            const found: Invocation[] = [];
            let requests = 0;
            for (const invokeStatus of ["Pending", "Running"] as const) {
                if (requests === most) {
                    return { requests, reading: undefined };
                }
                const { items, pages, isWhole } = await calls.beginning(
                    describeUnfinishedInvocations,
                    { invokeStatus },
                    caller,
                    most - requests,
                );
                requests += pages;
                if (!isWhole) {
                    return { requests, reading: undefined };
                }
                found.push(...items);
            }
            return { requests, reading: unfinishedByInstance(found) };
        },
    };
}

/** Reads lists of all pending and running invocations. They leave a doubt if one does not name its instances. */
export function unfinishedByInstance(found: readonly Invocation[]): Reading<string, Invocation> {
    if (found.some(({ instances }) => instances.length === 0)) {
        return () => undefined;
    }
    return (instanceId) =>
        unfinishedOn(
            instanceId,
            found.filter(({ instances }) => instances.some((one) => one.instanceId === instanceId)),
        );
}

function unfinishedOn(instanceId: string, found: readonly Invocation[]): Invocation[] {
    const unfinished = found.filter(
        ({ instances }) =>
            !instances.some(
                (one) => one.instanceId === instanceId && finalStatuses.has(one.invocationStatus),
            ),
    );
    return [...new Map(unfinished.map((invocation) => [invocation.invokeId, invocation])).values()];
}

/** The statuses in which an invocation has ended on an instance. */
const finalStatuses: ReadonlySet<string> = new Set([
    "Success",
    "Failed",
    "Invalid",
    "Aborted",
    "Error",
    "Timeout",
    "Cancelled",
    "Terminated",
]);
