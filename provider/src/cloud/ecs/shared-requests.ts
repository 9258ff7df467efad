import { chunks } from "../../runtime/chunks";
import type { Clock } from "../../runtime/clock";
import { canonicalJson } from "../../runtime/json";
import { Shared } from "../../runtime/shared";
import { Slots } from "../../runtime/slots";
import { ApiCallError } from "./api-error";
import type { Caller } from "./caller";
import type { Calls } from "./calls";
import { type AnswerBatch, type Batch, callerOf, type GatheredCall, Gathering } from "./gathering";
import type { BulkOperation, ByIds, ListOperation } from "./operation";

/** The most requests of one batch that are under way at a time. */
export const batchWidth = 8;

/** The ways to make requests that are shared. */
export interface SharedCalls {
    /** Lists something. Calls with equal parameters share one list. */
    readonly list: <Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
    ) => Promise<Item[]>;
    /**
     * Calls an operation on resources by their ids. Calls that differ in nothing but their ids share requests, several
     * of which are made at a time.
     */
    readonly bulk: <Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        parameters: Parameters,
    ) => Promise<Item[]>;
}

/** Returns the answer to each call of a batch. */
type Answers<Parameters, Item> = ReturnType<AnswerBatch<Parameters, Item[]>>;

/**
 * Makes requests that several calls share, if they are made at nearly the same time. Each call gets the items or the
 * error that requests of its own would have got.
 */
export class SharedRequests {
    /** The gathering of each operation. */
    private readonly gatherings = new Shared();

    constructor(
        private readonly calls: Calls,
        private readonly clock: Clock,
    ) {}

    /** Returns the ways to make requests for one caller. */
    of(caller: Caller): SharedCalls {
        return {
            list: (operation, parameters) => this.list(operation, parameters, caller),
            bulk: (operation, parameters) => this.bulk(operation, parameters, caller),
        };
    }

    private async list<Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ): Promise<Item[]> {
        const gathering = this.gatherings.get<Gathering<Parameters, Item[]>>(
            operation,
            () =>
                new Gathering<Parameters, Item[]>(this.clock, canonicalJson, (batch) => {
                    const items = this.calls.list(operation, batch[0].parameters, callerOf(batch));
                    return async () => [...(await items)];
                }),
        );
        return gathering.call(parameters, caller);
    }

    private async bulk<Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ): Promise<Item[]> {
        if (parameters.ids.length === 0) {
            return [];
        }
        const gathering = this.gatherings.get<Gathering<Parameters, Item[]>>(
            operation,
            () =>
                new Gathering<Parameters, Item[]>(
                    this.clock,
                    (call) => canonicalJson({ ...call, ids: [] }),
                    (batch) =>
                        batch.length === 1
                            ? (call) => this.calls.bulk(operation, call.parameters, call.caller)
                            : this.bulkTogether(operation, batch),
                ),
        );
        return gathering.call(parameters, caller);
    }

    private bulkTogether<Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        batch: Batch<Parameters>,
    ): Answers<Parameters, Item> {
        const slots = new Slots(batchWidth);
        const requests = chunks(idsOf(batch), operation.idsPerRequest).flatMap((ids) => {
            const [first, ...others] = batch.filter((call) => names(call, ids));
            return first === undefined
                ? []
                : [{ ids, answers: this.request(operation, ids, [first, ...others], slots) }];
        });
        return async (call) => {
            const own = requests.filter(({ ids }) => names(call, ids));
            const [first, ...others] = own;
            // As a rule a call is for one resource, but there may be a thousand calls at a time.
            return first !== undefined && others.length === 0
                ? first.answers(call)
                : (await Promise.all(own.map(({ answers }) => answers(call)))).flat();
        };
    }

    /**
     * Makes one request for several calls. The API refuses a whole list if one id does not exist, or may not be used.
     * Then each half of the calls makes a request, and so on, until only those are refused that would have been refused
     * by themselves.
     */
    private request<Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        among: readonly string[],
        batch: Batch<Parameters>,
        slots: Slots,
    ): Answers<Parameters, Item> {
        const ids = idsOf(batch).filter((id) => among.includes(id));
        const parameters = { ...batch[0].parameters, ids };
        const answer = slots.run(() => this.calls.list(operation, parameters, callerOf(batch)));
        if (batch.length === 1) {
            return () => answer;
        }
        let split: ((call: GatheredCall<Parameters>) => Answers<Parameters, Item>) | undefined;
        return async (call) => {
            try {
                const items = await answer;
                if (items.length > 0 || operation.mayHideAll !== true) {
                    return items.filter((item) => call.parameters.ids.includes(operation.idOf(item)));
                }
            } catch (thrown) {
                if (!(thrown instanceof ApiCallError) || thrown.retryClass !== "never") {
                    throw thrown;
                }
            }
            split ??= byHalves(batch, (half) => this.request(operation, among, half, slots));
            return split(call)(call);
        };
    }
}

/** Does something for each half of a batch, and returns the result by the call. */
function byHalves<Parameters, Result>(
    [first, ...others]: Batch<Parameters>,
    task: (half: Batch<Parameters>) => Result,
): (call: GatheredCall<Parameters>) => Result {
    const middle = Math.floor(others.length / 2);
    const one: Batch<Parameters> = [first, ...others.slice(0, middle)];
    const [second, ...rest] = others.slice(middle);
    const result = task(one);
    const other = second === undefined ? result : task([second, ...rest]);
    return (call) => (one.includes(call) ? result : other);
}

function names({ parameters }: GatheredCall<ByIds>, ids: readonly string[]): boolean {
    return parameters.ids.some((id) => ids.includes(id));
}

function idsOf(calls: readonly GatheredCall<ByIds>[]): string[] {
    return [...new Set(calls.flatMap(({ parameters }) => parameters.ids))];
}
