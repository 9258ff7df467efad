import type { EcsApi, Invocation, InvocationResult, InvokedInstance } from "../../cloud/ecs/api";
import { ApiCallError } from "../../cloud/ecs/api-error";
import type { Clock } from "../../runtime/clock";
import { groupBy } from "../../runtime/group-by";
import type { SharedKey } from "../../runtime/shared";
import { type Look, SharedPoll } from "../../runtime/shared-poll";
import { listTags } from "./run";
import { type AwaitedInvocation, type ListedRun, needsResults } from "./run-overview";

/** A question about a run on some of its instances. */
export interface RunQuestion {
    readonly api: Pick<EcsApi, "describeInvocations" | "describeInvocationResults" | "answeredAt">;
    readonly run: ListedRun;
    /** The instances whose end is not known yet. */
    readonly awaited: ReadonlySet<string>;
    /** See `AwaitedInvocation`. */
    readonly latestEnd: number;
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** The results of a run's invocation, or what a list shows of it while they are not worth a request. */
export type RunSight =
    | { readonly results: readonly InvocationResult[]; readonly now: number | undefined }
    | { readonly listed: readonly InvokedInstance[] };

export type RunPoll = SharedPoll<RunQuestion, RunSight>;

/** The poll that all waits for runs share. */
export const runPollKey: SharedKey<RunPoll> = { name: "poll of runs" };

export function createRunPoll(clock: Clock): RunPoll {
    const listPages = new Map<string, number>();
    return new SharedPoll({ clock, look: (questions) => look(questions, clock, listPages) });
}

/** The rows in a page of the API's lists of invocations and of results. */
const pageSize = 50;

function pagesOf(rows: number): number {
    return Math.max(1, Math.ceil(rows / pageSize));
}

/**
 * Looks at runs: at the results of each invocation or, if that takes fewer requests, at a list of the stack's
 * invocations first, and then only at the results that matter now.
 *
 * @param listPages the number of pages that each list had the last time; it is updated.
 */
async function look(
    questions: readonly RunQuestion[],
    clock: Clock,
    listPages: Map<string, number>,
): Promise<Look<RunQuestion, RunSight>> {
    // The calls of the most patient waiter are retried for the longest time.
    const { api } = questions.reduce((a, b) => (b.deadline > a.deadline ? b : a));
    const invocations = [...groupBy(questions, ({ run }) => run.invokeId).values()].map((asked) =>
        awaitedInvocation(asked, clock.now()),
    );
    const { listed, requests } = await list(api, invocations, listPages);
    const now = api.answeredAt();
    const wanted = invocations.filter((invocation) => {
        const shown = listed.get(invocation.run.invokeId);
        return shown === undefined || needsResults(invocation, shown, now);
    });
    const found = await Promise.allSettled(wanted.map(({ run }) => resultsOf(api, run.invokeId)));
    const fetched = new Map(wanted.map(({ run }, index) => [run.invokeId, found[index]]));
    return {
        stateOf: ({ run: { invokeId } }) => {
            const sight = fetched.get(invokeId);
            if (sight?.status === "rejected") {
                throw sight.reason;
            }
            return sight?.value ?? { listed: listed.get(invokeId) ?? [] };
        },
        requests: requests + resultPages(wanted),
    };
}

/** Returns the invocation that questions are about. */
function awaitedInvocation(questions: readonly RunQuestion[], now: number): AwaitedInvocation {
    const [{ run, latestEnd }] = questions as readonly [RunQuestion];
    return {
        run,
        latestEnd,
        instanceIds: new Set(questions.flatMap(({ awaited }) => [...awaited])),
        leftMs: Math.min(...questions.map(({ deadline }) => deadline)) - now,
    };
}

interface Listed {
    /** The instances that a list shows of an invocation, by its id; nothing for one that was not looked for. */
    readonly listed: ReadonlyMap<string, readonly InvokedInstance[]>;
    readonly requests: number;
}

/** Lists the invocations of the awaited runs' stacks, if that takes fewer requests than all of their results. */
async function list(
    api: RunQuestion["api"],
    invocations: readonly AwaitedInvocation[],
    listPages: Map<string, number>,
): Promise<Listed> {
    const listed = new Map<string, readonly InvokedInstance[]>();
    let requests = 0;
    const byTags = groupBy(invocations, ({ run }) => JSON.stringify(listTags(run)));
    await Promise.all(
        [...byTags].map(async ([key, [first, ...others]]) => {
            if (first === undefined || (listPages.get(key) ?? 1) >= resultPages([first, ...others])) {
                return;
            }
            const found = await listedOrNone(api, first.run);
            if (found === undefined) {
                listPages.set(key, Infinity);
                return;
            }
            others.concat(first).forEach(({ run }) => listed.set(run.invokeId, []));
            found.forEach(({ invokeId, instances }) => listed.set(invokeId, instances));
            listPages.set(key, pagesOf(found.length));
            requests += pagesOf(found.length);
        }),
    );
    return { listed, requests };
}

/** Lists the invocations; returns undefined if the list fails: it only saves requests, so nobody's wait ends with it. */
async function listedOrNone(api: RunQuestion["api"], run: ListedRun): Promise<Invocation[] | undefined> {
    try {
        return await api.describeInvocations({ tags: listTags(run) });
    } catch (thrown) {
        if (thrown instanceof ApiCallError) {
            return undefined;
        }
        throw thrown;
    }
}

async function resultsOf(api: RunQuestion["api"], invokeId: string): Promise<RunSight> {
    const results = await api.describeInvocationResults(invokeId);
    return { results, now: api.answeredAt() };
}

/** Returns the number of requests for the results of invocations. */
function resultPages(invocations: readonly Pick<AwaitedInvocation, "run">[]): number {
    return invocations.reduce((sum, { run }) => sum + pagesOf(run.allInstanceIds.length), 0);
}
