import type { EcsApi, InvokedInstance } from "../../cloud/ecs/api";
import { unlessApiFails } from "../../cloud/ecs/api-error";
import type { Clock } from "../../runtime/clock";
import { groupBy } from "../../runtime/group-by";
import type { SharedKey } from "../../runtime/shared";
import { type Look, SharedPoll } from "../../runtime/shared-poll";
import { type AwaitedInvocation, type ListedCommand, listKeyOf, needsResults } from "./run-overview";
import { fetchResults, pagesOf, resultPages, type SeenResults } from "./run-results";

/** A question about an invocation on some of its instances. */
export interface RunQuestion {
    readonly api: Pick<EcsApi, "describeInvocations" | "describeInvocationResults" | "answeredAt">;
    readonly command: ListedCommand;
    /** The instances whose end is not known yet. */
    readonly awaited: ReadonlySet<string>;
    /** See `AwaitedInvocation`. */
    readonly latestEnd: number;
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** The results of an invocation, or what a list shows of it while they are not worth a request. */
export type RunSight = SeenResults | { readonly listed: readonly InvokedInstance[] };

export type RunPoll = SharedPoll<RunQuestion, RunSight>;

/** The poll that all waits for runs share. */
export const runPollKey: SharedKey<RunPoll> = { name: "poll of runs" };

export function createRunPoll(clock: Clock): RunPoll {
    const memory: PollMemory = { listPages: new Map(), refused: new Set() };
    return new SharedPoll({ clock, look: (questions) => look(questions, clock, memory) });
}

/** The outcomes of earlier looks, by the key of a list. */
interface PollMemory {
    /** The number of pages that each list had the last time. */
    readonly listPages: Map<string, number>;
    /** See `fetchResults`. */
    readonly refused: Set<string>;
}

/**
 * Looks at invocations: at the results of each or, if that takes fewer requests, at a list of those with the same tags
 * first, and then only at the results that matter now.
 */
async function look(
    questions: readonly RunQuestion[],
    clock: Clock,
    memory: PollMemory,
): Promise<Look<RunQuestion, RunSight>> {
    // The calls of the most patient waiter are retried for the longest time.
    const { api } = questions.reduce((a, b) => (b.deadline > a.deadline ? b : a));
    const invocations = [...groupBy(questions, ({ command }) => command.invokeId).values()].map((asked) =>
        awaitedInvocation(asked, clock.now()),
    );
    const { listed, listedRows, requests } = await list(api, invocations, memory.listPages);
    const now = api.answeredAt();
    const wanted = invocations.filter((invocation) => {
        const shown = listed.get(invocation.command.invokeId);
        return shown === undefined || needsResults(invocation, shown, now);
    });
    const commands = wanted.map(({ command }) => command);
    const fetched = await fetchResults(api, commands, listedRows, memory.refused);
    return {
        stateOf: ({ command: { invokeId } }) => {
            const seen = fetched.seen.get(invokeId);
            if (seen?.status === "rejected") {
                throw seen.reason;
            }
            return seen?.value ?? { listed: listed.get(invokeId) ?? [] };
        },
        requests: requests + fetched.requests,
    };
}

/** Returns the invocation that questions are about. */
function awaitedInvocation(questions: readonly RunQuestion[], now: number): AwaitedInvocation {
    const [{ command, latestEnd }] = questions as readonly [RunQuestion];
    return {
        command,
        latestEnd,
        instanceIds: new Set(questions.flatMap(({ awaited }) => [...awaited])),
        leftMs: Math.min(...questions.map(({ deadline }) => deadline)) - now,
    };
}

interface Listed {
    /** The instances that a list shows of an invocation, by its id; nothing for one that was not looked for. */
    readonly listed: ReadonlyMap<string, readonly InvokedInstance[]>;
    /** The number of instances in each list. */
    readonly listedRows: ReadonlyMap<string, number>;
    readonly requests: number;
}

/** Lists the invocations with the same tags as the awaited ones, if that takes fewer requests than their results. */
async function list(
    api: RunQuestion["api"],
    invocations: readonly AwaitedInvocation[],
    listPages: Map<string, number>,
): Promise<Listed> {
    const listed = new Map<string, readonly InvokedInstance[]>();
    const listedRows = new Map<string, number>();
    let requests = 0;
    const commands = invocations.map(({ command }) => command);
    await Promise.all(
        [...groupBy(commands, listKeyOf)].map(async ([key, some]) => {
            const [first] = some;
            if (first === undefined || (listPages.get(key) ?? 1) >= resultPages(some)) {
                return;
            }
            const found = await unlessApiFails(() => api.describeInvocations({ tags: first.commonTags }));
            if (found === undefined) {
                listPages.set(key, Infinity);
                return;
            }
            some.forEach(({ invokeId }) => listed.set(invokeId, []));
            found.forEach(({ invokeId, instances }) => listed.set(invokeId, instances));
            listedRows.set(
                key,
                found.reduce((sum, { instances }) => sum + instances.length, 0),
            );
            listPages.set(key, pagesOf(found.length));
            requests += pagesOf(found.length);
        }),
    );
    return { listed, listedRows, requests };
}
