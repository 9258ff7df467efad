import { ApiError } from "../refusals/api-error";
import type { Arguments } from "../parameters/arguments";

/** A part of a list, and the fields of the answer that tell which. */
export interface Page<T> {
    readonly items: T[];
    readonly mode: "token" | "number";
    readonly nextToken: string;
    readonly pageNumber: number;
    readonly pageSize: number;
    readonly totalCount: number;
}

const defaultSize = 10;

/**
 * Cuts a page out of a list: by NextToken and MaxResults, or by PageNumber and PageSize when one of those is given.
 * Ten entries unless the call asks for more, also when it asks for nothing.
 */
export function paginate<T>(all: readonly T[], args: Arguments, least = 1): Page<T> {
    const byNumber =
        !args.has("MaxResults") && !args.has("NextToken") && (args.has("PageNumber") || args.has("PageSize"));
    if (byNumber) {
        const pageNumber = args.number("PageNumber") ?? 1;
        const pageSize = args.number("PageSize") ?? defaultSize;
        const start = (pageNumber - 1) * pageSize;
        const items = all.slice(start, start + pageSize);
        return { items, mode: "number", nextToken: "", pageNumber, pageSize, totalCount: all.length };
    }
    const size = Math.max(least, args.number("MaxResults") ?? defaultSize);
    const start = readToken(args.text("NextToken") ?? "");
    const end = start + size;
    return {
        items: all.slice(start, end),
        mode: "token",
        nextToken: end < all.length ? pageToken(end) : "",
        pageNumber: 1,
        pageSize: size,
        totalCount: all.length,
    };
}

/** The fields that most operations answer with. */
export function pageFields(page: Page<unknown>): Record<string, unknown> {
    return {
        TotalCount: page.totalCount,
        PageNumber: page.pageNumber,
        PageSize: page.pageSize,
        NextToken: page.nextToken,
    };
}

/** The token of the page that begins there. */
export function pageToken(offset: number): string {
    return Buffer.from(`page:${offset}`, "utf8").toString("base64url");
}

function readToken(token: string): number {
    if (token === "") {
        return 0;
    }
    const form = /^page:(\d+)$/.exec(Buffer.from(token, "base64url").toString("utf8"));
    if (form === null) {
        throw new ApiError(400, "InvalidParameter.NextToken", "The specified NextToken is invalid.");
    }
    return Number(form[1]);
}
