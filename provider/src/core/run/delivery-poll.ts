import type { EcsApi, SendFileResult, Tag } from "../../cloud/ecs/api";
import { unlessApiFails } from "../../cloud/ecs/api-error";
import type { Clock } from "../../runtime/clock";
import { groupBy } from "../../runtime/group-by";
import type { SharedKey } from "../../runtime/shared";
import { type Look, SharedPoll } from "../../runtime/shared-poll";
import { pagesOf } from "./run-results";

/** A question about the delivery of a file. */
export interface DeliveryQuestion {
    readonly api: Pick<EcsApi, "describeSendFileResults">;
    readonly invokeId: string;
    /** The tag that it has in common with other deliveries, so that one list shows them all. */
    readonly commonTag: Tag;
    /** The time at which it was begun, in milliseconds since the epoch. */
    readonly sentAt: number;
    /** The end of the wait, in milliseconds since the epoch. */
    readonly deadline: number;
}

/** The results of the delivery, as far as the cloud shows them. */
export type DeliverySight = readonly SendFileResult[];

export type DeliveryPoll = SharedPoll<DeliveryQuestion, DeliverySight>;

/** The poll that all waits for deliveries share. */
export const deliveryPollKey: SharedKey<DeliveryPoll> = { name: "poll of deliveries" };

export function createDeliveryPoll(clock: Clock): DeliveryPoll {
    const listPages = new Map<string, number>();
    return new SharedPoll({ clock, look: (questions) => look(questions, clock, listPages) });
}

/** The age from which a list shows a delivery, as a rule. */
const listedAfterMs = 3_000;

/**
 * Looks at deliveries: at a list of those with the same tag if that takes fewer requests, and then at each that it
 * lacks, unless that is new.
 *
 * @param listPages the number of pages that each list had the last time, by its tag; it is updated.
 */
async function look(
    questions: readonly DeliveryQuestion[],
    clock: Clock,
    listPages: Map<string, number>,
): Promise<Look<DeliveryQuestion, DeliverySight>> {
    // The calls of the most patient waiter are retried for the longest time.
    const { api } = questions.reduce((a, b) => (b.deadline > a.deadline ? b : a));
    const seen = new Map<string, PromiseSettledResult<DeliverySight>>();
    let requests = 0;
    await Promise.all(
        [...groupBy(questions, ({ commonTag }) => commonTag.value)].map(async ([value, asked]) => {
            const [first] = asked;
            if (first === undefined || (listPages.get(value) ?? 1) >= asked.length) {
                return;
            }
            const found = await unlessApiFails(() =>
                api.describeSendFileResults({ tags: [first.commonTag] }),
            );
            const byDelivery = groupBy(found ?? [], ({ invokeId }) => invokeId);
            listPages.set(value, found === undefined ? Infinity : pagesOf(byDelivery.size));
            requests += pagesOf(byDelivery.size);
            for (const { invokeId, sentAt } of asked) {
                const results = byDelivery.get(invokeId);
                if (results !== undefined || (found !== undefined && clock.now() - sentAt < listedAfterMs)) {
                    seen.set(invokeId, { status: "fulfilled", value: results ?? [] });
                }
            }
        }),
    );
    const others = questions.filter(({ invokeId }) => !seen.has(invokeId));
    const settled = await Promise.allSettled(
        others.map(async ({ invokeId }) => api.describeSendFileResults(invokeId)),
    );
    settled.forEach((one, index) => seen.set(others[index]?.invokeId ?? "", one));
    return {
        stateOf: ({ invokeId }) => {
            const one = seen.get(invokeId);
            if (one?.status === "rejected") {
                throw one.reason;
            }
            return one?.value ?? [];
        },
        requests: requests + others.length,
    };
}
