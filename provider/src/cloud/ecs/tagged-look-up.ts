import type { Clock } from "../../runtime/clock";
import { canonicalJson } from "../../runtime/json";
import type { Invocation, Tag } from "./api";
import type { Caller } from "./caller";
import type { Calls } from "./calls";
import { CommonList, type LookUp } from "./common-list";
import { cohortWindow } from "./gathering";
import { operations } from "./operation-table";
import { stableList } from "./stable-list";

/** The API lists by tags only as long as no more than 1,000 resources have them. This leaves room for late ones. */
export const mostTagged = 900;

/** Looks up the invocations with certain tags, all of which have some tags in common. */
export function taggedLookUp(calls: Calls, among: readonly Tag[]): LookUp<readonly Tag[], Invocation> {
    const { describeInvocations } = operations;
    return {
        requestsEach: 1,
        requestsAtLeast: 1,
        alone: (tags, caller) => calls.list(describeInvocations, { tags }, caller),
        all: async (most, caller) => {
            const { requests, items } = await stableList(
                (pages) => calls.beginning(describeInvocations, { tags: among }, caller, pages),
                most,
                ({ invokeId }) => invokeId,
            );
            return {
                requests,
                reading:
                    items === undefined || items.length >= mostTagged
                        ? undefined
                        : (tags) => items.filter((item) => hasTags(item, besides(tags, among))),
            };
        },
    };
}

/**
 * Returns those of the tags that are not common to all. The API has filtered by the common ones: the tags that it shows
 * of an invocation may already be others.
 */
function besides(tags: readonly Tag[], among: readonly Tag[]): Tag[] {
    return tags.filter((tag) => !has(among, tag));
}

function hasTags({ tags }: Pick<Invocation, "tags">, wanted: readonly Tag[]): boolean {
    return wanted.every((tag) => has(tags, tag));
}

function has(tags: readonly Tag[], { key, value }: Tag): boolean {
    return tags.some((tag) => tag.key === key && tag.value === value);
}

/** Looks up invocations by their tags; calls with the same common tags share a list. */
export class TaggedInvocations {
    private readonly lists = new Map<string, CommonList<readonly Tag[], Invocation>>();

    constructor(
        private readonly calls: Calls,
        private readonly clock: Clock,
    ) {}

    /** Returns the invocations with these tags, all of which have the common ones. */
    of(tags: readonly Tag[], among: readonly Tag[], caller: Caller): Promise<Invocation[]> {
        const key = canonicalJson(among);
        const list =
            this.lists.get(key) ?? new CommonList(this.clock, taggedLookUp(this.calls, among), cohortWindow);
        this.lists.set(key, list);
        return list.of(tags, caller);
    }
}
