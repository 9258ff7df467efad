import { ApiCallError } from "./api-error";

/** A page of a list and the token of the next one; an empty token ends the list. */
export interface Page<T> {
    readonly items: readonly T[];
    readonly nextToken: string | undefined;
}

/** The beginning of a list. */
export interface Beginning<T> {
    readonly items: readonly T[];
    readonly pages: number;
    /** Tells whether this is the whole list. */
    readonly isWhole: boolean;
}

/**
 * Fetches all items of a list, page by page.
 *
 * @param operation the operation's name, for the error.
 * @throws ApiCallError if a token is repeated, which would never end.
 */
export async function allPages<T>(
    operation: string,
    fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<T[]> {
    return [...(await firstPages(operation, Infinity, fetchPage)).items];
}

/** Fetches the items of a list up to a number of pages. */
export async function firstPages<T>(
    operation: string,
    most: number,
    fetchPage: (nextToken: string | undefined) => Promise<Page<T>>,
): Promise<Beginning<T>> {
    const items: T[] = [];
    const seen = new Set<string>();
    let token: string | undefined;
    for (let pages = 1; ; pages++) {
        const page = await fetchPage(token);
        items.push(...page.items);
        token = page.nextToken === "" ? undefined : page.nextToken;
        if (token === undefined || pages >= most) {
            return { items, pages, isWhole: token === undefined };
        }
        if (seen.has(token)) {
            const description = "the list has no end: it refers to the same page twice";
            throw new ApiCallError(operation, undefined, description, "never");
        }
        seen.add(token);
    }
}
