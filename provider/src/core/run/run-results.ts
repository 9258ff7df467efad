import type { EcsApi, InvocationResult } from "../../cloud/ecs/api";
import { unlessApiFails } from "../../cloud/ecs/api-error";
import { groupBy } from "../../runtime/group-by";
import { type ListedCommand, listKeyOf } from "./run-overview";

type Results = Pick<EcsApi, "describeInvocationResults" | "answeredAt">;

/** The results of an invocation, and the cloud's time at which they were seen. */
export interface SeenResults {
    readonly results: readonly InvocationResult[];
    readonly now: number | undefined;
}

export interface FetchedResults {
    /** The results by invocation, or the error of its request. */
    readonly seen: ReadonlyMap<string, PromiseSettledResult<SeenResults>>;
    readonly requests: number;
}

/** The rows in a page of the API's lists of invocations and of results. */
const pageSize = 50;

export function pagesOf(rows: number): number {
    return Math.max(1, Math.ceil(rows / pageSize));
}

/** Returns the number of requests for the results of invocations by their ids. */
export function resultPages(commands: readonly ListedCommand[]): number {
    return commands.reduce((sum, { allInstanceIds }) => sum + pagesOf(allInstanceIds.length), 0);
}

/**
 * Fetches the results of invocations: of all that a list shows if that takes fewer requests, otherwise by their ids.
 * What a common list lacks of an invocation is fetched by its id.
 *
 * @param listedRows the number of instances in the list of invocations, by the key of the list.
 * @param refused the keys of lists whose results can't be fetched together; it is updated.
 */
export async function fetchResults(
    api: Results,
    wanted: readonly ListedCommand[],
    listedRows: ReadonlyMap<string, number>,
    refused: Set<string>,
): Promise<FetchedResults> {
    const seen = new Map<string, PromiseSettledResult<SeenResults>>();
    let requests = 0;
    await Promise.all(
        [...groupBy(wanted, listKeyOf)].map(async ([key, commands]) => {
            const [first] = commands;
            const rows = listedRows.get(key) ?? Infinity;
            if (first === undefined || refused.has(key) || pagesOf(rows) >= resultPages(commands)) {
                return;
            }
            const found = await unlessApiFails(() =>
                api.describeInvocationResults({ tags: first.commonTags }),
            );
            if (found === undefined) {
                refused.add(key);
                return;
            }
            const now = api.answeredAt();
            requests += pagesOf(found.length);
            const byInvocation = groupBy(found, ({ invokeId }) => invokeId);
            for (const command of commands) {
                const results = byInvocation.get(command.invokeId) ?? [];
                if (isComplete(command, results)) {
                    seen.set(command.invokeId, { status: "fulfilled", value: { results, now } });
                }
            }
        }),
    );
    const others = wanted.filter(({ invokeId }) => !seen.has(invokeId));
    const settled = await Promise.allSettled(
        others.map(async ({ invokeId }): Promise<SeenResults> => {
            const results = await api.describeInvocationResults(invokeId);
            return { results, now: api.answeredAt() };
        }),
    );
    settled.forEach((one, index) => seen.set(others[index]?.invokeId ?? "", one));
    return { seen, requests: requests + resultPages(others) };
}

function isComplete({ allInstanceIds }: ListedCommand, results: readonly InvocationResult[]): boolean {
    const shown = new Set(results.map(({ instanceId }) => instanceId));
    return allInstanceIds.every((instanceId) => shown.has(instanceId));
}
