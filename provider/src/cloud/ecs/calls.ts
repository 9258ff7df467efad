import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { chunks } from "../../runtime/chunks";
import type { Clock } from "../../runtime/clock";
import { ApiCallError } from "./api-error";
import type { Caller } from "./caller";
import { CloudTime } from "./cloud-time";
import { Limiter } from "./limiter";
import type {
    Answer,
    BulkOperation,
    ByIds,
    CommonFields,
    ListOperation,
    Operation,
    SingleOperation,
} from "./operation";
import { allPages, type Beginning, firstPages, type Page } from "./paging";
import { defaultRetryLimits, type RetryLimits, withRetry } from "./retry";
import type { Sdk } from "./sdk-client";
import { toApiCallError } from "./sdk-error";

export interface CallsOptions {
    /** Called before each request; called again if it rejects with an `ApiCallError` for a transient fault. */
    readonly connect: () => Promise<Sdk>;
    readonly regionId: string;
    readonly clock: Clock;
    readonly random: () => number;
    readonly limits?: RetryLimits;
}

/** The ways to call an operation. Every request of this package is made by one of them. */
export interface Calls {
    /** Makes one request. */
    readonly single: <Parameters, Body, Result>(
        operation: SingleOperation<Parameters, Body, Result>,
        parameters: Parameters,
        caller: Caller,
    ) => Promise<Result>;
    /** Makes a request for each page, one after the other. */
    readonly list: <Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ) => Promise<Item[]>;
    /** Makes a request for each page up to a number of them. */
    readonly beginning: <Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
        pages: number,
    ) => Promise<Beginning<Item>>;
    /** Makes as many requests as the ids need, one after the other; none if there are no ids. */
    readonly bulk: <Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ) => Promise<Item[]>;
    /** Returns the cloud's time at its last answer, see `EcsApi.answeredAt`. */
    readonly answeredAt: () => number | undefined;
}

export function createCalls({ connect, regionId, clock, random, ...options }: CallsOptions): Calls {
    const cloudTime = new CloudTime();
    const limits = options.limits ?? defaultRetryLimits;
    const limiter = new Limiter(clock, limits.laterMs);

    /** Makes one request, repeated as the retry policy says, and returns the answer's body. */
    async function send<Parameters, Body>(
        operation: Operation<Parameters, Body>,
        parameters: Parameters,
        caller: Caller,
        page: Omit<CommonFields, "regionId"> = {},
    ): Promise<Body | undefined> {
        const { name, changes } = operation;
        const call = { operation: name, number: limiter.next(), since: clock.now(), caller };
        let place: string | undefined;
        let queuedMs = 0;
        const attempt = async (): Promise<Answer<Body>> => {
            const sdk = await connected(connect);
            place = `endpoint ${sdk.host}, region ${regionId}${sdk.route ?? ""}`;
            const queuedAt = clock.now();
            return limiter.run(call, async () => {
                queuedMs += clock.now() - queuedAt;
                if (changes) {
                    await caller.beforeChange?.();
                }
                try {
                    return await operation.send(sdk, parameters, { regionId, ...page });
                } catch (thrown) {
                    throw thrown instanceof AppSnapshotError ? thrown : toApiCallError(name, thrown, place);
                }
            });
        };
        const { signal, log, deadline } = caller;
        const { body, headers } = await withRetry(name, attempt, {
            clock,
            random,
            signal,
            log,
            deadline,
            limits,
            queuedMs: () => queuedMs,
            acceptedAt: () => limiter.acceptedAt(name),
            place: () => place,
        });
        cloudTime.answered(headers?.["date"]);
        return body;
    }

    /** Returns the function that fetches a page of a list. */
    function pagesOf<Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ): (nextToken: string | undefined) => Promise<Page<Item>> {
        const { items, pages } = operation;
        return async (nextToken) => {
            const body = await send(operation, parameters, caller, {
                ...(pages === undefined ? {} : { maxResults: pages.size }),
                ...(nextToken === undefined ? {} : { nextToken }),
            });
            return body === undefined
                ? { items: [], nextToken: undefined }
                : { items: items(body), nextToken: pages?.nextToken(body) };
        };
    }

    function list<Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
        caller: Caller,
    ): Promise<Item[]> {
        return allPages(operation.name, pagesOf(operation, parameters, caller));
    }

    return {
        single: async (operation, parameters, caller) =>
            operation.read(await send(operation, parameters, caller)),
        list,
        beginning: (operation, parameters, caller, pages) =>
            firstPages(operation.name, pages, pagesOf(operation, parameters, caller)),
        bulk: async (operation, parameters, caller) => {
            const items = [];
            for (const ids of chunks(parameters.ids, operation.idsPerRequest)) {
                items.push(...(await list(operation, { ...parameters, ids }, caller)));
            }
            return items;
        },
        answeredAt: () => cloudTime.latest,
    };
}

/** Connects. Otherwise an SDK that can't be loaded would look like a failing network, and be retried for minutes. */
async function connected(connect: CallsOptions["connect"]): Promise<Sdk> {
    try {
        return await connect();
    } catch (thrown) {
        if (thrown instanceof ApiCallError || thrown instanceof AppSnapshotError) {
            throw thrown;
        }
        throw new AppSnapshotError(ownErrors.UnexpectedError, {
            detail: thrown instanceof Error ? thrown.message : String(thrown),
            cause: thrown,
        });
    }
}
