import type { Clock } from "../../runtime/clock";
import { canonicalJson } from "../../runtime/json";
import { Slots } from "../../runtime/slots";
import { ApiCallError } from "./api-error";
import type { Caller } from "./caller";
import { type Batch, callerOf, Gathering, type GatheringWindow } from "./gathering";
import { batchWidth } from "./shared-requests";

/** Reads from a common list about one target; undefined if the list leaves a doubt. */
export type Reading<Target, Item> = (target: Target) => Item[] | undefined;

/** A look-up for which the API takes one target, such as an instance, or lists what belongs to all of them. */
export interface LookUp<Target, Item> {
    /** The requests that one target takes. */
    readonly requestsEach: number;
    /** The least requests that the common list takes. */
    readonly requestsAtLeast: number;
    /** Looks up one target. */
    readonly alone: (target: Target, caller: Caller) => Promise<Item[]>;
    /** Lists all, with at most this number of requests. */
    readonly all: (requests: number, caller: Caller) => Promise<CommonAnswer<Target, Item>>;
}

export interface CommonAnswer<Target, Item> {
    /** The number of requests that were made. */
    readonly requests: number;
    /** The meaning of the list; undefined if it is longer. */
    readonly reading: Reading<Target, Item> | undefined;
}

/**
 * Looks up something of many targets at once: by a list that they have in common if that takes fewer requests,
 * otherwise one by one. Each call has the result that it would have had by itself: a target about which the list leaves
 * a doubt is looked up alone, and so are all if the list is refused, fails, or is too long.
 */
export class CommonList<Target, Item> {
    private readonly gathering: Gathering<Target, Item[]>;
    /** The requests that the list takes at least, as far as known. */
    private leastRequests: number;

    constructor(
        clock: Clock,
        private readonly lookUp: LookUp<Target, Item>,
        window?: GatheringWindow,
    ) {
        this.leastRequests = lookUp.requestsAtLeast;
        this.gathering = new Gathering(
            clock,
            () => "",
            (batch) => this.lookUpAll(batch),
            window,
        );
    }

    of(target: Target, caller: Caller): Promise<Item[]> {
        return this.gathering.call(target, caller);
    }

    private lookUpAll(batch: Batch<Target>): (call: Batch<Target>[0]) => Promise<Item[]> {
        const byTarget = new Map<string, Batch<Target>>();
        for (const call of batch) {
            const key = canonicalJson(call.parameters);
            byTarget.set(key, [call, ...(byTarget.get(key) ?? [])]);
        }
        const list = this.list(byTarget.size, callerOf(batch));
        const slots = new Slots(batchWidth);
        const results = new Map(
            [...byTarget].map(([key, calls]) => {
                const target = calls[0].parameters;
                const alone = (): Promise<Item[]> =>
                    slots.run(() => this.lookUp.alone(target, callerOf(calls)));
                return [key, list.then((reading) => reading?.(target) ?? alone())];
            }),
        );
        return async ({ parameters }) => [...((await results.get(canonicalJson(parameters))) ?? [])];
    }

    /** Lists all if that takes fewer requests than so many targets by themselves. */
    private async list(targets: number, caller: Caller): Promise<Reading<Target, Item> | undefined> {
        const worthwhile = targets * this.lookUp.requestsEach - 1;
        if (this.leastRequests > worthwhile) {
            return undefined;
        }
        try {
            const { requests, reading } = await this.lookUp.all(worthwhile, caller);
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
