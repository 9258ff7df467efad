import { AppSnapshotError } from "../../errors/app-snapshot-error";
import { ownErrors } from "../../errors/own-errors";
import { chunks } from "../../runtime/chunks";
import { ApiCallError } from "./api-error";
import type {
    Answer,
    BulkOperation,
    ByIds,
    CommonFields,
    ListOperation,
    Operation,
    SingleOperation,
} from "./operation";
import { allPages } from "./paging";
import { type RetryOptions, withRetry } from "./retry";
import type { Sdk } from "./sdk-client";

export interface CallOptions {
    /** Called before each request; called again if it rejects with an `ApiCallError` for a transient fault. */
    readonly connect: () => Promise<Sdk>;
    readonly regionId: string;
    readonly retry: Omit<RetryOptions, "place">;
    /**
     * Called before each request that changes something, its repetitions included; if it rejects, none is made.
     * Default: nothing.
     */
    readonly beforeChange?: () => Promise<void>;
}

/** The ways to call an operation. Every request of this package is made by one of them. */
export interface Calls {
    /** Makes one request. */
    readonly single: <Parameters, Body, Result>(
        operation: SingleOperation<Parameters, Body, Result>,
        parameters: Parameters,
    ) => Promise<Result>;
    /** Makes a request for each page, one after the other. */
    readonly list: <Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
    ) => Promise<Item[]>;
    /** Makes as many requests as the ids need, one after the other; none if there are no ids. */
    readonly bulk: <Parameters extends ByIds, Body, Item>(
        operation: BulkOperation<Parameters, Body, Item>,
        parameters: Parameters,
    ) => Promise<Item[]>;
    /** Returns the cloud's time at its last answer, see `EcsApi.answeredAt`. */
    readonly answeredAt: () => number | undefined;
}

export function createCalls({ connect, regionId, retry, beforeChange }: CallOptions): Calls {
    let answeredAt: number | undefined;

    /** Makes one request, repeated as the retry policy says, and returns the answer's body. */
    async function send<Parameters, Body>(
        operation: Operation<Parameters, Body>,
        parameters: Parameters,
        page: Omit<CommonFields, "regionId"> = {},
    ): Promise<Body | undefined> {
        let place: string | undefined;
        const attempt = async (): Promise<Answer<Body>> => {
            const sdk = await connected(connect);
            place = `endpoint ${sdk.host}, region ${regionId}`;
            if (operation.changes) {
                await beforeChange?.();
            }
            return operation.send(sdk, parameters, { regionId, ...page });
        };
        const { body, headers } = await withRetry(operation.name, attempt, { ...retry, place: () => place });
        answeredAt = timeIn(headers) ?? answeredAt;
        return body;
    }

    async function list<Parameters, Body, Item>(
        operation: ListOperation<Parameters, Body, Item>,
        parameters: Parameters,
    ): Promise<Item[]> {
        const { name, items, pages } = operation;
        return allPages(name, async (nextToken) => {
            const body = await send(operation, parameters, {
                ...(pages === undefined ? {} : { maxResults: pages.size }),
                ...(nextToken === undefined ? {} : { nextToken }),
            });
            return body === undefined
                ? { items: [], nextToken: undefined }
                : { items: items(body), nextToken: pages?.nextToken(body) };
        });
    }

    return {
        single: async (operation, parameters) => operation.read(await send(operation, parameters)),
        list,
        bulk: async (operation, parameters) => {
            const items = [];
            for (const ids of chunks(parameters.ids, operation.idsPerRequest)) {
                items.push(...(await list(operation, { ...parameters, ids })));
            }
            return items;
        },
        answeredAt: () => answeredAt,
    };
}

/** Connects. Otherwise an SDK that can't be loaded would look like a failing network, and be retried for minutes. */
async function connected(connect: CallOptions["connect"]): Promise<Sdk> {
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

function timeIn(headers: Answer<unknown>["headers"]): number | undefined {
    const time = Date.parse(headers?.["date"] ?? "");
    return Number.isNaN(time) ? undefined : time;
}
