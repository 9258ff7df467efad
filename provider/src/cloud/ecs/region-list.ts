import type { Clock } from "../../runtime/clock";
import { Slots } from "../../runtime/slots";
import { ApiCallError } from "./api-error";
import type { Caller } from "./caller";
import { type Batch, callerOf, Gathering } from "./gathering";
import { batchWidth } from "./shared-requests";

/** Reads from a list of the region about an instance; undefined if the list leaves a doubt. */
export type Reading<Item> = (instanceId: string) => Item[] | undefined;

/** A look-up for which the API takes one instance, or lists the whole region. */
export interface LookUp<Item> {
    /** The requests that one instance takes. */
    readonly requestsEach: number;
    /** The least requests that the list of the region takes. */
    readonly requestsAtLeast: number;
    /** Looks up one instance. */
    readonly alone: (instanceId: string, caller: Caller) => Promise<Item[]>;
    /** Lists the region, with at most this number of requests. */
    readonly region: (requests: number, caller: Caller) => Promise<RegionAnswer<Item>>;
}

export interface RegionAnswer<Item> {
    /** The number of requests that were made. */
    readonly requests: number;
    /** The meaning of the list; undefined if it is longer. */
    readonly reading: Reading<Item> | undefined;
}

/**
 * Looks up something of many instances at once: by a list of the whole region if that takes fewer requests, otherwise
 * one by one. Each call has the result that it would have had by itself: an instance about which the list leaves a
 * doubt is looked up alone, and so are all if the list is refused, fails, or is too long.
 */
export class RegionList<Item> {
    private readonly gathering: Gathering<string, Item[]>;
    /** The requests that the list takes at least, as far as known. */
    private leastRequests: number;

    constructor(
        clock: Clock,
        private readonly lookUp: LookUp<Item>,
    ) {
        this.leastRequests = lookUp.requestsAtLeast;
        this.gathering = new Gathering(
            clock,
            () => "",
            (batch) => this.lookUpAll(batch),
        );
    }

    of(instanceId: string, caller: Caller): Promise<Item[]> {
        return this.gathering.call(instanceId, caller);
    }

    private lookUpAll(batch: Batch<string>): (call: Batch<string>[0]) => Promise<Item[]> {
        const byInstance = new Map<string, Batch<string>>();
        for (const call of batch) {
            byInstance.set(call.parameters, [call, ...(byInstance.get(call.parameters) ?? [])]);
        }
        const list = this.list(byInstance.size, callerOf(batch));
        const slots = new Slots(batchWidth);
        const results = new Map(
            [...byInstance].map(([instanceId, calls]) => {
                const alone = (): Promise<Item[]> =>
                    slots.run(() => this.lookUp.alone(instanceId, callerOf(calls)));
                return [instanceId, list.then((reading) => reading?.(instanceId) ?? alone())];
            }),
        );
        return async ({ parameters }) => [...((await results.get(parameters)) ?? [])];
    }

    /** Lists the region if that takes fewer requests than so many instances by themselves. */
    private async list(instances: number, caller: Caller): Promise<Reading<Item> | undefined> {
        const worthwhile = instances * this.lookUp.requestsEach - 1;
        if (this.leastRequests > worthwhile) {
            return undefined;
        }
        try {
            const { requests, reading } = await this.lookUp.region(worthwhile, caller);
            this.leastRequests = reading === undefined ? requests + 1 : requests;
            return reading;
        } catch (thrown) {
            if (!(thrown instanceof ApiCallError)) {
                throw thrown;
            }
            if (thrown.retryClass === "never") {
                // A policy may allow certain instances or disks only.
                this.leastRequests = Infinity;
            }
            return undefined;
        }
    }
}
