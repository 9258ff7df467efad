import { canonicalJson } from "../../runtime/json";
import type { Beginning } from "./paging";

/** A list that was read as a whole. */
export interface StableList<Item> {
    /** The number of requests that were made. */
    readonly requests: number;
    /** The entries; undefined if the list is longer, or if something left it while it was read. */
    readonly items: readonly Item[] | undefined;
}

/**
 * Reads a whole list. If an entry leaves a list while its pages are read, a later page may begin after one that no page
 * has shown. So a list of several pages is read twice: if nothing of the first time is missing the second time, nothing
 * had left, and the first list was whole. New entries don't matter: they hide no others.
 *
 * @param list reads the list up to a number of pages.
 * @param most the most requests.
 * @param identityOf returns what must be the same, as plain JSON.
 */
export async function stableList<Item>(
    list: (pages: number) => Promise<Beginning<Item>>,
    most: number,
    identityOf: (item: Item) => unknown,
): Promise<StableList<Item>> {
    const first = await list(most);
    const { pages } = first;
    if (!first.isWhole || pages === 1) {
        return { requests: pages, items: first.isWhole ? first.items : undefined };
    }
    if (2 * pages > most) {
        return { requests: pages, items: undefined };
    }
    const second = await list(most - pages);
    const keyOf = (item: Item): string => canonicalJson(identityOf(item));
    const found = new Set(second.items.map(keyOf));
    const isComplete = second.isWhole && first.items.every((item) => found.has(keyOf(item)));
    return { requests: pages + second.pages, items: isComplete ? second.items : undefined };
}
