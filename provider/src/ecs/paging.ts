/** One page of a list and the token of the next; an empty token ends the list. */
export interface Page<T> {
    readonly items: readonly T[];
    readonly nextToken: string | undefined;
}

/** All items of a list, page by page. */
export async function allPages<T>(
    fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
    const items: T[] = [];
    let token: string | undefined;
    do {
        const page = await fetchPage(token);
        items.push(...page.items);
        token = page.nextToken === "" ? undefined : page.nextToken;
    } while (token !== undefined);
    return items;
}

/** `values` in pieces of at most `size`, for list parameters with a limit. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
    const pieces: T[][] = [];
    for (let start = 0; start < values.length; start += size) {
        pieces.push(values.slice(start, start + size));
    }
    return pieces;
}
